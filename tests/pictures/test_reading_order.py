"""Composed pages of boxes come back in the order in which they were written."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charnet.pictures import reading_order


def page(random: np.random.Generator, count: int, slope: float, columns: int, sizes: float) -> list[list[list[float]]]:
    """Lines of boxes (left, top, right, bottom), column by column, turned by a slope; bottoms wobble."""
    found = []
    for column in range(columns):
        for number in range(count):
            x, line = column * 1000.0 * sizes**0.5, []
            for _ in range(random.integers(6, 13)):
                high = 30 * np.exp(random.uniform(0, np.log(sizes)))
                wide, bottom = 0.7 * high, 60.0 * sizes**0.5 * number + random.normal(0, 1.5)
                x0, y0 = x + wide / 2, bottom - high / 2
                cx, cy = x0 * np.cos(slope) - y0 * np.sin(slope), x0 * np.sin(slope) + y0 * np.cos(slope)
                line.append([cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2])
                x += wide + random.uniform(4, 12) + 35 * (random.random() < 0.15)
            found.append(line)
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 40), st.floats(-15, 15), st.integers(1, 2), st.sampled_from([1.0, 1.7, 3.0])
)
def test_lines_come_back_in_order(seed: int, count: int, degrees: float, columns: int, sizes: float) -> None:
    random = np.random.default_rng(seed)
    columns = columns if count > 3 else 1
    written = page(random, count, np.deg2rad(degrees), columns, sizes)
    boxes = np.array([box for line in written for box in line])
    shuffled = random.permutation(len(boxes))
    lines = [[int(shuffled[number]) for number in line] for line in reading_order.lines(boxes[shuffled])]
    ends = np.cumsum([0, *map(len, written)])
    assert lines == [list(range(start, end)) for start, end in itertools.pairwise(ends)]


def test_no_letters_are_no_lines() -> None:
    assert reading_order.lines(np.empty((0, 4))) == []


@pytest.mark.parametrize("degrees", [-15, -8, 8, 15])
def test_a_rising_line_is_one(degrees: float) -> None:
    x = np.arange(12) * 40.0
    y = 500 - np.tan(np.deg2rad(degrees)) * x
    assert reading_order.lines(np.stack([x, y, x + 25, y + 30], axis=1)) == [list(range(12))]
