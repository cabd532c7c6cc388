"""Level the light on the paper and sharpen the photo: shadows and their edges vanish, strokes stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

COARSE = 4  # factor by which `level` reduces a photo to find its paper
NOISE = 0.03  # the noise-to-signal ratio of Wiener's filter: keeps `sharpen` from amplifying grain

Grey = npt.NDArray[np.uint8]  # (rows, columns), 0 = black
Light = npt.NDArray[np.floating]  # float32, (rows, columns)


def level(light: Light, reach: int) -> Light:
    """Divide grey levels by those of the paper around them; `reach`, in pixels, is wider than any dark part."""
    from scipy import ndimage

    coarse = ndimage.gaussian_filter(light, 1)[::COARSE, ::COARSE]
    bright = ndimage.gaussian_filter(paper(coarse, reach // COARSE), 1)
    rows, columns = (np.arange(length) / COARSE for length in light.shape)
    fine: Any = _interpolate(_interpolate(bright, rows).T, columns).T
    result: Light = light / np.maximum(fine, 4)
    return result


def paper(light: Light, reach: int) -> Light:
    """Fill dark parts narrower than `reach` pixels (a morphological closing), which leaves the paper.

    The straight edge of a shadow stays exactly where it is, however sharp.
    """
    from scipy import ndimage

    result: Light = ndimage.grey_closing(light, size=(reach, reach))
    return result


def sharpen(light: Light, blur: float) -> Light:
    """Undo a Gaussian blur with standard deviation `blur`, in pixels, as far as grain allows (Wiener's filter)."""
    down, across = np.fft.fftfreq(light.shape[0])[:, None], np.fft.rfftfreq(light.shape[1])[None]
    transfer = np.exp(-2 * (np.pi * blur) ** 2 * (down**2 + across**2)).astype(np.float32)
    result: Light = np.fft.irfft2(np.fft.rfft2(light) * (transfer / (transfer**2 + NOISE)), light.shape)
    return result


def _interpolate(light: Light, rows: npt.NDArray[np.float64]) -> Light:
    """Interpolate linearly at fractional row numbers."""
    below = np.minimum(rows.astype(int), len(light) - 1)
    above = np.minimum(below + 1, len(light) - 1)
    weight = (rows - below)[:, None].astype(np.float32)
    result: Light = light[below] * (1 - weight) + light[above] * weight
    return result
