"""Lines of writing on any picture, joined-up or not: where they are, and the ink of each at the height of a network.

Ink is levelled by the slope along which its rows differ most. Then each line is a peak of the ink's row by row sums, a
shape belongs to the line nearest to it, and one that reaches over several lines is cut between them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import Array, Grey, Mask, images, lines, paper, writing
from charnet.pictures.lines import Box
from charnet.pictures.shapes import Polarity, Shapes
from charnet.pictures.writing import HEIGHT

PADDED, MOST_PADDED = 0.7, 150  # of a drawing's or a small picture's shorter side, and pixels, that are added around
SMALL = 600  # pixels of the longer side of a small picture
THIN = 0.02  # of the picture's width; a line across it that is thinner is a rule, and no dash
MIN_SIDE = 240  # pixels of the longer side that a smaller picture is enlarged to, so that its strokes have edges
MAX_SLOPE, SLOPES = 0.15, 31  # of lines, and how many are tried
MIN_LENGTH = 5  # usual heights; writing that is shorter is not levelled
MIN_GAIN = 1.03  # by which a slope must make the rows differ more
SMOOTH = 0.28  # of a shape's usual height, by which row sums are smoothed
MIN_PEAK = 0.12  # of the highest peak; a lower one is no line
MAX_VALLEY = 0.75  # of the lower of two peaks; less ink between them, or they are one
MIN_APART = 0.9  # usual heights between lines
BETWEEN = 0.35  # of a line's distance to the next; a shape that reaches so far over the middle belongs to both
SAME = 0.03  # of the usual height, by which the edges of print's letters differ
MAX_LINES = 200
MAX_COLUMNS = 100 * HEIGHT  # of a line; one that is longer is made narrower
SPACE = 3  # columns of paper before and behind a line


@dataclass(slots=True)
class TextLine:
    """A line of writing. Lengths are in pixels of the upright picture, but for those of `extent`."""

    ink: Array  # (HEIGHT, columns) in [0, 1], as a network reads it
    step: float  # between columns
    left: float  # of the first column
    extent: npt.NDArray[
        np.float64
    ]  # (n, 2): first and last row of ink, NaN for none, of each pixel across, from SPACE on
    scale: float  # of the pixels of `extent`
    alike: int  # shapes whose tops and bottoms are at the commonest heights of the line, as print's small letters are
    count: int  # shapes
    turned: bool = False  # whether the ink stands on its head here, and not on the picture
    across: float = 0  # height of the picture that lies on its side, and was turned to the right before; else 0

    def turn(self) -> TextLine:
        """The same line read from its end, its letters upside down."""
        return replace(self, ink=np.ascontiguousarray(self.ink[::-1, ::-1]), turned=not self.turned)

    def box(self, first: float, last: float) -> Box:
        """The box of the ink from one column to another: left, top, width, height."""
        if self.turned:
            first, last = self.ink.shape[1] - last, self.ink.shape[1] - first
        low, high = (round((column - SPACE) * self.step / self.scale) for column in (first, last))
        low = int(np.clip(low, 0, len(self.extent) - 1))
        rows = self.extent[low : max(high, low + 1)]
        inked = np.flatnonzero(~np.isnan(rows[:, 0]))
        if not len(inked):
            rows = self.extent
            inked = np.flatnonzero(~np.isnan(rows[:, 0]))
        origin = self.left + SPACE * self.step
        left, right = origin + self.scale * (low + inked[0]), origin + self.scale * (low + inked[-1] + 1)
        top, bottom = self.scale * rows[inked, 0].min(), self.scale * (rows[inked, 1].max() + 1)
        if self.across:
            left, top, right, bottom = top, self.across - right, bottom, self.across - left
        return round(left), round(top), max(1, round(right - left)), max(1, round(bottom - top))

    @property
    def whole(self) -> Box:
        """The box of the line."""
        return self.box(0, self.ink.shape[1])


def find(source: images.Source, on_its_side: bool = False) -> list[TextLine]:
    """The lines of writing on a picture, from top to bottom; `on_its_side`, once it is turned to the right.

    `ValueError` where it can't be read or shows none.
    """
    grey = images.decode(source)
    scale = lines.scale_of(source, grey.shape)
    across = scale * grey.shape[0] if on_its_side else 0.0
    if on_its_side:
        grey = np.ascontiguousarray(np.rot90(grey, -1))
    enlarged = max(1.0, MIN_SIDE / max(grey.shape))
    if enlarged > 1:
        size = (round(grey.shape[1] * enlarged), round(grey.shape[0] * enlarged))
        grey = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))
    around = _around(grey)
    there, polarity = lines.written(np.pad(grey, around, constant_values=_paper(grey)) if around else grey)
    if around:  # else they are as wide as the picture, and left out already
        there = lines.select(there, ~_rules(there, around, grey.shape[1]))
    if not len(there.area):
        raise ValueError("the picture shows no writing: nothing on it has a letter's size")
    usual = usual_height(there)
    rows, columns = np.nonzero(there.names)
    slope = _slope(rows, columns, polarity.ink[rows, columns], usual)
    level = rows - slope * columns
    centres = _centres(level, polarity.ink[rows, columns], usual)
    line = _assigned(there, rows, columns, level, centres)
    found = []
    for number in range(len(centres)):
        own = line == number
        if own.any():
            letters = np.unique(there.names[rows[own], columns[own]]) - 1
            cut = _line(polarity, rows[own], columns[own], slope, around, scale / enlarged)
            alike = _alike(there.boxes[letters], slope, usual)
            found.append(replace(cut, alike=alike, count=len(letters), across=across))
    return found


def _rules(there: Shapes, around: int, columns: int) -> npt.NDArray[np.bool_]:
    """Which shapes are rules of the paper (n,), or their ends where the rest is too pale, with paper around a picture.

    They are thin, and at the same height one reaches the left side of the picture and one, or the same, the right side.
    """
    left, top, right, bottom = there.boxes.T
    thin = bottom - top < THIN * columns
    first, last = thin & (left <= around + 2), thin & (right >= around + columns - 2)
    level = np.abs(top[:, None] - top) <= 2
    rules: npt.NDArray[np.bool_] = first & (level & last).any(axis=1) | last & (level & first).any(axis=1)
    return rules


def usual_height(there: Shapes) -> float:
    """The median height of the shapes that are no dots, each counted as often as its outline is long."""
    height = (there.boxes[:, 3] - there.boxes[:, 1]).astype(np.float64)
    large = there.size > 0.4 * np.percentile(there.size, 75)
    order = np.argsort(height[large])
    share = np.cumsum(there.outline[large][order])
    return float(height[large][order][int(np.searchsorted(share, share[-1] / 2))])


def _around(grey: Grey) -> int:
    """How much paper is added around: a drawing's letters may touch its border, a photo's shapes there are others.

    It is so much that no letter is as high as the picture, as ruled lines are.
    """
    _, grainless = paper.level(grey[None])
    return min(MOST_PADDED, round(PADDED * min(grey.shape))) if grainless[0] or max(grey.shape) <= SMALL else 0


def _paper(grey: Grey) -> int:
    """The level of the paper at the border."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return int(np.median(border))


def _slope(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], ink: Array, usual: float) -> float:
    """The slope of the lines, in rows a column; 0 where the writing is short."""
    if np.ptp(columns) < MIN_LENGTH * usual:
        return 0.0
    step = max(1, len(rows) // 30_000)
    rows, columns, ink = rows[::step], columns[::step], ink[::step]
    coarse = max(1.0, usual / 12)

    def contrast(slope: float) -> float:
        level = ((rows - slope * columns) / coarse).astype(np.intp)
        sums = np.bincount(level - level.min(), ink)
        return float((sums**2).sum())

    slopes = np.linspace(-MAX_SLOPE, MAX_SLOPE, SLOPES)
    found = [contrast(float(slope)) for slope in slopes]
    best = int(np.argmax(found))
    return float(slopes[best]) if found[best] > MIN_GAIN * contrast(0.0) else 0.0


def _centres(level: npt.NDArray[np.float64], ink: Array, usual: float) -> npt.NDArray[np.float64]:
    """Where lines are: the peaks of the smoothed sums of ink, in levelled rows, from top to bottom."""
    from scipy import ndimage

    low = float(level.min())
    sums = ndimage.gaussian_filter1d(np.bincount((level - low).astype(np.intp), ink), SMOOTH * usual, mode="constant")
    padded = np.pad(sums, 1, constant_values=-1)
    peaks = np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]) & (sums > MIN_PEAK * sums.max()))
    kept = peaks.tolist()
    while len(kept) > 1:  # join the two that are parted least
        valleys = [float(sums[one : other + 1].min()) / min(sums[one], sums[other]) for one, other in _pairs(kept)]
        near = [other - one < MIN_APART * usual for one, other in _pairs(kept)]
        worst = int(np.argmax([valley + close for valley, close in zip(valleys, near, strict=True)]))
        if valleys[worst] <= MAX_VALLEY and not near[worst]:
            break
        del kept[worst + int(sums[kept[worst]] > sums[kept[worst + 1]])]
    if len(kept) > MAX_LINES:
        raise ValueError(f"the picture shows {len(kept)} lines, a pattern rather than writing; cut out the writing")
    return np.array(kept, np.float64) + low


def _pairs(kept: list[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(kept))


def _assigned(
    there: Shapes,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    level: npt.NDArray[np.float64],
    centres: npt.NDArray[np.float64],
) -> npt.NDArray[np.intp]:
    """The line of each pixel of ink (n,): that of its shape, or its own where the shape reaches over several."""
    edges = (centres[:-1] + centres[1:]) / 2
    of_pixel = np.searchsorted(edges, level)
    if len(centres) == 1:
        return of_pixel
    names = there.names[rows, columns] - 1
    count = len(there.area)
    mass = np.bincount(names, minlength=count)
    middle = np.bincount(names, level, count) / np.maximum(1, mass)
    high, low = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(high, names, level)
    np.maximum.at(low, names, level)
    of_shape = np.searchsorted(edges, middle)
    # A shape that reaches from one line's middle to the next one's is of both.
    reach = BETWEEN * float(np.median(np.diff(centres)))
    first, last = np.searchsorted(centres - reach, high), np.searchsorted(centres + reach, low, "right") - 1
    several = (last > first) & (low - high > np.median(np.diff(centres)))
    result: npt.NDArray[np.intp] = np.where(several[names], of_pixel, of_shape[names])
    return result


def _line(
    polarity: Polarity,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    slope: float,
    around: int,
    scale: float,
) -> TextLine:
    """Cut out a line's ink with its blurred edges, level it and bring it to the network's height."""
    from scipy import ndimage

    top, bottom, left, right = rows.min() - 3, rows.max() + 4, columns.min() - 3, columns.max() + 4
    high, wide = bottom - top, right - left
    own: Mask = np.zeros((high, wide), bool)
    own[rows - top, columns - left] = True
    y, x = np.mgrid[top:bottom, left:right]
    inside = (y >= 0) & (x >= 0) & (y < polarity.ink.shape[0]) & (x < polarity.ink.shape[1])
    ink = np.zeros((high, wide), np.float32)
    ink[inside] = polarity.ink[y[inside], x[inside]]
    full = float(np.percentile(ink[own], 75))
    cut = np.where(ndimage.maximum_filter(own, 5), np.clip((ink / full - 0.15) / 0.85, 0, 1), 0).astype(np.float32)
    extent = np.full((wide, 2), np.nan)
    for column in np.flatnonzero(own.any(axis=0)).tolist():
        inked = np.flatnonzero(own[:, column])
        extent[column] = inked[0] + top - around, inked[-1] + top - around
    if slope:
        cut = _levelled(cut, slope)
    size, middle = writing.line_scale(cut)
    picture = np.clip(resampled(cut, size, middle), 0, 1)
    step = wide / (picture.shape[1] - 2 * SPACE)
    return TextLine(picture, scale * step, scale * (left - around - SPACE * step), extent, scale, 0, 0)


def _alike(boxes: npt.NDArray[np.int64], slope: float, usual: float) -> int:
    """How many shapes of a line have tops and bottoms within a pixel or so of those of another one, at most."""
    across = slope * (boxes[:, 0] + boxes[:, 2]) / 2
    edges = np.stack([boxes[:, 1] - across, boxes[:, 3] - across], axis=1)
    near = np.abs(edges[:, None] - edges).max(axis=2) <= max(1.0, SAME * usual)
    return int(near.sum(axis=1).max())


def _levelled(ink: Array, slope: float) -> Array:
    """Ink with each column moved up or down, so that a line of this slope is level."""
    rows, columns = ink.shape
    shift = np.round(slope * (np.arange(columns) - columns / 2)).astype(int)
    spare = int(np.abs(shift).max())
    padded = np.pad(ink, ((spare, spare), (0, 0)))
    place = np.clip(np.arange(rows + 2 * spare)[:, None] + shift, 0, rows + 2 * spare - 1)
    return np.take_along_axis(padded, place, axis=0)


def resampled(ink: Array, scale: float, middle: float) -> Array:
    """Ink (rows, columns) -> (HEIGHT, columns * scale) with that row in the middle, and paper before and behind."""
    columns = int(np.clip(round(ink.shape[1] * scale), 1, MAX_COLUMNS))
    half = HEIGHT / 2 / scale
    picture = Image.fromarray(np.pad(ink, ((HEIGHT, HEIGHT), (0, 0))))  # a row outside is paper
    box = (0, max(0.0, middle + HEIGHT - half), ink.shape[1], min(ink.shape[0] + 2.0 * HEIGHT, middle + HEIGHT + half))
    small = picture.resize((columns, HEIGHT), Image.Resampling.BILINEAR, box)
    return np.pad(np.asarray(small), ((0, 0), (SPACE, SPACE)))
