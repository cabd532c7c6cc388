"""Strokes of several letters drawn beside each other -> a word; strokes of one letter stay one letter.

Whoever writes letters of one word side by side leaves paper between them; the strokes of one letter cross, touch, or
stand above one another. Where both is possible, the network decides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.networks.classify import Classifier, confidence
from charnet.networks.ranking import Ranking
from charnet.pictures import ink

PEN = 0.036  # width of the line, in sides of the square (charnet/web/paint.js)
TOUCHING = 0.06  # of the drawing's height; strokes closer than this from side to side are one letter
COVERED = 0.35  # of the narrower one's width; what overlaps so much from side to side is one letter
MARK = 0.36, 0.5  # of the drawing's height; what is lower and narrower is no letter but a dot, an accent, a piece
WHOLE = 0.3  # of the confidence in the whole as one letter; letters of a word are read with as much, taken together
SPACE = 0.6  # of the usual height; a wider gap is a space between two words

MOST = 60  # strokes of a word; what has more is a drawing

Array = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, width, height in sides of the square


class Letter(NamedTuple):
    box: Box  # of its strokes, the pen's width included
    ranking: Ranking
    sure: bool
    space: bool  # whether a space comes before it


def read(classifier: Classifier, strokes: list[list[list[float]]]) -> list[Letter]:
    """Strokes [[x, y, ...], ...] -> the letters of a word from left to right; none where it is one letter, or a whole
    drawing."""
    if len(strokes) > MOST:
        return []
    points = [np.asarray(stroke, dtype=np.float64) for stroke in strokes]
    groups = split(points)
    if len(groups) < 2:
        return []
    letters = [[points[number] for number in group] for group in groups]
    framed = np.stack([ink.framed(letter, classifier.spec) for letter in [points, *letters]])
    likelihoods = classifier.likelihoods(framed)
    whole, *each = confidence(likelihoods)
    if WHOLE * whole > np.exp(np.log(each).mean()):
        return []
    boxes = np.array([_box(letter) for letter in letters])
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])
    spaces = [False, *(gaps > SPACE * np.median(boxes[:, 3] - boxes[:, 1])).tolist()]
    sure = classifier.sure(likelihoods[1:]).tolist()
    rankings = [classifier.ranking(row) for row in likelihoods[1:]]
    sizes = [(left, top, right - left, bottom - top) for left, top, right, bottom in boxes.tolist()]
    return [Letter(*each) for each in zip(sizes, rankings, sure, spaces, strict=True)]


def split(points: list[Array]) -> list[list[int]]:
    """Strokes (n, 2 or more) -> the numbers of those that may be one letter, together, from left to right."""
    high = _box(points)[3] - _box(points)[1]
    groups = [[number] for number in range(len(points))]
    while pair := _pair([_box([points[number] for number in group]) for group in groups], high):
        one, other = pair
        groups[one] += groups.pop(other)
    return [sorted(group) for group in sorted(groups, key=lambda group: _box([points[n] for n in group])[0])]


def _pair(boxes: list[Array], high: float) -> tuple[int, int] | None:
    """Two of the groups that are one letter, the closest first; None where all stand apart."""
    found = []
    for other in range(len(boxes)):
        for one in range(other):
            (x0, _, x1, _), (u0, _, u1, _) = boxes[one], boxes[other]
            apart = max(x0, u0) - min(x1, u1)
            together = apart < TOUCHING * high or -apart > COVERED * min(x1 - x0, u1 - u0)
            if together or _is_mark(boxes[one], high) or _is_mark(boxes[other], high):
                found.append((apart, one, other))
    return min(found)[1:] if found else None


def _is_mark(box: Array, high: float) -> bool:
    return bool(box[3] - box[1] < MARK[0] * high and box[2] - box[0] < MARK[1] * high)


def _box(strokes: list[Array]) -> Array:
    """Left, top, right, bottom of ink as it is drawn."""
    everything = np.concatenate([stroke[:, :2] for stroke in strokes])
    result: Array = np.concatenate([everything.min(axis=0) - PEN / 2, everything.max(axis=0) + PEN / 2])
    return result
