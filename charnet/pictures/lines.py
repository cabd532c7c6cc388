"""Many letters on one picture: connected components to letters, letters to words and lines.

Dots are joined to their letters, and so are pieces that overlap or touch. Cursive writing is not segmented.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array, Grey, groups, images, pen, photo, reading_order, shapes
from charnet.pictures.shapes import Polarity, Shapes
from charnet.spec import Spec

MIN_SIZE = 0.004  # of a picture's longer side; what is smaller is a speck
SPACE = 0.75  # of the x-height; a wider gap between letters is a space
MIN_GAPS, SPACE_TO_MEDIAN = (
    4,
    1.6,
)  # in lines of at least so many gaps, a space is so many times wider than the median gap
MAX_SHAPES = 4000  # a picture with more is a pattern, or noise
MIN_DARKNESS = 0.4  # of the weighted mean darkness; paler shapes are no letters

Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the upright picture


class Letters(NamedTuple):
    """Letters in reading order: framed ink (n, height, width), boxes, what comes before each: "", " " or a new line."""

    framed: Array
    boxes: list[Box]
    before: list[str]


def read(source: images.Source, spec: Spec) -> Letters:
    """Any picture of printed letters -> its letters. `ValueError` where it can't be read or shows none."""
    grey = images.decode(source)
    there, polarity = written(grey)
    letters = groups.letters(there)
    if not letters:
        raise ValueError("the picture shows no letters: nothing on it has a letter's size")
    lines = _lines(there, letters)
    scale = scale_of(source, grey.shape)
    framed, boxes, before = [], [], []
    for line in lines:
        for place, (group, gap) in enumerate(line):
            box = _box(there, group)
            framed.append(images.frame(pen.even(_cut_out(polarity, there, group, box), spec), spec))
            left, top, right, bottom = (round(scale * edge) for edge in box)
            boxes.append((left, top, right - left, bottom - top))
            before.append(("\n" if framed[:-1] else "") if not place else " " if gap else "")
    return Letters(np.stack(framed), boxes, before)


def written(grey: Grey) -> tuple[Shapes, Polarity]:
    """The shapes on a picture that look like letters or parts of them, dark ones or light ones, whichever do more.

    `ValueError` where there are none.
    """
    light = grey.astype(np.float32) / 255
    found = [
        (_score(there, polarity), there, polarity)
        for polarity in photo.polarities(light)
        for there in [_shapes(polarity)]
    ]
    score, there, polarity = max(found, key=lambda one: one[0])
    if score <= 0:
        raise ValueError("the picture is blank: no letters stand out from the paper")
    return there, polarity


def _shapes(polarity: Polarity) -> Shapes:
    """Connected components that may be letters or parts of them, found at half of the mean darkness."""
    there = shapes.find(polarity.ink, polarity.level)
    there = select(there, ~there.outside & (there.size > MIN_SIZE * max(polarity.ink.shape)))
    if not len(there.area):
        return there
    usual = float(np.average(there.darkness, weights=there.outline * there.darkness**2))
    there = shapes.find(polarity.ink, max(polarity.level, 0.5 * usual))
    keep = ~there.outside & (there.size > MIN_SIZE * max(polarity.ink.shape)) & (there.darkness > MIN_DARKNESS * usual)
    there = select(there, keep)
    if len(there.area) > MAX_SHAPES:
        raise ValueError(
            f"the picture shows {len(there.area):,} shapes, a pattern rather than letters; cut out the writing"
        )
    ends = np.array([shapes.edges(there, number, polarity)[0] for number in range(len(there.area))])
    return select(there, ends > 0.6)


def select(there: Shapes, keep: npt.NDArray[np.bool_]) -> Shapes:
    """Keep some of the shapes and renumber them."""
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


def _score(there: Shapes, polarity: Polarity) -> float:
    """How much the shapes look like letters: thin, with sharp outlines, not enclosed by ink of the other polarity."""
    ends, enclosed = (
        np.array([shapes.edges(there, number, polarity) for number in range(len(there.area))]).reshape(-1, 2).T
    )
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
    if len(gaps) >= MIN_GAPS:  # letters in the boxes of a form have wide, equal gaps
        least = max(least, SPACE_TO_MEDIAN * float(np.median(gaps)))
    return [False, *(gaps > least)]


def _cut_out(polarity: Polarity, there: Shapes, group: list[int], box: Box) -> Array:
    left, top, right, bottom = box
    window = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    return shapes.cut(polarity.ink[window], there.names[window], np.array(group))


def scale_of(source: images.Source, shape: tuple[int, ...]) -> float:
    """How many pixels of the upright picture each decoded pixel stands for; a truncated picture has lost one side."""
    width, height = images.upright_size(source)
    return min(width / shape[1], height / shape[0])
