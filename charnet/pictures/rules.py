"""Removes ruled lines, grids, tables and boxes from ink: lines that are long, thin and straight."""

from __future__ import annotations

import numpy as np

from charnet.pictures import Array, Mask, shapes

MAX_SLOPE = 0.18  # ruled and checked lines rise or fall by at most so much (10 degrees)
PIECE_LENGTH = 0.09  # of the picture's side; a rule is straight over pieces of this length
MIN_LENGTH = 0.55  # of the picture's side; a straight line so long that ends at the border, or is very fine, is a rule
MAX_THICKNESS = 0.0125  # of the picture's side; what is thicker is no rule
MIN_BLURRED = 11  # pixels that a dark rule of one or two is high with its blur
MAX_FINE = 0.008  # of the picture's side
MIN_TABLE = 0.06  # of a picture's longer side; a box that is smaller is no table's,
MIN_SIDES_DRAWN = 0.6  # nor is one with less than this share of its four sides drawn
MIN_LETTER = 0.15  # of a table's shorter side; what is written in it is larger


def removed(ink: Array, level: float) -> Array:
    """Ink without ruled and checked lines, tables and boxes; strokes that cross one are closed again."""
    return _without_rules(_without_tables(ink, level), level)


def _without_tables(ink: Array, level: float) -> Array:
    """Ink without the lines of tables and boxes, each treated as a picture of its own."""
    there = shapes.find(ink, level)
    for number in np.flatnonzero((there.size > MIN_TABLE * max(ink.shape)) & ~there.outside):
        if _is_table(there, int(number)):
            left, top, right, bottom = there.boxes[number]
            ink = ink.copy()
            ink[top:bottom, left:right] = _without_rules(ink[top:bottom, left:right], level, max(ink.shape))
    return ink


def _is_table(there: shapes.Shapes, number: int) -> bool:
    """Whether a shape is drawn along all four sides of its box; or, where it is askew, has others within its lines."""
    from scipy import ndimage

    left, top, right, bottom = there.boxes[number]
    own = there.names[top:bottom, left:right] == number + 1
    rim = max(1, min(own.shape) // 16)
    sides = own[:rim].any(axis=0), own[-rim:].any(axis=0), own[:, :rim].any(axis=1), own[:, -rim:].any(axis=1)
    if np.mean([each.mean() for each in sides]) > MIN_SIDES_DRAWN:
        return True
    x0, y0, x1, y1 = there.boxes.T
    within = (x0 > left) & (y0 > top) & (x1 < right) & (y1 < bottom) & (there.size > MIN_LETTER * min(own.shape))
    return bool(within.any() and np.mean(ndimage.binary_fill_holes(own)) > 0.5)


def _without_rules(ink: Array, level: float, side: int = 0) -> Array:
    """Ink without horizontal and vertical lines; `side` is the longer side of the picture that it is cut from."""
    across = _without_lines(ink, level, max(side, ink.shape[1]))
    return _without_lines(across.T, level, max(side, ink.shape[0])).T


def _without_lines(ink: Array, level: float, side: int) -> Array:
    """Ink without long, thin lines that are about horizontal."""
    slope = _slope(ink > level)
    if slope is None:
        return ink
    rows, columns = ink.shape
    shift = np.round(slope * (np.arange(columns) - columns / 2)).astype(int)
    spare = int(np.abs(shift).max())
    padded = np.pad(ink, ((spare, spare), (0, 0)), mode="edge")
    place = (np.arange(rows + 2 * spare)[:, None] + shift) % (rows + 2 * spare)
    straight = np.take_along_axis(padded, place, axis=0)  # the lines are about level now
    lines = _lines(straight > level, side)
    if not lines.any():
        return ink
    back = np.empty_like(padded)
    np.put_along_axis(back, place, _erased(straight, lines, level), axis=0)
    return back[spare : spare + rows]


def _lines(dark: Mask, side: int) -> Mask:
    """A mask of long, thin, horizontal lines; they may be interrupted by broad strokes of a letter."""
    from scipy import ndimage

    rows, columns = dark.shape
    piece, tall = max(2, round(PIECE_LENGTH * columns)), max(MIN_BLURRED, round(MAX_THICKNESS * side))
    broad = ndimage.maximum_filter1d(ndimage.minimum_filter1d(dark, tall, axis=0), tall + 2, axis=0)
    thin = ndimage.maximum_filter1d(dark & ~broad, 3, axis=0) & ~broad
    part, known = (ndimage.uniform_filter1d(each.astype(np.float32), piece, axis=1, mode="nearest")
                   for each in (thin, ~broad))  # fmt: skip
    run = (part > 0.85 * known) & (known > 0.3)
    run = ndimage.maximum_filter1d(run, piece // 2, axis=1) & thin
    whole = ndimage.minimum_filter1d(ndimage.maximum_filter1d(run, piece, axis=1), piece, axis=1)
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
        long = length > MIN_LENGTH * columns and (at_border or fine)
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


def _slope(dark: Mask) -> float | None:
    """The slope of the long lines, in rows a column, at which neighbouring row sums differ most; None without lines."""
    rows, columns = dark.shape
    x = np.arange(0, columns, max(1, columns // 32))
    slopes = np.linspace(-MAX_SLOPE, MAX_SLOPE, 49)
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
    return float(slopes[best]) if profile[best].max() > 0.3 else None
