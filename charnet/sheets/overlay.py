"""The straightened page with a coloured frame around each box, to check at a glance what was taken."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from charnet.sheets import light
from charnet.sheets.boxes import Crop
from charnet.sheets.layout import Page
from charnet.sheets.light import Grey
from charnet.sheets.straighten import PIXELS_PER_MM

TAKEN, DOUBTFUL, BLANK, BLANK_TEXT = (30, 150, 70), (225, 100, 0), (190, 190, 190), (120, 120, 120)
DARKEST = 12 * PIXELS_PER_MM  # pixels, wider than the widest dark part of a code
LINE = round(0.5 * PIXELS_PER_MM)


def draw(page: Page, picture: Grey, crops: Sequence[Crop]) -> bytes:
    """A JPEG of the page: green boxes are taken, orange ones doubtful, grey ones blank."""
    even = np.clip(250 * light.level(picture.astype(np.float32), DARKEST), 0, 255).astype(np.uint8)
    marked = Image.fromarray(even).convert("RGB")
    canvas = ImageDraw.Draw(marked)
    for box, crop in zip(page.boxes(), crops, strict=True):
        colour = BLANK if crop.grey is None else DOUBTFUL if crop.doubt else TAKEN
        corners = [box.left, box.top, box.left + box.width, box.top + box.height]
        canvas.rectangle([round(length * PIXELS_PER_MM) for length in corners], outline=colour, width=LINE)
        if crop.doubt:
            _mark_corner(canvas, corners[2] * PIXELS_PER_MM, corners[1] * PIXELS_PER_MM)
    _legend(canvas, page, crops)
    file = io.BytesIO()
    marked.save(file, "JPEG", quality=80)
    return file.getvalue()


def _mark_corner(canvas: ImageDraw.ImageDraw, right: float, top: float) -> None:
    """Fill a corner of the box, for those who can't tell the colours apart."""
    side = 2.5 * PIXELS_PER_MM
    canvas.polygon([(right - side, top), (right, top), (right, top + side)], fill=DOUBTFUL)


def _legend(canvas: ImageDraw.ImageDraw, page: Page, crops: Sequence[Crop]) -> None:
    """Write how many there are of each kind, over the instructions at the foot of the page."""
    blank = sum(crop.grey is None for crop in crops)
    doubtful = sum(bool(crop.doubt) for crop in crops)
    entries = [
        (len(crops) - blank - doubtful, "taken", TAKEN),
        (doubtful, "doubtful", DOUBTFUL),
        (blank, "blank", BLANK_TEXT),
    ]
    x, y = page.size[0] / 2 * PIXELS_PER_MM, (page.size[1] - 16) * PIXELS_PER_MM
    canvas.rectangle(
        (x - 66 * PIXELS_PER_MM, y - 6 * PIXELS_PER_MM, x + 66 * PIXELS_PER_MM, y + 6 * PIXELS_PER_MM), fill="white"
    )
    font = ImageFont.load_default(5 * PIXELS_PER_MM)
    for index, (count, text, colour) in enumerate(entries):
        canvas.text((x + (index - 1) * 42 * PIXELS_PER_MM, y), f"{count} {text}", fill=colour, font=font, anchor="mm")
