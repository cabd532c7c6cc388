"""Composed pages of boxes come back in the order in which they were written."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charnet.pictures import reading_order

Line = list[list[float]]
Heights = Callable[[np.random.Generator], float]

SPACING = 60.0  # of lines of letters 30 high; more where some are higher
HEIGHTS: dict[str, tuple[float, Heights]] = {  # the highest, and one letter's
    "alike": (30, lambda random: 30),
    "any": (90, lambda random: 30 * np.exp(random.uniform(0, np.log(3)))),
    "capitals": (90, lambda random: 30 * (3 if random.random() < 0.15 else 1)),
}


def line(random: np.random.Generator, left: float, bottom: float, count: int, height: Heights) -> Line:
    """Letters of a line, left, top, right, bottom; some reach below it, and bottoms wobble."""
    found, x = [], left
    for _ in range(count):
        high = height(random)
        low = bottom + random.normal(0, 1.5) + (0.3 * high if high < 31 and random.random() < 0.15 else 0)
        found.append([x, low - high, x + 0.7 * high, low])
        x += 0.7 * high + random.uniform(4, 12) + 35 * (random.random() < 0.15)
    return found


def page(random: np.random.Generator, count: int, columns: int, sizes: str, shift: float, heading: bool) -> list[Line]:
    """Lines column by column, the right column `shift` lines lower, and a heading above both."""
    most, height = HEIGHTS[sizes]
    spacing, apart = SPACING + most - 30, 600 + 14 * most
    found = [line(random, 0, -2.5 * spacing, int(apart / 45), lambda _: 70)] if heading else []
    for column in range(columns):
        for number in range(count):
            bottom = spacing * (number + shift * column)
            found.append(line(random, column * apart, bottom, int(random.integers(6, 13)), height))
    return found


def turned(lines: list[Line], degrees: float) -> np.ndarray:
    """All boxes, their middles turned about the origin."""
    boxes, angle = np.array([box for each in lines for box in each]), np.deg2rad(degrees)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    across, down = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    return np.stack([across - half[:, 0], down - half[:, 1], across + half[:, 0], down + half[:, 1]], axis=1)


def check(random: np.random.Generator, written: list[Line], degrees: float) -> None:
    boxes = turned(written, degrees)
    shuffled = random.permutation(len(boxes))
    lines = [[int(shuffled[number]) for number in line] for line in reading_order.lines(boxes[shuffled])]
    ends = np.cumsum([0, *map(len, written)])
    assert lines == [list(range(start, end)) for start, end in itertools.pairwise(ends)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 40),
    st.floats(-15, 15),
    st.integers(1, 2),
    st.sampled_from(list(HEIGHTS)),
    st.sampled_from([0.0, 0.25, 0.5, 0.75]),
    st.booleans(),
)
def test_lines_come_back_in_order(
    seed: int, count: int, degrees: float, columns: int, sizes: str, shift: float, heading: bool
) -> None:
    random = np.random.default_rng(seed)
    columns = columns if count > 3 else 1
    check(random, page(random, count, columns, sizes, shift, heading), degrees)


@pytest.mark.parametrize("degrees", [-15, 0, 15])
@pytest.mark.parametrize("capital", [2, 2.5, 3])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_capital_belongs_to_its_line(degrees: float, capital: float, place: int) -> None:
    written = []
    for number in range(3):
        x, each = 0.0, []
        for letter in range(8):
            high = 30 * capital if letter == place else 30
            each.append([x, 130.0 * number - high, x + 0.7 * high, 130.0 * number])
            x += 0.7 * high + 8
        written.append(each)
    check(np.random.default_rng(0), written, degrees)


def test_letters_of_a_form_far_apart_are_read_by_rows() -> None:
    written = [[[100.0 * x, 150.0 * y, 100.0 * x + 20, 150.0 * y + 30] for x in range(8)] for y in range(5)]
    check(np.random.default_rng(0), written, 2)


def test_a_wide_gap_in_a_line_is_no_column() -> None:
    x = np.r_[np.arange(5), np.arange(12, 16)] * 35.0
    first = [[left, 0.0, left + 25, 30.0] for left in x]
    second = [[left, 60.0, left + 25, 90.0] for left in np.arange(16) * 35.0]
    check(np.random.default_rng(0), [first, second], 0)


def test_a_date_on_the_right_above_short_lines_comes_first() -> None:
    written = [[[700.0 + 35 * n, -90.0, 725.0 + 35 * n, -60.0] for n in range(6)]]
    written += [[[35.0 * n, 60.0 * row, 25 + 35.0 * n, 60.0 * row + 30] for n in range(10)] for row in range(4)]
    check(np.random.default_rng(0), written, 0)


def test_no_letters_are_no_lines() -> None:
    assert reading_order.lines(np.empty((0, 4))) == []


def test_a_list_of_single_letters_is_read_from_the_top() -> None:
    check(np.random.default_rng(0), [[[0.0, 60.0 * row, 20.0, 60.0 * row + 30]] for row in range(10)], 0)


@pytest.mark.parametrize("degrees", [-15, -8, 8, 15])
def test_a_rising_line_is_one(degrees: float) -> None:
    x = np.arange(12) * 40.0
    y = 500 - np.tan(np.deg2rad(degrees)) * x
    assert reading_order.lines(np.stack([x, y, x + 25, y + 30], axis=1)) == [list(range(12))]
