"""A picture with a box around each letter or word that was read there, and what was read, for people to check."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import images
from charnet.pictures.lines import Box, scale_of

MIN_SIDE = 1000  # pixels of the picture's longer side, at least
SURE, DOUBTFUL = (20, 60, 200), (190, 50, 20)  # colours; the "?" tells them apart too
SIZES = (1.0, 0.7, 0.5)  # of the text, times the usual one
MOST_FREE = 0.9  # of the texts; where so many have room on one side of their boxes at one size, they are all there

Edges = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the drawing


def draw(
    source: images.Source, boxes: Sequence[Box], texts: Sequence[str], sure: Sequence[bool] | None = None
) -> Image.Image:
    """The upright picture with boxes and the text of each, enlarged where it would be too small to see.

    Doubtful ones are red, with a "?" behind their text. Texts stand on the same side of their boxes, in the same size,
    but for those that have no room there.
    """
    from PIL import ImageDraw

    certain = [True] * len(boxes) if sure is None else sure
    texts = [text + "?" * (not each) for text, each in zip(texts, certain, strict=True)]
    grey = images.decode(source)
    picture = Image.fromarray(grey).convert("RGB")
    enlarged = max(1.0, MIN_SIDE / max(picture.size))
    if enlarged > 1:
        picture = picture.resize((round(picture.width * enlarged), round(picture.height * enlarged)))
    scale = enlarged / scale_of(source, grey.shape)
    thin, size = max(1, round(max(picture.size) / 700)), _text_size(scale, boxes, max(picture.size))
    canvas = ImageDraw.Draw(picture)
    around = [_around(box, scale, 2 * thin) for box in boxes]

    def extents(font_size: float) -> list[Edges]:
        return [canvas.textbbox((0, 0), text, None, "lt", font_size=font_size, stroke_width=thin) for text in texts]

    places, font_size = _arranged(around, {share * size: extents(share * size) for share in SIZES}, picture.size)
    for edges, each in zip(around, certain, strict=True):
        canvas.rectangle(edges, outline=SURE if each else DOUBTFUL, width=thin)
    for (left, top, *_), text, each in zip(places, texts, certain, strict=True):
        at, colour = (left + thin, top + thin), SURE if each else DOUBTFUL
        canvas.text(at, text, colour, None, "lt", font_size=font_size, stroke_width=thin, stroke_fill="white")
    return picture


def _arranged(
    around: Sequence[Edges], extents: dict[float, list[Edges]], size: tuple[int, int]
) -> tuple[list[Edges], float]:
    """Where each text is, and the size of all; `extents` says, for each size, how much room each text takes."""
    best: list[Edges] = []
    best_size, most = 0.0, -1.0
    for font_size, needed in extents.items():
        for side in range(4):
            taken, free = np.array(around, np.float64).reshape(-1, 4), 0
            places = []
            for edges, text in zip(around, needed, strict=True):
                choices = _beside(edges, text)
                covered = [_covered(place, taken, size) for place in choices]
                chosen = side if not covered[side] else int(np.argmin(covered))
                free += chosen == side and not covered[side]
                places.append(choices[chosen])
                taken = np.vstack([taken, choices[chosen]])
            if free > most:
                best, best_size, most = places, font_size, free
            if free >= MOST_FREE * len(around):
                return places, font_size
    return best, best_size


def _around(box: Box, scale: float, margin: float) -> Edges:
    left, top, width, height = (scale * edge for edge in box)
    return left - margin, top - margin, left + width + margin, top + height + margin


def _beside(around: Edges, text: Edges) -> list[Edges]:
    """Where a text of that size may be: above a box, below it, to its right or its left."""
    left, top, right, bottom = around
    wide, high = text[2] - text[0], text[3] - text[1]
    corners = [(left, top - high), (left, bottom + 1), (right + 1, top), (left - wide, top)]
    return [(x, y, x + wide, y + high) for x, y in corners]


def _covered(place: Edges, taken: npt.NDArray[np.float64], size: tuple[int, int]) -> float:
    """How many pixels of what is taken a place covers; all of its own where it reaches out of the picture."""
    shared = np.minimum(taken[:, 2:], place[2:]) - np.maximum(taken[:, :2], place[:2])
    left, top, right, bottom = place
    outside = min(left, top, size[0] - right, size[1] - bottom) < 0
    return float(np.maximum(0, shared).prod(axis=1).sum()) + outside * (right - left) * (bottom - top)


def _text_size(scale: float, boxes: Sequence[Box], side: int) -> float:
    """Pixels: half of a letter's usual height, within what can be read and what leaves room."""
    usual = scale * float(np.median([height for *_, height in boxes])) if boxes else 0
    return float(np.clip(usual / 2, side / 70, side / 25))
