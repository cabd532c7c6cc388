"""Crop the ink out of each box of a straightened page, on even paper and without printed lines; find the blank ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from charnet.sheets import layout, light
from charnet.sheets.layout import Box
from charnet.sheets.light import Grey, Light
from charnet.sheets.straighten import PIXELS_PER_MM

STROKE = 5 * PIXELS_PER_MM + 1  # pixels, wider than the widest pen
INSET = 0.3  # millimetres of a box's edge that its frame may cover
LINE = 0.7  # millimetres on either side of a printed line that it may show in
SMOOTH = 0.15  # millimetres; standard deviation of the smoothing that removes the worst of the grain
LINE_PERCENTILE = 75  # of the boxes' medians along a line: what is subtracted as the printed line
# A stroke is found by hysteresis: it exceeds the low thresholds everywhere and the high ones somewhere.
LOW_GRAIN, HIGH_GRAIN = 3.5, 6  # in standard deviations of the paper's grain
LOW_CONTRAST, HIGH_CONTRAST = 0.05, 0.11  # in fractions of the paper's light, however smooth the paper
DUST_AREA = 0.12  # mm2; a smaller mark is dust
BLANK_AREA, SMALL_AREA = 0.25, 1.0  # mm2 of ink; with less, a box is blank, or doubtful


@dataclass(frozen=True, slots=True)
class Crop:
    """The ink in a box."""

    grey: Grey | None  # (rows, columns), black on white; None for a blank box
    doubt: str  # why a person should look at it; "" where there is no reason


def crop(picture: Grey, boxes: Sequence[Box]) -> list[Crop]:
    """Crop the boxes out of a straightened page, in their order."""
    ink, grain = _ink(picture.astype(np.float32))
    regions = [_inside(box) for box in boxes]
    inks = _without_lines(np.stack([ink[region] for region in regions]), boxes[0])
    return [_classify(box_ink, grain[region]) for box_ink, region in zip(inks, regions, strict=True)]


def _ink(picture: Light) -> tuple[Light, Light]:
    """How much darker than the paper each pixel is, as a fraction of the paper's light; and the paper's grain there."""
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(picture, SMOOTH * PIXELS_PER_MM)
    paper = np.maximum(light.paper(smooth, STROKE), 1)
    darkness = paper - smooth
    # Most of the page is bare paper, so its median is the distance by which the closing, which follows the brightest
    # grain, lies above the paper. A camera's grain is about as strong in shadow as in light.
    bare = darkness[round(layout.TOP * PIXELS_PER_MM) : -round(layout.TOP * PIXELS_PER_MM) : 3, ::3]
    above = np.median(bare)
    grain = 1.48 * np.median(np.abs(bare - above))  # the standard deviation, by the median, which ink can't move
    return (darkness - above) / paper, grain / paper


def _inside(box: Box) -> tuple[slice, slice]:
    """The pixels of a box within its frame; the same number for every box."""
    top, left = round((box.top + INSET) * PIXELS_PER_MM), round((box.left + INSET) * PIXELS_PER_MM)
    rows, columns = (int((side - 2 * INSET) * PIXELS_PER_MM) for side in (box.height, box.width))
    return slice(top, top + rows), slice(left, left + columns)


def _without_lines(inks: Light, box: Box) -> Light:
    """Subtract the printed lines from inks (boxes, rows, columns): what most boxes have in common along a line."""
    from scipy import ndimage

    _, rows, columns = inks.shape
    y, x = (np.arange(length) / PIXELS_PER_MM + INSET for length in (rows, columns))
    horizontal = [guide * box.height for guide in layout.GUIDES] + [0, box.height]
    near_row = np.min([np.abs(y - line) for line in horizontal], axis=0) < LINE
    near_column = np.minimum(x, box.width - x) < LINE
    by_row, by_column = (np.percentile(np.median(inks, axis=axis), LINE_PERCENTILE, axis=0) for axis in (2, 1))
    # A pixel to either side, as no page is straightened perfectly.
    by_row, by_column = (ndimage.maximum_filter1d(line.clip(0), 3) for line in (by_row, by_column))
    lines = np.where(near_row, by_row, 0)[:, None] + np.where(near_column, by_column, 0)
    result: Light = inks - lines
    return result


def _classify(ink: Light, grain: Light) -> Crop:
    """The crop of a box: blank, doubtful or good."""
    from scipy import ndimage

    strokes = _strokes(ink, grain)
    if not strokes.any():
        return Crop(None, "")
    depth = float(np.percentile(ink[strokes], 90))
    dark = strokes & (ink > depth / 2)  # without the blurred edges
    area = dark.sum() / PIXELS_PER_MM**2
    if area < BLANK_AREA:
        return Crop(None, "")
    shown = np.where(ndimage.binary_dilation(strokes, iterations=2), np.clip(ink / depth, 0, 1), 0)
    grey = np.round(255 * (1 - shown)).astype(np.uint8)
    if dark[[0, -1]].any() or dark[:, [0, -1]].any():
        return Crop(grey, "its ink touches the border")
    return Crop(grey, "it holds almost nothing" if area < SMALL_AREA else "")


def _strokes(ink: Light, grain: Light) -> npt.NDArray[np.bool_]:
    """Mask of the strokes: connected pixels above the low thresholds, some above the high ones, no dust."""
    from scipy import ndimage

    components, count = ndimage.label(ink > np.maximum(LOW_GRAIN * grain, LOW_CONTRAST), np.ones((3, 3)))
    numbers = np.arange(1, count + 1)
    areas = ndimage.sum_labels(np.ones_like(ink), components, numbers) / PIXELS_PER_MM**2
    above_high = ink - np.maximum(HIGH_GRAIN * grain, HIGH_CONTRAST)
    darkest = ndimage.maximum(above_high, components, numbers) if count else np.zeros(0)
    kept = np.concatenate([[False], (areas >= DUST_AREA) & (darkest > 0)])
    result: npt.NDArray[np.bool_] = kept[components]
    return result
