"""Light on the paper, level and sharp: shadows and their edges go, strokes stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

COARSE = 4  # pixels of a photo that `level` looks at as one
NOISE = 0.03  # of a photo's power, in proportion to what it shows: keeps `sharpen` from raising grain

Light = npt.NDArray[np.floating]  # float32, (rows, columns)


def level(light: Light, reach: int) -> Light:
    """Grey levels -> the same as a share of the paper's around them; `reach` in pixels is wider than any dark part."""
    from scipy import ndimage

    coarse = ndimage.gaussian_filter(light, 1)[::COARSE, ::COARSE]
    bright = ndimage.gaussian_filter(paper(coarse, reach // COARSE), 1)
    rows, columns = (np.arange(length) / COARSE for length in light.shape)
    fine: Any = _stretched(_stretched(bright, rows).T, columns).T
    result: Light = light / np.maximum(fine, 4)
    return result


def paper(light: Light, reach: int) -> Light:
    """What is left when dark parts narrower than `reach` pixels are filled (a morphological closing).

    The straight edge of a shadow stays exactly where it is, however sharp.
    """
    from scipy import ndimage

    result: Light = ndimage.grey_closing(light, size=(reach, reach))
    return result


def sharpen(light: Light, blur: float) -> Light:
    """Undo a Gaussian blur, `blur` its standard deviation in pixels, as far as grain allows (Wiener's filter)."""
    down, across = np.fft.fftfreq(light.shape[0])[:, None], np.fft.rfftfreq(light.shape[1])[None]
    passed = np.exp(-2 * (np.pi * blur) ** 2 * (down**2 + across**2)).astype(np.float32)
    result: Light = np.fft.irfft2(np.fft.rfft2(light) * (passed / (passed**2 + NOISE)), light.shape)
    return result


def _stretched(light: Light, places: npt.NDArray[np.float64]) -> Light:
    """Rows at places between those that are there."""
    below = np.minimum(places.astype(int), len(light) - 1)
    above = np.minimum(below + 1, len(light) - 1)
    share = (places - below)[:, None].astype(np.float32)
    between: Light = light[below] * (1 - share) + light[above] * share
    return between
