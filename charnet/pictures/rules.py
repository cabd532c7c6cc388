"""Removes ruled lines, grids, tables and boxes from ink: lines that are long, thin and straight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from charnet.pictures import Array, Mask, shapes

MAX_SLOPE = 0.28  # lines rise or fall by at most so much (16 degrees)
SLOPES = np.linspace(-MAX_SLOPE, MAX_SLOPE, 77)  # that are tried
PIECE_LENGTH = 0.09  # of the picture's side; a rule is straight over pieces of this length
MIN_LENGTH = 0.55  # of the side; a straight line so long that ends at the border, or is very fine, is a rule
MAX_THICKNESS = 0.0125  # of the picture's side; what is thicker is no rule
MIN_BLURRED = 11  # pixels that a dark rule of one or two is high with its blur
MAX_FINE = 0.008  # of the picture's side

MIN_BOX = 0.03  # of a picture's longer side; a box that is smaller is no form's,
MAX_INK = 0.6  # of a box's bounding box; nor is one with more ink,
MIN_SIDE_DRAWN = 0.75  # nor one with less than this share of any side drawn as a straight line
STRAIGHT = 0.02  # of a box's longer side, by which its sides may waver; at least 1.5 pixels
MAX_BEYOND = 1.25  # times a box's size; letters that touch it reach no further beyond it
MAX_SLOPE_ERROR = 0.04  # of a box's slope as its outline gives it; perspective turns its sides differently
MIN_HELD = 0.005  # of a box's area; what is written in it covers more
MAX_CROSSING = 33  # pixels of a box's side that a letter hides where it touches it
MARGIN = 4  # pixels of paper around a box that is cut out
LEFTOVER = 3  # pixels; what remains of a box's lines is so near to where they were


class Box(NamedTuple):
    """A rectangle, turned by the slope of its upper and lower side, in rows a column."""

    width: float
    height: float
    slope: float


def removed(ink: Array, level: float) -> Array:
    """Ink without ruled and checked lines, tables and boxes; strokes that cross one are closed again."""
    ink = _without_tables(ink, level)
    across = _without_lines(ink, level, ink.shape[1], MIN_LENGTH * ink.shape[1])
    return _without_lines(across.T, level, ink.shape[0], MIN_LENGTH * ink.shape[0]).T


def has_box(ink: Mask) -> bool:
    """Whether ink has a box, or a frame, with other shapes in it."""
    there = shapes.find(ink.astype(np.float32), 0.5)
    candidates = np.flatnonzero(_may_be_boxes(there, max(ink.shape)))
    return any(_holds(there, int(number)) and _box(there, int(number)) is not None for number in candidates)


def _without_tables(ink: Array, level: float) -> Array:
    """Ink without the lines of tables and boxes; other shapes within them stay as they are."""
    there = shapes.find(ink, level)
    boxes = {int(number): _box(there, int(number)) for number in np.flatnonzero(_may_be_boxes(there, max(ink.shape)))}
    found = {number: box for number, box in boxes.items() if box}
    for number, box in found.items():
        if not _holds(there, number) and _alike(box, found.values()) < 2:
            continue  # it may be a letter
        left, top, right, bottom = there.boxes[number]
        window = np.s_[top:bottom, left:right]
        own = (there.names[window] == number + 1) | (there.names[window] == 0)
        part = np.pad(np.where(own, ink[window], 0), MARGIN)
        across = _without_lines(part, level, max(ink.shape), MIN_LENGTH * box.width, box.slope)
        bare = _without_lines(across.T, level, max(ink.shape), MIN_LENGTH * box.height, -box.slope).T
        ink = ink.copy()
        bare = _without_leftovers(part, bare, level)[MARGIN:-MARGIN, MARGIN:-MARGIN]
        ink[window] = np.where(own, bare, ink[window])
    return ink


def _may_be_boxes(there: shapes.Shapes, side: int) -> Mask:
    """A fast test: large enough, and its ink is but a small part of its bounding box."""
    width, height = (there.boxes[:, 2:] - there.boxes[:, :2]).T
    result: Mask = (np.minimum(width, height) > MIN_BOX * side) & (there.area < MAX_INK * width * height)
    return result & ~there.outside


def _box(there: shapes.Shapes, number: int) -> Box | None:
    """The box that a shape's outline is, whichever letters it touches; None for other shapes."""
    left, top, right, bottom = there.boxes[number]
    own = there.names[top:bottom, left:right] == number + 1
    rows, columns = own.shape
    step = max(1.5, STRAIGHT * max(own.shape))
    x, y = np.flatnonzero(own.any(axis=0)), np.flatnonzero(own.any(axis=1))
    upper, lower = own.argmax(axis=0)[x], rows - own[::-1].argmax(axis=0)[x]
    first, last = own.argmax(axis=1)[y], columns - own[:, ::-1].argmax(axis=1)[y]
    best, found = MIN_SIDE_DRAWN, None
    for slope in np.linspace(-MAX_SLOPE, MAX_SLOPE, 29):
        (above, n), (below, s) = (_commonest(end - slope * x, step) for end in (upper, lower))
        (before, w), (behind, e) = (_commonest(end + slope * y, step) for end in (first, last))
        box = Box(behind - before, below - above, float(slope))
        around = box.width + abs(slope) * box.height, box.height + abs(slope) * box.width
        if min(box.width, box.height) > 0 and max(columns / around[0], rows / around[1]) < MAX_BEYOND:
            drawn = min(n / box.width, s / box.width, w / box.height, e / box.height)
            if drawn > best:
                best, found = drawn, box
    return found


def _commonest(values: Array, step: float) -> tuple[float, int]:
    """The value that most of the values are within about a `step` of, and how many are."""
    low = float(values.min())
    counts = np.bincount(((values - low) / step).astype(int))
    pairs = counts + np.append(counts[1:], 0)
    most = int(pairs.argmax())
    return low + step * (most + 1), int(pairs[most])


def _holds(there: shapes.Shapes, number: int) -> bool:
    """Whether other shapes, more than specks, are within the bounding box of a shape."""
    left, top, right, bottom = there.boxes[number]
    x0, y0, x1, y1 = there.boxes.T
    inside = (x0 > left) & (y0 > top) & (x1 < right) & (y1 < bottom)
    covered = ((x1 - x0) * (y1 - y0))[inside].sum()
    return bool(covered > MIN_HELD * (right - left) * (bottom - top))


def _alike(box: Box, others: Iterable[Box]) -> int:
    """How many boxes are of about the same size."""
    return sum(abs(box.width - o.width) < 0.1 * o.width and abs(box.height - o.height) < 0.1 * o.height for o in others)


def _without_leftovers(before: Array, after: Array, level: float) -> Array:
    """Ink without what remains of lines, at their corners and crossings: shapes that hardly leave where lines were."""
    from scipy import ndimage

    near = ndimage.maximum_filter((before > level) & (after <= level), 2 * LEFTOVER + 1)
    names, count = ndimage.label(after > level, np.ones((3, 3)))
    share = np.bincount(names.ravel(), near.ravel(), count + 1) / np.maximum(1, np.bincount(names.ravel()))
    share[0] = 0
    return np.where(share[names] > 0.5, 0, after)


def _without_lines(ink: Array, level: float, side: int, length: float, about: float | None = None) -> Array:
    """Ink without thin lines, longer than `length`, that are about horizontal, or about of a known slope.

    `side` is the longer side of the picture that the ink is cut from.
    """
    slope = _slope(ink > level, about)
    if slope is None:
        return ink
    rows, columns = ink.shape
    shift = np.round(slope * (np.arange(columns) - columns / 2)).astype(int)
    spare = int(np.abs(shift).max())
    padded = np.pad(ink, ((spare, spare), (0, 0)), mode="edge")
    place = (np.arange(rows + 2 * spare)[:, None] + shift) % (rows + 2 * spare)
    straight = np.take_along_axis(padded, place, axis=0)  # the lines are about level now
    lines = _lines(straight > level, side, length, 0 if about is None else MAX_CROSSING)
    if not lines.any():
        return ink
    back = np.empty_like(padded)
    np.put_along_axis(back, place, _erased(straight, lines, level), axis=0)
    return back[spare : spare + rows]


def _lines(dark: Mask, side: int, least: float, gap: int) -> Mask:
    """A mask of thin, horizontal lines longer than `least`; letters may interrupt them, for `gap` pixels at least."""
    from scipy import ndimage

    rows, columns = dark.shape
    piece, tall = (
        max(2, round(PIECE_LENGTH * columns), min(gap, columns // 3)),
        max(MIN_BLURRED, round(MAX_THICKNESS * side)),
    )
    broad = ndimage.maximum_filter1d(ndimage.minimum_filter1d(dark, tall, axis=0), tall + 2, axis=0)
    thin = ndimage.maximum_filter1d(dark & ~broad, 3, axis=0) & ~broad
    part, known = (ndimage.uniform_filter1d(each.astype(np.float32), piece, axis=1, mode="nearest")
                   for each in (thin, ~broad))  # fmt: skip
    run = (part > 0.85 * known) & (known > 0.3)
    run = ndimage.maximum_filter1d(run, piece // 2, axis=1) & thin
    gap = max(gap, piece)
    whole = ndimage.minimum_filter1d(ndimage.maximum_filter1d(run, gap, axis=1), gap, axis=1)
    names, _ = ndimage.label(whole, np.ones((3, 3)))
    near = ndimage.maximum_filter(broad, (3, piece))
    lines = np.zeros_like(dark)
    for name, (high, wide) in enumerate(ndimage.find_objects(names), 1):
        length = wide.stop - wide.start
        at_border = wide.start < 0.02 * columns or wide.stop > 0.98 * columns
        whole_one = names[high, wide] == name
        own = whole_one & run[high, wide]
        if not own.any():
            continue
        thickness = own.sum(axis=0)
        own &= thickness <= 2 * np.median(thickness[thickness > 0]) + 1  # where it is thicker a letter lies on it
        fine = own.sum() < max(MIN_BLURRED, MAX_FINE * side) * length
        ends = whole_one & near[high, wide]
        through = at_border and bool(ends[:, : piece // 2].any() or ends[:, -piece // 2 :].any())
        long = length > least and (at_border or fine)
        if high.stop - high.start < max(0.06 * rows, tall) and (long or (through and length > 2 * piece and fine)):
            lines[high, wide] |= own
    return lines


def _erased(ink: Array, lines: Mask, level: float) -> Array:
    """Ink without horizontal lines; darker ink stays, and so do strokes that continue above and below."""
    from scipy import ndimage

    strength = float(np.percentile(ink[lines & (ink > level)], 75))
    starts = (lines[1:] & ~lines[:-1]).sum(axis=0)
    thickness = lines.sum() / max(1, starts.sum())
    lines = ndimage.maximum_filter1d(lines, 3, axis=0)
    mended = ndimage.grey_closing(np.where(lines, 0, ink), (int(thickness) + 5, 1))
    kept = np.where(ink > 1.5 * strength + 0.05, ink, np.minimum(ink, mended))
    return np.where(lines, kept, ink)


def _slope(dark: Mask, about: float | None = None) -> float | None:
    """The slope of the long lines, in rows a column, at which neighbouring row sums differ most; None without lines.

    Where it is known roughly, there are lines, and it is only made more precise.
    """
    rows, columns = dark.shape
    x = np.arange(0, columns, max(1, columns // 32))
    slopes = SLOPES if about is None else about + SLOPES[np.abs(SLOPES) < MAX_SLOPE_ERROR]
    shift = np.round(slopes[:, None] * (x - columns / 2)).astype(int)  # (slopes, x)
    part = np.ascontiguousarray(dark[:, x].T)
    part = np.concatenate([part, part, part], axis=1)  # so that a slice is a shift
    profile = np.empty((len(slopes), rows), np.float32)
    for number, each in enumerate(shift):
        profile[number] = np.mean(
            [line[rows + by : 2 * rows + by] for line, by in zip(part, each % rows, strict=True)], axis=0
        )
    contrast = ((profile - np.roll(profile, 4, axis=1)) ** 2).sum(axis=1)
    best = int(contrast.argmax())
    return float(slopes[best]) if about is not None or profile[best].max() > 0.3 else None
