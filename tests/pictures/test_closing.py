"""The closing by an octagon, against SciPy's with the same octagon as a footprint."""

import numpy as np
import pytest
from scipy import ndimage

from charnet.pictures.closing import close


def octagon(side: int, slant: int) -> np.ndarray:
    size = side + 2 * (slant - 1)
    distance = np.abs(np.arange(size) - (size - 1) / 2)
    return np.add.outer(distance, distance) <= (size - 1) / 2 + (side - 1) / 2


@pytest.mark.parametrize(("width", "side", "slant"), [(21, 9, 7), (30, 12, 10)])
def test_it_is_a_grey_closing(width: int, side: int, slant: int):
    light = ndimage.gaussian_filter(np.random.default_rng(0).random((70, 90)), 2)
    around = np.pad(light, 2 * width, mode="edge")
    expected = ndimage.grey_closing(around, footprint=octagon(side, slant))[
        2 * width : -2 * width, 2 * width : -2 * width
    ]
    assert np.array_equal(close(light, width), expected)


def test_a_slanting_edge_stays_and_a_stroke_goes():
    y, x = np.mgrid[0:200, 0:300]
    light = np.where(x + y < 250, 0.4, 0.9)
    written = light.copy()
    written[90:100, 60:260] *= 0.3  # across the edge
    assert np.array_equal(close(light, 60), light)
    assert (np.abs(close(written, 60) - light) < 0.01).mean() > 0.998
