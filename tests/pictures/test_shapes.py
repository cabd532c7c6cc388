"""Connected shapes of ink and their measures, on shapes counted by hand."""

import numpy as np
import pytest

from charnet.pictures import photo, shapes


def picture() -> np.ndarray:
    ink = np.zeros((40, 60), np.float32)
    ink[10:20, 5:8] = 0.5  # a stroke, 3 x 10
    ink[20:22, 8:10] = 1  # touches it by a corner
    ink[30:33, 40:60] = 1  # reaches in from the border
    return ink


def test_shapes_are_what_touches_by_a_side_or_a_corner():
    found = shapes.find(picture(), 0.3)
    assert found.boxes.tolist() == [[5, 10, 10, 22], [40, 30, 60, 33]]
    assert found.area.tolist() == [34, 60]
    assert found.mass == pytest.approx([0.5 * 30 + 4, 60])
    assert found.size.tolist() == [12, 20]
    assert found.outside.tolist() == [False, True]


def test_the_outline_is_about_twice_a_stroke_long():
    ink = np.zeros((60, 300), np.float32)
    ink[20:29, 50:250] = 1
    found = shapes.find(ink, 0.5)
    assert found.outline.tolist() == [2 * 200 + 2 * 7]


def test_no_ink_is_no_shape():
    found = shapes.find(np.zeros((10, 10), np.float32), 0.5)
    assert len(found.area) == 0 and found.boxes.shape == (0, 4)


def test_ink_ends_at_once_and_what_an_o_encloses_is_told():
    light = np.full((320, 320), 0.9, np.float32)
    y, x = np.mgrid[0:320, 0:320] - 160
    light[np.abs(np.hypot(x, y) - 20) < 4] = 0.1
    dark, bright = photo.polarities(light)
    ring, hole = (shapes.find(side.ink, 0.3) for side in (dark, bright))
    ends, enclosed = shapes.edges(ring, 0, dark)
    assert ends == 1 and enclosed < 0.6
    assert shapes.edges(hole, 0, bright)[1] > 0.9


def test_a_shape_is_cut_out_alone():
    alone = shapes.cut(picture(), shapes.find(picture(), 0.3).names, np.array([0]))
    assert alone[12, 6] > 0.5 and alone[31, 50] == 0
