"""The straightened page with a mark for each box, to check at a glance what was taken."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from charnet.sheets import light
from charnet.sheets.boxes import Cut
from charnet.sheets.layout import Page
from charnet.sheets.straighten import FINE

TAKEN, DOUBTFUL, BLANK, GREY = (30, 150, 70), (225, 100, 0), (190, 190, 190), (120, 120, 120)
DARKEST = 12 * FINE  # pixels, wider than the widest dark part of a code
LINE = round(0.5 * FINE)


def sheet(page: Page, picture: npt.NDArray[np.uint8], cuts: Sequence[Cut]) -> bytes:
    """A JPEG of the page: green boxes are taken, orange ones doubtful, grey ones blank."""
    even = np.clip(250 * light.level(picture.astype(np.float32), DARKEST), 0, 255).astype(np.uint8)
    marked = Image.fromarray(even).convert("RGB")
    canvas = ImageDraw.Draw(marked)
    for box, cut in zip(page.boxes(), cuts, strict=True):
        colour = BLANK if cut.grey is None else DOUBTFUL if cut.doubt else TAKEN
        corners = [box.left, box.top, box.left + box.width, box.top + box.height]
        canvas.rectangle([round(length * FINE) for length in corners], outline=colour, width=LINE)
        if cut.doubt:
            _tick(canvas, corners[2] * FINE, corners[1] * FINE)
    _legend(canvas, page, cuts)
    file = io.BytesIO()
    marked.save(file, "JPEG", quality=80)
    return file.getvalue()


def _tick(canvas: ImageDraw.ImageDraw, right: float, top: float) -> None:
    """A filled corner, for those who can't tell the colours."""
    side = 2.5 * FINE
    canvas.polygon([(right - side, top), (right, top), (right, top + side)], fill=DOUBTFUL)


def _legend(canvas: ImageDraw.ImageDraw, page: Page, cuts: Sequence[Cut]) -> None:
    """How many of each, where the page says how to take the photo."""
    blank = sum(cut.grey is None for cut in cuts)
    doubtful = sum(bool(cut.doubt) for cut in cuts)
    words = [(len(cuts) - blank - doubtful, "taken", TAKEN), (doubtful, "doubtful", DOUBTFUL), (blank, "blank", GREY)]
    x, y = page.size[0] / 2 * FINE, (page.size[1] - 16) * FINE
    canvas.rectangle((x - 66 * FINE, y - 6 * FINE, x + 66 * FINE, y + 6 * FINE), fill="white")
    font = ImageFont.load_default(5 * FINE)
    for n, (count, text, colour) in enumerate(words):
        canvas.text((x + (n - 1) * 42 * FINE, y), f"{count} {text}", fill=colour, font=font, anchor="mm")
