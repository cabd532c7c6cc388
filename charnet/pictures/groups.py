"""Groups shapes into letters: broken strokes, parts that overlap from side to side, and the dots of i and j."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures.shapes import Shapes

MIN_SIZE = 0.22  # of the usual letter's height; what is smaller in both directions, and no dot, is one
MAX_SIZE = 3.5  # times the usual height; more is no letter
MAX_DOT = 0.45  # of the usual height; a mark of at most this may be a dot
MAX_DASH_HEIGHT = 0.3  # of the usual height; a mark no higher may be a dash above a letter
MIN_OVERLAP = 0.5  # of the narrower shape's width; what overlaps so much from side to side is one letter
MAX_GAP = 0.05  # of the usual height; pieces closer than this are one letter
MAX_DOT_ABOVE = 0.75  # of the usual height; dots are no further from their letters, up or down,
MAX_DOT_BESIDE = 0.12  # nor to the side;
MAX_DOT_DISTANCE = 0.6  # but a mark above may be so far away, up and to the side together

Boxes = npt.NDArray[np.float32]  # (n, 4): left, top, right, bottom


def letters(there: Shapes) -> list[list[int]]:
    """The numbers of the shapes that belong to each letter."""
    from scipy.sparse import coo_array, csgraph

    boxes = there.boxes.astype(np.float32)
    usual = usual_height(there)
    dot = there.size < MAX_DOT * usual
    mark = dot | (boxes[:, 3] - boxes[:, 1] < MAX_DASH_HEIGHT * usual)
    over, apart = _overlap(boxes, 0), -_overlap(boxes, 1)
    wide = boxes[:, 2] - boxes[:, 0]
    stacked = (over > MIN_OVERLAP * np.minimum.outer(wide, wide)) & (apart < 0.15 * usual)
    stacked &= ~np.logical_or.outer(dot, dot)
    joined = stacked | ((-over < MAX_GAP * usual) & (apart < MAX_GAP * usual))
    np.fill_diagonal(joined, False)
    _add_dots(joined, boxes, mark, usual)
    first, second = np.nonzero(joined)
    graph = coo_array((np.ones(len(first)), (first, second)), joined.shape)
    count, names = csgraph.connected_components(graph, directed=False)
    found = [np.flatnonzero(names == name).tolist() for name in range(count)]
    return [group for group in found if MIN_SIZE * usual < longer_side(boxes, group) < MAX_SIZE * usual]


def usual_height(there: Shapes) -> float:
    """The median size of the shapes without dots."""
    size = there.size.astype(np.float64)
    return float(np.median(size[size > 0.4 * np.percentile(size, 75)]))


def longer_side(boxes: Boxes, group: list[int]) -> float:
    low, high = boxes[group, :2].min(axis=0), boxes[group, 2:].max(axis=0)
    return float((high - low).max())


def _overlap(boxes: Boxes, axis: int) -> npt.NDArray[np.float32]:
    """How far each two overlap along an axis (0 across, 1 down), (n, n); less than 0 where they are apart."""
    low, high = boxes[:, axis], boxes[:, axis + 2]
    result: npt.NDArray[np.float32] = np.minimum.outer(high, high) - np.maximum.outer(low, low)
    return result


def _add_dots(joined: npt.NDArray[np.bool_], boxes: Boxes, mark: npt.NDArray[np.bool_], usual: float) -> None:
    """Join each mark to one letter only; otherwise the dot of an i would also join it to a letter above."""
    letter = np.flatnonzero(~mark)
    for one in np.flatnonzero(mark):
        others = letter[~joined[one, letter]]
        if len(others) < len(letter) or not len(letter):
            continue
        left, top, right, bottom = boxes[one]
        x0, y0, x1, y1 = boxes[others].T
        beside, apart = np.maximum(x0 - right, left - x1), np.maximum(y0 - bottom, top - y1)
        above = (top + bottom) / 2 < (y0 + y1) / 2
        near = (beside < MAX_DOT_BESIDE * usual) & (apart < MAX_DOT_ABOVE * usual)
        near |= above & (np.maximum(beside, 0) + np.maximum(apart, 0) < MAX_DOT_DISTANCE * usual)
        # A dot stands above its letter, rather than below or beside it; and an i and a j are narrow.
        away = np.maximum(apart, 0) * np.where(top < y0, 1, 2) + 2 * np.maximum(beside, 0) + (x1 - x0)
        if near.any():
            joined[one, others[np.where(near, away, np.inf).argmin()]] = True
