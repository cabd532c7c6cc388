"""Normalises the stroke width on photos: networks are trained on strokes of about one width, but pens differ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array
from charnet.pictures.framing import SPREAD
from charnet.spec import Spec

EDGE, SHARP = 0.4, 3.0  # of full ink, and how many times steeper edges become: a camera's lens and enlarging blur them
MIN_WIDTH, MAX_WIDTH = 1.0, 2.2  # framed pixels; strokes finer or broader than that are read worse


def even(ink: Array, spec: Spec) -> Array:
    """A letter's ink (rows, columns) -> its ink cropped, with strokes of a width as in training.

    Strokes are dilated or eroded equally on both sides. Networks of the original's own framing get the ink as it is.
    """
    from scipy import ndimage

    dark = ink > 0.5
    if spec.framing == "corner" or not dark.any():
        return ink
    pixel = _framed_pixel(ink, spec)
    ink = np.pad(ink[_window(dark)], 2 + int(MIN_WIDTH * pixel))
    dark = ink > 0.5
    inside, outside = (ndimage.distance_transform_edt(part) for part in (dark, ~dark))
    width = max(1.0, 4 * float(inside[dark].mean()) - 2)  # of pixels 1, 2, ... 2, 1 from the edges
    more = (float(np.clip(width, MIN_WIDTH * pixel, MAX_WIDTH * pixel)) - width) / 2
    if more > 0:
        ink = np.maximum(ink, np.clip(more + 1 - outside, 0, 1))
    elif more < 0:
        ink = np.minimum(ink, np.clip(more + inside, 0, 1))
    result: Array = np.clip(SHARP * (ink / ink.max() - EDGE) + 0.5, 0, 1).astype(np.float32)
    return result


def _framed_pixel(ink: Array, spec: Spec) -> float:
    """How many pixels of the picture become one framed pixel, by the standard deviation that framing gives the ink."""
    rows, y = ink.sum(axis=1), np.arange(len(ink))
    middle = float(rows @ y) / float(rows.sum())
    spread = np.sqrt(float(rows @ (y - middle) ** 2) / float(rows.sum()) + 1 / 12)
    return float(spread) / (SPREAD * spec.height)


def _window(dark: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    """The letter's bounding box with a margin for its blurred edges."""
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return slice(max(0, rows[0] - 2), rows[-1] + 3), slice(max(0, columns[0] - 2), columns[-1] + 3)
