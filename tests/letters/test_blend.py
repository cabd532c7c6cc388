import numpy as np
import pytest

from charnet.letters import blend

BAR = np.array([[0.5, 0.1], [0.5, 0.9]])
BOW = np.array([[0.5, 0.5], [0.7, 0.5], [0.7, 0.9]])


def test_even_places_along_each_stroke_whatever_its_points():
    (line,) = blend.even([[[3, 2, 0, 1], [3, 4, 5, 1], [3, 10, 9, 1]]])
    assert line[:, 0] == pytest.approx(0) and line[:, 1] == pytest.approx(np.linspace(-1, 1, blend.POINTS))
    bar, bow = blend.even([BAR, BOW])
    assert (bar.shape, bow.shape) == ((blend.POINTS, 2), (blend.POINTS, 2))
    assert np.concatenate([bar, bow]).min(axis=0) == pytest.approx([-0.25, -1])
    assert bow[-1] == pytest.approx([0.25, 1])


def test_a_dot_stays_a_dot():
    stem, dot = blend.even([BAR, [[0.5, 0.0]]])
    assert np.ptp(dot, axis=0) == pytest.approx([0, 0]) and dot[0, 1] < stem[0, 1]


def test_alike_are_the_same_strokes_in_the_same_order_and_direction():
    mine = blend.even([BAR, BOW])
    assert blend.alike(mine, blend.even([3 * BAR + 5, 3 * BOW + 5]))
    assert blend.alike(mine, blend.even([BAR + np.array([[0.02, 0], [0, 0.05]]), BOW]))
    assert not blend.alike(mine, blend.even([BAR]))
    assert not blend.alike(mine, blend.even([BAR[::-1], BOW]))
    assert not blend.alike(mine, blend.even([BOW, BAR]))


def test_between_two_is_nearer_to_the_first():
    mine, theirs, random = blend.even([BAR, BOW]), blend.even([BAR, 1.2 * BOW]), np.random.default_rng(0)
    for _ in range(50):
        for one, other, found in zip(mine, theirs, blend.between(mine, theirs, random), strict=True):
            whole = np.linalg.norm(other - one)
            assert np.linalg.norm(found - one) <= whole * blend.MOST + 1e-12
            assert np.linalg.norm(found - one) + np.linalg.norm(other - found) == pytest.approx(whole)
