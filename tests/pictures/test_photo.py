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
