"""Photos to ink: what is darker (or, on a board, lighter) than the paper around it, without the paper's own lines.

Paper, shadows, desks and frames are wide, pens are not: a grey closing wider than any pen gives the level of what lies
behind the ink, whatever the light and whatever else is in view.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures.closing import close
from charnet.pictures.shapes import Side, share

WIDEST = 0.16  # of a picture's longer side; what is wider than this is no stroke of a pen
FAINTEST = 0.055  # of the paper's brightness; less is no ink
GRAINS = 6  # standard deviations of the paper's grain that ink must stand out by
STEEPEST = 0.18  # ruled and checked lines rise or fall by at most so much (10 degrees)
STRAIGHT = 0.09  # of the picture's side; a rule is straight over pieces of this length
LONG = 0.55  # of the picture's side; a straight line so long that ends at the border, or is very fine, is a rule
THICKEST = 0.0125  # of the picture's side; what is thicker is no rule
FINEST = 0.008  # of the picture's side

Array = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]


def sides(light: Array) -> list[Side]:
    """Brightness (rows, columns) in [0, 1] -> its dark ink and its light ink, both without the paper's lines."""
    both = [contrast(light, dark) for dark in (True, False)]
    return [
        Side(light, dark, without_rules(ink, level), level, other > max(0.15, others))
        for dark, (ink, level), (other, others) in zip((True, False), both, both[::-1], strict=True)
    ]


def contrast(light: Array, dark: bool = True) -> tuple[Array, float]:
    """Brightness (rows, columns) in [0, 1] -> ink darker (or lighter) than its paper, and the level it starts at.

    Ink is the share of the light that is missing, 0 on paper to near 1 for black; for chalk, the share it brings.
    """
    from scipy import ndimage  # here: it takes longer to import than a clean picture to read

    smooth = ndimage.gaussian_filter(light, 0.7)
    even, width = ndimage.gaussian_filter(smooth, 1.5), max(9, round(WIDEST * max(light.shape)))
    paper = close(even, width) if dark else -close(-even, width)
    ink = share(paper, smooth) if dark else share(smooth, paper)
    typical = float(np.median(ink))
    grain = 1.4826 * float(np.median(np.abs(ink - typical)))
    return np.clip(ink - typical, 0, 1), max(FAINTEST, GRAINS * grain)


def without_rules(ink: Array, level: float) -> Array:
    """Ink without ruled and checked lines; strokes that cross one are mended."""
    across = _without_lines(ink, level)
    return _without_lines(across.T, level).T


def _without_lines(ink: Array, level: float) -> Array:
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
    lines = _lines(straight > level)
    if not lines.any():
        return ink
    back = np.empty_like(padded)
    np.put_along_axis(back, place, _erased(straight, lines, level), axis=0)
    return back[spare : spare + rows]


def _lines(dark: Mask) -> Mask:
    """Where long, thin, level lines are; they may run through a letter of broad strokes."""
    from scipy import ndimage

    rows, columns = dark.shape
    piece, tall = max(2, round(STRAIGHT * columns)), max(4, round(THICKEST * columns))
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
        fine = own.sum() < FINEST * columns * length
        ends = whole_one & near[high, wide]
        through = at_border and bool(ends[:, : piece // 2].any() or ends[:, -piece // 2 :].any())
        long = length > LONG * columns and (at_border or fine)
        if high.stop - high.start < 0.06 * rows and (long or (through and length > 2 * piece and fine)):
            lines[high, wide] |= own
    return lines


def _erased(ink: Array, lines: Mask, level: float) -> Array:
    """Ink without level lines: what is darker than they are stays, and so does what goes on above and below."""
    from scipy import ndimage

    strength = float(np.percentile(ink[lines & (ink > level)], 75))
    starts = (lines[1:] & ~lines[:-1]).sum(axis=0)
    thickness = lines.sum() / max(1, starts.sum())
    lines = ndimage.maximum_filter1d(lines, 3, axis=0)
    mended = ndimage.grey_closing(np.where(lines, 0, ink), (int(thickness) + 5, 1))
    kept = np.where(ink > 1.5 * strength + 0.05, ink, np.minimum(ink, mended))
    return np.where(lines, kept, ink)


def _slope(dark: Mask) -> float | None:
    """How much the picture's long lines fall a column: where the rows' sums differ most. None where there are none."""
    rows, columns = dark.shape
    x = np.arange(0, columns, max(1, columns // 32))
    slopes = np.linspace(-STEEPEST, STEEPEST, 49)
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
