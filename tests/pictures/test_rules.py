"""Lines of paper, tables and boxes go, and what is written on them stays."""

import numpy as np
import pytest

from charnet.pictures import rules


def sheet() -> np.ndarray:
    """A cross of ink, 0 or 1."""
    ink = np.zeros((300, 400))
    ink[60:240, 190:202] = ink[140:152, 120:280] = 1
    return ink


@pytest.mark.parametrize("tilt", [-0.1, 0, 0.07])
def test_ruled_and_checked_lines_go_and_what_crosses_them_stays(tilt: float):
    y, x = np.mgrid[0:300, 0:400]
    lines = np.minimum((y + tilt * x) % 40, (x - tilt * y) % 45) < 2
    ink = np.maximum(0.9 * sheet(), 0.4 * lines)
    bare = rules.removed(ink, 0.1)
    assert (bare[(sheet() == 0) & lines] > 0.1).mean() < 0.2
    assert (bare[sheet() == 1] > 0.5).all()


@pytest.mark.parametrize("size", [24, 40, 90])
def test_round_letters_of_one_size_are_no_boxes(size: int):
    y, x = np.mgrid[:300, :500]
    ink = np.zeros((300, 500))
    for left in (30, 130, 230, 330):
        away = np.hypot(x - left - size / 2, y - 100 - size / 2)
        ink = np.maximum(ink, 0.9 * (np.abs(away - size / 2 + 2) < 2))
    assert np.array_equal(rules.removed(ink, 0.1), ink)


def test_without_lines_nothing_is_touched():
    assert np.array_equal(rules.removed(sheet(), 0.1), sheet())


def test_a_pale_stroke_that_lines_cross_is_mended():
    ink = 0.4 * sheet()
    ink[30::40] = ink[31::40] = 0.4
    bare = rules.removed(ink, 0.1)
    assert (bare[61:239, 192:200] > 0.3).all() and bare[20:40, :100].max() < 0.1


@pytest.mark.parametrize("size", [70, 90, 140])
@pytest.mark.parametrize("apart", [0, 10])
@pytest.mark.parametrize("thick", [1, 2])
@pytest.mark.parametrize("strength", [0.3, 0.9])
def test_a_table_with_a_letter_a_box_goes(size: int, apart: int, thick: int, strength: float):
    ink = np.zeros((2 * (size + apart) + 120, 6 * (size + apart) + 120))
    letters = ink.copy()
    for row in range(2):
        for column in range(6):
            y, x = 60 + row * (size + apart), 60 + column * (size + apart)
            box = ink[y : y + size + thick, x : x + size + thick]
            box[:thick] = box[-thick:] = box[:, :thick] = box[:, -thick:] = strength
            letters[y + size // 4 : y + 3 * size // 4, x + size // 2 : x + size // 2 + 6] = 0.9
    bare = rules.removed(np.maximum(ink, letters), 0.1)
    assert (bare[letters == 0] > 0.15).sum() < 0.05 * (ink > 0).sum()
    assert (bare[letters > 0] > 0.5).mean() > 0.95
