"""Ink on unevenly lit and ruled paper, against the ink that was put there."""

import numpy as np
import pytest

from charnet.pictures import photo


def sheet() -> np.ndarray:
    """A cross of ink, 0 or 1."""
    ink = np.zeros((300, 400))
    ink[60:240, 190:202] = ink[140:152, 120:280] = 1
    return ink


@pytest.mark.parametrize("dark", [True, False])
def test_ink_stands_out_whatever_the_light_and_what_is_beside_the_paper(dark: bool):
    light = 0.9 - 0.75 * sheet()
    light *= np.linspace(0.6, 1, 400)
    light[:, :150] *= 0.6  # a hard shadow
    light[:, 330:] = 0.1  # the desk
    ink, level = photo.contrast(light if dark else 1.05 - light, dark)
    inside = np.s_[20:-20, 20:310]
    assert ((ink > max(level, 0.25))[inside] == (sheet() == 1)[inside]).mean() > 0.995


@pytest.mark.parametrize("tilt", [-0.1, 0, 0.07])
def test_ruled_and_checked_lines_go_and_what_crosses_them_stays(tilt: float):
    y, x = np.mgrid[0:300, 0:400]
    lines = np.minimum((y + tilt * x) % 40, (x - tilt * y) % 45) < 2
    ink = np.maximum(0.9 * sheet(), 0.4 * lines)
    bare = photo.without_rules(ink, 0.1)
    assert (bare[(sheet() == 0) & lines] > 0.1).mean() < 0.2
    assert (bare[sheet() == 1] > 0.5).all()


def test_without_lines_nothing_is_touched():
    assert np.array_equal(photo.without_rules(sheet(), 0.1), sheet())


def test_a_pale_stroke_that_lines_cross_is_mended():
    ink = 0.4 * sheet()
    ink[30::40] = ink[31::40] = 0.4
    bare = photo.without_rules(ink, 0.1)
    assert (bare[61:239, 192:200] > 0.3).all() and bare[20:40, :100].max() < 0.1
