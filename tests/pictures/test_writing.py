import numpy as np
import pytest

from charnet.pictures import writing
from charnet.pictures.writing import HEIGHT

SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], float)


def test_strokes_fill_the_height_whatever_their_size():
    small, large = writing.draw([SQUARE]), writing.draw([100 * SQUARE + 7])
    assert np.array_equal(small, large)
    rows = np.flatnonzero(small.any(axis=1))
    assert rows[0] <= 2 and rows[-1] >= len(small) - 3
    assert small.shape[0] == writing.DRAWN_HEIGHT and abs(small.shape[1] - small.shape[0]) <= 2


def test_a_dash_and_a_dot_have_a_picture_of_bounded_length():
    assert writing.draw([np.array([(0, 0), (1000, 0)])]).shape[1] <= 21 * writing.DRAWN_HEIGHT
    assert writing.draw([np.array([(3, 3)])]).max() == 1
    with pytest.raises(ValueError, match="blank"):
        writing.draw([])


def test_a_stroke_is_as_wide_as_its_pen():
    ink = writing.rasterize([np.array([(10.0, -5.0), (10.0, 40.0)])], (HEIGHT, 20), pen=3)
    assert ink.sum(axis=1) == pytest.approx(np.full(HEIGHT, 3), abs=0.3)


def test_small_letters_are_about_as_high_with_long_ones_and_without():
    """Scaled to fill the height they would differ by a factor of 1.8."""
    low, tall = np.zeros((60, 80), np.float32), np.zeros((60, 80), np.float32)
    for ink in (low, tall):
        ink[30:50, 0:60:10] = ink[30:50, 1:60:10] = 1
    tall[14:50, 60:62] = 1
    (low_scale, low_middle), (tall_scale, _) = writing.line_scale(low), writing.line_scale(tall)
    assert low_middle == pytest.approx(40)
    assert 1 < low_scale / tall_scale < 1.4


def test_nothing_is_cut_off():
    ink = np.zeros((300, 10), np.float32)
    ink[[0, 299]] = 0.01
    ink[140:150] = 1
    scale, middle = writing.line_scale(ink)
    assert (0 - middle) * scale + HEIGHT / 2 >= 0 and (300 - middle) * scale + HEIGHT / 2 <= HEIGHT


def test_a_line_of_another_size_keeps_its_middle():
    ink = np.zeros((HEIGHT, 40), np.float32)
    ink[12:20, 10:20] = 1
    larger = writing.resized(ink, 2, 1.5)
    assert larger.shape == (HEIGHT, 80)
    rows, columns = np.flatnonzero(larger.max(axis=1) > 0.5), np.flatnonzero(larger.max(axis=0) > 0.5)
    assert (
        abs(rows[0] - 10) <= 1 and abs(rows[-1] - 21) <= 1 and abs(columns[0] - 20) <= 1 and abs(columns[-1] - 39) <= 1
    )
    assert np.array_equal(writing.resized(ink, 1, 1), ink)
