"""A straightened page -> the ink in each of its boxes, on even paper and without lines; and which are blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from charnet.sheets import layout, light
from charnet.sheets.layout import Box
from charnet.sheets.light import Light
from charnet.sheets.straighten import FINE

STROKE = 5 * FINE + 1  # pixels, wider than the widest pen
INSET = 0.3  # millimetres of a box's edge that its frame may cover
LINE = 0.7  # millimetres on either side of a printed line that it may show in
SMOOTH = 0.15  # millimetres; standard deviation of the smoothing that takes off the worst of the grain
MOST = 75  # percent of the boxes whose lines are at most as strong as what is taken off
SEED, GROWN = 6, 3.5  # standard deviations of the paper's grain that a stroke must exceed somewhere, and all along
SEEN, FAINT = 0.11, 0.05  # shares of the paper's light that it must exceed so as well, however smooth the paper
DUST = 0.12  # mm2; a mark smaller than this is dust
BLANK, LITTLE = 0.25, 1.0  # mm2 of ink: with less a box is blank, with less it is doubtful

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is in a box."""

    grey: npt.NDArray[np.uint8] | None  # (rows, columns), black on white; None for a blank box
    doubt: str  # why it should be looked at; "" where nothing speaks against it


def cut(picture: npt.NDArray[np.uint8], boxes: Sequence[Box]) -> list[Cut]:
    """The boxes of a straightened page, in their order."""
    ink, grain = _ink(picture.astype(np.float32))
    inside = [_inside(box) for box in boxes]
    inks = _without_lines(np.stack([ink[place] for place in inside]), boxes[0])
    return [_judged(one, grain[place]) for one, place in zip(inks, inside, strict=True)]


def _ink(picture: Light) -> tuple[Light, Light]:
    """How much darker than the paper each pixel is, as a share of its light; and the grain of the paper there."""
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(picture, SMOOTH * FINE)
    paper = np.maximum(light.paper(smooth, STROKE), 1)
    darker = paper - smooth
    # Most of the page is bare: what it has in common is how far the closing, which follows the brightest grain, lies
    # above the paper. A camera's grain is about as strong in the shadow as in the light.
    bare = darker[round(layout.TOP * FINE) : -round(layout.TOP * FINE) : 3, ::3]
    above = np.median(bare)
    grain = 1.48 * np.median(np.abs(bare - above))  # the standard deviation, by the median, which ink can't move
    return (darker - above) / paper, grain / paper


def _inside(box: Box) -> tuple[slice, slice]:
    """The pixels of a box within its frame; of all boxes equally many."""
    top, left = round((box.top + INSET) * FINE), round((box.left + INSET) * FINE)
    rows, columns = int((box.height - 2 * INSET) * FINE), int((box.width - 2 * INSET) * FINE)
    return slice(top, top + rows), slice(left, left + columns)


def _without_lines(inks: Light, box: Box) -> Light:
    """Inks (boxes, rows, columns) less what the printed lines left there: what most of a line has in common."""
    from scipy import ndimage

    _, rows, columns = inks.shape
    y, x = (np.arange(length) / FINE + INSET for length in (rows, columns))
    across = [share * box.height for share in layout.GUIDES] + [0, box.height]
    near_row = np.min([np.abs(y - line) for line in across], axis=0) < LINE
    near_column = np.minimum(x, box.width - x) < LINE
    of_rows, of_columns = (np.percentile(np.median(inks, axis=axis), MOST, axis=0) for axis in (2, 1))
    # A pixel to either side, as no page is straightened perfectly.
    of_rows, of_columns = (ndimage.maximum_filter1d(line.clip(0), 3) for line in (of_rows, of_columns))
    lines = np.where(near_row, of_rows, 0)[:, None] + np.where(near_column, of_columns, 0)
    result: Light = inks - lines
    return result


def _judged(ink: Light, grain: Light) -> Cut:
    from scipy import ndimage

    strokes = _strokes(ink, grain)
    if not strokes.any():
        return Cut(None, "")
    depth = float(np.percentile(ink[strokes], 90))
    dark = strokes & (ink > depth / 2)  # without the blur around
    area = dark.sum() / FINE**2
    if area < BLANK:
        return Cut(None, "")
    shown = np.where(ndimage.binary_dilation(strokes, iterations=2), np.clip(ink / depth, 0, 1), 0)
    grey = np.round(255 * (1 - shown)).astype(np.uint8)
    if dark[[0, -1]].any() or dark[:, [0, -1]].any():
        return Cut(grey, "its ink touches the border")
    return Cut(grey, "it holds almost nothing" if area < LITTLE else "")


def _strokes(ink: Light, grain: Light) -> Mask:
    """The pixels of strokes: connected, dark enough all along and darker somewhere, and no dust."""
    from scipy import ndimage

    labels, count = ndimage.label(ink > np.maximum(GROWN * grain, FAINT), np.ones((3, 3)))
    numbers = np.arange(1, count + 1)
    areas = ndimage.sum_labels(np.ones_like(ink), labels, numbers) / FINE**2
    darkest = ndimage.maximum(ink - np.maximum(SEED * grain, SEEN), labels, numbers) if count else np.zeros(0)
    kept = np.concatenate([[False], (areas >= DUST) & (darkest > 0)])
    result: Mask = kept[labels]
    return result
