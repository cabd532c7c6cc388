"""Shapes to letters, on pages of rectangles."""

import numpy as np
import pytest

from charnet.pictures import groups, shapes


def found(*boxes: tuple[int, int, int, int]) -> list[set[int]]:
    """Which of the boxes (left, top, right, bottom) are put together."""
    ink = np.zeros((500, 800), np.float32)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 1
    there = shapes.find(ink, 0.5)
    number = {tuple(box): place for place, box in enumerate(boxes)}
    return sorted(
        ({number[tuple(there.boxes[one].tolist())] for one in group} for group in groups.letters(there)), key=min
    )


STEM, BODY = (100, 140, 110, 200), (140, 150, 190, 200)


@pytest.mark.parametrize("dot", [(101, 115, 109, 123), (118, 112, 126, 120), (126, 118, 134, 126)])
def test_a_dot_joins_the_narrow_letter_even_where_it_strays(dot: tuple[int, int, int, int]):
    assert found(STEM, BODY, dot) == [{0, 2}, {1}]


def test_a_dash_stands_above_its_letter():
    assert found((300, 110, 350, 118), (300, 140, 350, 200), BODY) == [{0, 1}, {2}]


def test_a_broken_stroke_is_one_letter():
    assert found(STEM, (112, 150, 130, 158), BODY) == [{0, 1}, {2}]


def test_specks_are_left_out_and_lines_stay_apart():
    below = (100, 300, 110, 360), (101, 275, 109, 283)
    assert found(STEM, BODY, *below, (600, 400, 606, 406)) == [{0}, {1}, {2, 3}]
