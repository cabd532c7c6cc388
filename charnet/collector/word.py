"""Tells a word, drawn as several letters side by side, from one letter, and reads its letters.

Between the letters of a word there is a gap, while the strokes of one letter cross, touch, or lie above each other. So
the strokes are grouped by their positions, and where the network is surer of the whole as one letter, it is one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.networks.classify import Classifier, confidence
from charnet.networks.ranking import Ranking
from charnet.pictures import ink

PEN = 0.036  # width of the line, in sides of the square (charnet/web/paint.js)
MIN_GAP = 0.06  # of the drawing's height; strokes with a narrower gap between them are one letter
MIN_OVERLAP = 0.35  # of the narrower stroke's width; strokes that overlap more from left to right are one letter
MARK_HEIGHT, MARK_WIDTH = 0.36, 0.5  # of the drawing's height; a smaller group is a dot or an accent, not a letter
WORD_CONFIDENCE = 0.3  # of the confidence in the whole as one letter; the letters' mean must reach it to be a word
SPACE = 0.6  # of the median letter's height; a wider gap is a space between two words
MAX_STROKES = 60  # of a word; comparing every pair of more takes too long

Array = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, width, height in sides of the square


class WordLetter(NamedTuple):
    box: Box  # around its strokes, with the width of the pen
    ranking: Ranking
    sure: bool
    space: bool  # whether there is a space before it


def read(classifier: Classifier, strokes: list[list[list[float]]]) -> list[WordLetter]:
    """Strokes [[x, y, ...], ...] -> the letters of a word from left to right; none where they are one letter.

    More strokes than `MAX_STROKES` are no word either.
    """
    if len(strokes) > MAX_STROKES:
        return []
    points = [np.asarray(stroke, dtype=np.float64) for stroke in strokes]
    groups = group_strokes(points)
    if len(groups) < 2:
        return []
    letters = [[points[index] for index in group] for group in groups]
    framed = np.stack([ink.framed(letter, classifier.spec) for letter in [points, *letters]])
    likelihoods = classifier.likelihoods(framed)
    whole, *each = confidence(likelihoods)
    if WORD_CONFIDENCE * whole > np.exp(np.log(each).mean()):  # the geometric mean
        return []
    boxes = np.array([_bounds(letter) for letter in letters])
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])
    spaces = [False, *(gaps > SPACE * np.median(boxes[:, 3] - boxes[:, 1])).tolist()]
    sure = classifier.sure(likelihoods[1:]).tolist()
    rankings = [classifier.ranking(row) for row in likelihoods[1:]]
    sizes = [(left, top, right - left, bottom - top) for left, top, right, bottom in boxes.tolist()]
    return [WordLetter(*each) for each in zip(sizes, rankings, sure, spaces, strict=True)]


def group_strokes(points: list[Array]) -> list[list[int]]:
    """Strokes (n, 2 or more) -> groups of their indices, one group a letter, from left to right.

    Starts with one group for each stroke and merges the closest two that belong together until none do.
    """
    _, top, _, bottom = _bounds(points)
    groups = [[index] for index in range(len(points))]
    while pair := _closest_pair([_bounds([points[index] for index in group]) for group in groups], bottom - top):
        first, second = pair
        groups[first] += groups.pop(second)
    return [sorted(group) for group in sorted(groups, key=lambda group: _bounds([points[i] for i in group])[0])]


def _closest_pair(boxes: list[Array], height: float) -> tuple[int, int] | None:
    """The two groups with the smallest gap among those that are one letter; None where there are none."""
    found = []
    for second in range(len(boxes)):
        for first in range(second):
            (left, _, right, _), (other_left, _, other_right, _) = boxes[first], boxes[second]
            gap = max(left, other_left) - min(right, other_right)  # negative where they overlap
            overlap = -gap > MIN_OVERLAP * min(right - left, other_right - other_left)
            if gap < MIN_GAP * height or overlap or _is_mark(boxes[first], height) or _is_mark(boxes[second], height):
                found.append((gap, first, second))
    return min(found)[1:] if found else None


def _is_mark(box: Array, height: float) -> bool:
    left, top, right, bottom = box
    return bool(bottom - top < MARK_HEIGHT * height and right - left < MARK_WIDTH * height)


def _bounds(strokes: list[Array]) -> Array:
    """Left, top, right and bottom of strokes, with the width of the pen."""
    points = np.concatenate([stroke[:, :2] for stroke in strokes])
    bounds: Array = np.concatenate([points.min(axis=0) - PEN / 2, points.max(axis=0) + PEN / 2])
    return bounds
