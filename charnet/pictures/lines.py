"""Many letters on one picture: shapes to letters, letters to words and lines. Joined-up writing is not cut.

The picture may be a photo or clean; dots join their letters, and so do pieces that stand above or on one another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import groups, images, pen, photo, reading_order, shapes
from charnet.pictures.shapes import Shapes, Side
from charnet.spec import Spec

SMALLEST = 0.004  # of a picture's longer side; what is smaller is a speck
SPACE = 0.75  # of the x-height; a wider gap between letters is a space
DRAWN = 1000  # pixels of the longer side of a picture with boxes, at least
SEVERAL, WIDER = 4, 1.6  # gaps of a line; a space is so many times wider than half of them
MOST = 4000  # shapes; what has more is a pattern, or noise
PALE = 0.4  # of the usual darkness; what is paler is no ink of these letters

Array = npt.NDArray[np.floating]
Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the upright picture


class Letters(NamedTuple):
    """Letters in reading order: framed ink (n, height, width), boxes, what comes before each: "", " " or a new line."""

    framed: Array
    boxes: list[Box]
    before: list[str]


def read(source: images.Source, spec: Spec) -> Letters:
    """Any picture of printed letters -> its letters. `ValueError` where it can't be read or shows none."""
    grey = images.decode(source)
    light = grey.astype(np.float32) / 255
    found = [(_worth(there, side), there, side) for side in photo.sides(light) for there in [_shapes(side)]]
    worth, there, side = max(found, key=lambda one: one[0])
    if worth <= 0:
        raise ValueError("the picture is blank: no letters stand out from the paper")
    letters = groups.letters(there)
    if not letters:
        raise ValueError("the picture shows no letters: nothing on it has a letter's size")
    lines = _lines(there, letters)
    scale = _scale(source, grey.shape)
    framed, boxes, before = [], [], []
    for line in lines:
        for place, (group, gap) in enumerate(line):
            box = _box(there, group)
            framed.append(images.frame(pen.even(_alone(side, there, group, box), spec), spec))
            left, top, right, bottom = (round(scale * edge) for edge in box)
            boxes.append((left, top, right - left, bottom - top))
            before.append(("\n" if framed[:-1] else "") if not place else " " if gap else "")
    return Letters(np.stack(framed), boxes, before)


def _shapes(side: Side) -> Shapes:
    """Shapes that may be letters or pieces of them, in ink half as dark as what is usual."""
    there = shapes.find(side.ink, side.level)
    there = _those(there, ~there.outside & (there.size > SMALLEST * max(side.ink.shape)))
    if not len(there.area):
        return there
    usual = float(np.average(there.darkness, weights=there.outline * there.darkness**2))
    there = shapes.find(side.ink, max(side.level, 0.5 * usual))
    keep = ~there.outside & (there.size > SMALLEST * max(side.ink.shape)) & (there.darkness > PALE * usual)
    there = _those(there, keep)
    if len(there.area) > MOST:
        raise ValueError(
            f"the picture shows {len(there.area):,} shapes, a pattern rather than letters; cut out the writing"
        )
    ends = np.array([shapes.edges(there, number, side)[0] for number in range(len(there.area))])
    return _those(there, ends > 0.6)


def _those(there: Shapes, keep: npt.NDArray[np.bool_]) -> Shapes:
    """Some of the shapes, numbered anew."""
    number = np.zeros(len(keep) + 1, np.int32)
    number[1:][keep] = np.arange(1, keep.sum() + 1)
    return Shapes(
        number[there.names],
        there.boxes[keep],
        there.mass[keep],
        there.area[keep],
        there.outline[keep],
        there.outside[keep],
    )


def _worth(there: Shapes, side: Side) -> float:
    """How much these look like letters: thin, ending at once, and not enclosed by ink of the other kind."""
    ends, enclosed = np.array([shapes.edges(there, number, side) for number in range(len(there.area))]).reshape(-1, 2).T
    thin = np.minimum(1, there.outline**2 / there.area / 25)  # 12 for a disc, 4 x length to width
    return float((there.outline * there.darkness * thin**2 * ends**3 * (1 - enclosed)).sum())


def _box(there: Shapes, group: list[int]) -> Box:
    low, high = there.boxes[group, :2].min(axis=0), there.boxes[group, 2:].max(axis=0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _lines(there: Shapes, letters: list[list[int]]) -> list[list[tuple[list[int], bool]]]:
    """Letters in lines, in reading order, with whether a space comes before each."""
    boxes = np.array([_box(there, letter) for letter in letters], np.float64).reshape(-1, 4)
    found = reading_order.lines(boxes)
    return [[(letters[number], gap) for number, gap in zip(line, _spaces(boxes[line]), strict=True)] for line in found]


def _spaces(line: Array) -> list[bool]:
    """Before which letters of a line (n, 4) there is a space."""
    height = float(np.median(line[:, 3] - line[:, 1]))
    gaps = line[1:, 0] - np.maximum.accumulate(line[:, 2])[:-1]
    least = SPACE * height
    if len(gaps) >= SEVERAL:  # letters in the boxes of a form are far apart, all alike
        least = max(least, WIDER * float(np.median(gaps)))
    return [False, *(gaps > least)]


def _alone(side: Side, there: Shapes, group: list[int], box: Box) -> Array:
    left, top, right, bottom = box
    window = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    return shapes.cut(side.ink[window], there.names[window], np.array(group))


def draw(source: images.Source, boxes: list[Box], texts: list[str]) -> Image.Image:
    """The picture, upright, with each letter's box and what was read of it, legible at any size."""
    from PIL import ImageDraw

    grey = images.decode(source)
    picture = Image.fromarray(grey).convert("RGB")
    enlarged = max(1.0, DRAWN / max(picture.size))
    if enlarged > 1:
        picture = picture.resize((round(picture.width * enlarged), round(picture.height * enlarged)))
    scale = enlarged / _scale(source, grey.shape)
    thin, size = max(1, round(max(picture.size) / 1000)), _text_size(scale, boxes, max(picture.size))
    canvas = ImageDraw.Draw(picture)
    for box, text in zip(boxes, texts, strict=True):
        left, top, width, height = (scale * edge for edge in box)
        around = (left - 2 * thin, top - 2 * thin, left + width + 2 * thin, top + height + 2 * thin)
        canvas.rectangle(around, outline=(200, 60, 30), width=thin)
        place, anchor = ((around[0], around[1] - thin), "ls") if around[1] > size else ((around[0], around[3]), "la")
        canvas.text(place, text, (20, 60, 200), font_size=size, anchor=anchor, stroke_width=thin, stroke_fill="white")
    return picture


def _scale(source: images.Source, shape: tuple[int, ...]) -> float:
    """How many pixels of the upright picture each decoded pixel stands for; a truncated picture has lost one side."""
    width, height = images.upright_size(source)
    return min(width / shape[1], height / shape[0])


def _text_size(scale: float, boxes: list[Box], side: int) -> float:
    """Pixels: half of a letter's usual height, within what can be read and what leaves room."""
    usual = scale * float(np.median([height for *_, height in boxes])) if boxes else 0
    return float(np.clip(usual / 2, side / 70, side / 25))
