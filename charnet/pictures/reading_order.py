"""Boxes of letters to lines, in reading order, for sloping lines, letters of different sizes, headings and columns.

Neighbouring letters at one height are joined to pieces of lines. Pieces are then sorted by two rules (Breuel 2003): one
that is above another comes first, and so does the left one of two columns, unless a line across both is between them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures import Mask

MAX_SLOPE = 0.3  # lines rise or fall by at most so much (17 degrees)
STEP = 0.01  # between slopes that are tried
SLOPE_PENALTY = 0.25  # the share by which a slope of 1 lowers the agreement of neighbours
NEIGHBOURHOOD = 10  # median heights within which letters are neighbours
AGREEMENT = 0.5  # of the median height; neighbours of one line are so much at one height
MAX_OFFSET = 0.7  # of a letter's height, by which both the bottoms and the middles of a line's neighbours may differ
GAP_COST = 0.5  # of a gap of a letter's height, in offsets; nearer letters are joined first
COLUMN_GAP = 3.0  # of the median height; columns are further apart,
GAP_TO_USUAL = 4.0  # and so many times further than a line's letters usually are

Boxes = npt.NDArray[np.float64]  # (n, 4): left, top, right, bottom
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


def lines(boxes: Boxes) -> list[list[int]]:
    """The numbers of the letters (n, 4) in lines from top to bottom, each from left to right, column by column."""
    if not len(boxes):
        return []
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    pairs = _neighbours(boxes, height)
    level = _rotated(boxes, _slope(boxes, pairs, height))
    pairs = np.where(level[pairs[:, :1], 0] <= level[pairs[:, 1:], 0], pairs, pairs[:, ::-1])  # left to right
    offsets = _offsets(level[pairs[:, 0]], level[pairs[:, 1]], height)
    pairs, offsets = pairs[offsets < MAX_OFFSET], offsets[offsets < MAX_OFFSET]
    gaps = np.maximum(0, level[pairs[:, 1], 0] - level[pairs[:, 0], 2])
    max_gap = max(COLUMN_GAP * height, GAP_TO_USUAL * _usual_gap(pairs[:, 0], gaps))
    cost = np.where(gaps < max_gap, offsets + GAP_COST * gaps / height, np.inf)
    pieces = _pieces(level, pairs[np.argsort(cost, kind="stable")][: np.count_nonzero(np.isfinite(cost))])
    continues, before = _relations(level, pieces, max_gap, height)
    found: list[list[int]] = []
    last = None
    for number in _sorted(before, np.array([_middle(level[piece]).mean() for piece in pieces])):
        if last is not None and continues[last, number]:
            found[-1] += pieces[number]
        else:
            found.append(pieces[number])
        last = number
    return found


def _middle(boxes: Boxes) -> Floats:
    middle: Floats = (boxes[:, 1] + boxes[:, 3]) / 2
    return middle


def _neighbours(boxes: Boxes, height: float) -> Numbers:
    """Pairs of letters that are near each other, (m, 2)."""
    from scipy import spatial

    tree = spatial.cKDTree(np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, _middle(boxes)], axis=1))
    pairs: Numbers = tree.query_pairs(NEIGHBOURHOOD * height, output_type="ndarray")
    return pairs


def _slope(boxes: Boxes, pairs: Numbers, height: float) -> float:
    """The slope of the lines, in rows a column: the one along which most neighbours are at one height."""
    one, other = boxes[pairs[:, 0]], boxes[pairs[:, 1]]
    dx = (other[:, 0] + other[:, 2] - one[:, 0] - one[:, 2]) / 2
    rises = _middle(other) - _middle(one), other[:, 3] - one[:, 3]
    slopes = np.arange(-MAX_SLOPE, MAX_SLOPE + STEP / 2, STEP)
    slopes = slopes[np.argsort(np.abs(slopes))]  # so that the most level one wins where all agree alike
    agreement = [
        sum(np.maximum(0, 1 - np.abs(dy - slope * dx) / (AGREEMENT * height)).sum() for dy in rises)
        * (1 - SLOPE_PENALTY * abs(slope))
        for slope in slopes
    ]
    return float(slopes[int(np.argmax(agreement))])


def _rotated(boxes: Boxes, slope: float) -> Boxes:
    """Boxes of unchanged size whose centres are rotated so that lines of that slope are horizontal."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, _middle(boxes)
    across, down = x + slope * y, y - slope * x
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    return np.stack([across - half[:, 0], down - half[:, 1], across + half[:, 0], down + half[:, 1]], axis=1)


def _offsets(one: Boxes, other: Boxes, height: float) -> Floats:
    """How far letters (n, 4) are from the line of others, in letters' heights: by their bottoms or their middles.

    A capital stands on the line of small letters; the middle of a g or a dash is at the height of their middles.
    """
    away = np.minimum(np.abs(one[..., 3] - other[..., 3]), np.abs(one[..., 1::2].mean(-1) - other[..., 1::2].mean(-1)))
    heights = (one[..., 3] - one[..., 1]) * (other[..., 3] - other[..., 1])
    offsets: Floats = away / np.maximum(height, np.sqrt(heights))
    return offsets


def _usual_gap(left: Numbers, gaps: Floats) -> float:
    """The median distance from a letter to the next one of its line; 0 where no letter has one."""
    nearest = np.full(left.max(initial=0) + 1, np.inf)
    np.minimum.at(nearest, left, gaps)
    nearest = nearest[np.isfinite(nearest)]
    return float(np.median(nearest)) if len(nearest) else 0.0


def _pieces(boxes: Boxes, pairs: Numbers) -> list[list[int]]:
    """Join the letters of each pair, in order, unless one letter would then be above another of its line."""
    centre, half = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 2] - boxes[:, 0]) / 2
    pieces = [[number] for number in range(len(boxes))]
    own = list(range(len(boxes)))  # the piece of each letter
    for first, second in pairs.tolist():
        one, other = own[first], own[second]
        if one == other:
            continue
        a, b = pieces[one], pieces[other]
        if (np.abs(np.subtract.outer(centre[a], centre[b])) < np.minimum.outer(half[a], half[b])).any():
            continue
        for number in b:
            own[number] = one
        pieces[one], pieces[other] = a + b, []
    return [sorted(piece, key=lambda number: float(boxes[number, 0])) for piece in pieces if piece]


def _relations(boxes: Boxes, pieces: list[list[int]], max_gap: float, height: float) -> tuple[Mask, Mask]:
    """Which pieces (n, n) continue another one's line after a wide gap, and which come before another."""
    outer = np.array([(*boxes[piece, :2].min(axis=0), *boxes[piece, 2:].max(axis=0)) for piece in pieces])
    middle = np.array([_middle(boxes[piece]).mean() for piece in pieces])
    first, last = (boxes[[piece[end] for piece in pieces]] for end in (0, -1))
    left, right = outer[:, 0], outer[:, 2]
    above = np.less.outer(middle, middle)
    over = np.less.outer(left, right) & np.less.outer(left, right).T & ~np.eye(len(pieces), dtype=bool)
    gaps = left - right[:, None]  # [a, b]: from the end of a to the beginning of b
    beside = gaps > 0
    lined = beside & (_offsets(last[:, None], first, height) < MAX_OFFSET)
    counts = beside.astype(np.float32), over.astype(np.float32)
    # Two columns: there is more below or above the right one, beside the left one, and the other way round.
    columns = gaps > max_gap
    columns &= (counts[0] @ counts[1] > 0) & (counts[1] @ counts[0] > 0)
    between = np.zeros_like(over)
    for number in np.flatnonzero(right - left > max_gap):
        higher, lower = over[number] & above[:, number], over[number] & above[number]
        between[np.ix_(higher, lower)] = between[np.ix_(lower, higher)] = True
    continues = lined & ~columns
    return continues, (over & above) | continues | (columns & ~between)


def _sorted(before: Mask, middle: Floats) -> list[int]:
    """Pieces in an order in which none precedes those `before` it; of several that may come next, the highest."""
    waiting, rest = before.sum(axis=0), middle.copy()
    far, order = float(np.ptp(middle)) + 1, []
    for _ in middle:
        number = int(np.argmin(rest + far * (waiting > 0)))
        order.append(number)
        rest[number] = np.inf
        waiting = waiting - before[number]
    return order
