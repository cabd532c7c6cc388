import numpy as np
import pytest

from charnet.letters import curves

SQUARE = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
FREE, CORNERS = np.zeros(4, dtype=bool), np.ones(4, dtype=bool)


def distance(point: np.ndarray, line: np.ndarray) -> float:
    return float(np.hypot(*(line - point).T).min())


@pytest.mark.parametrize("corner", [FREE, CORNERS, np.array([False, True, False, False])])
def test_a_curve_passes_through_its_points(corner: np.ndarray) -> None:
    line = curves.through(SQUARE, corner, 1.0)
    assert max(distance(point, line) for point in SQUARE) < 1e-9
    assert line[0].tolist() == [0, 0] and line[-1].tolist() == [0, 10]


def test_corners_and_no_smoothness_give_the_polygon() -> None:
    for line in (curves.through(SQUARE, CORNERS, 1.0), curves.through(SQUARE, FREE, 0.0)):
        on_an_edge = np.isclose(line[:, 1], 0) | np.isclose(line[:, 0], 10) | np.isclose(line[:, 1], 10)
        assert on_an_edge.all()


def test_points_are_a_step_apart_on_straight_lines() -> None:
    line = curves.through(np.array([[0.0, 0], [6, 0], [6, 3]]), np.ones(3, dtype=bool), 1.0)
    expected = [[x, 0] for x in np.linspace(0, 6, 11)] + [[6, y] for y in np.linspace(0, 3, 6)[1:]]
    np.testing.assert_allclose(line, expected, atol=1e-12)


def test_the_slope_in_a_point_is_that_of_the_parabola_through_it_and_its_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(curves, "STEP", 0.001)
    time, x, y = np.array([0.0, 3, 4]), np.array([0.0, 3, 3]), np.array([0.0, 0, 1])  # chords of 3 and 1
    slope = np.array([np.polyval(np.polyder(np.polyfit(time, place, 2)), 3.0) for place in (x, y)])
    line = curves.through(np.stack([x, y], axis=1), np.zeros(3, dtype=bool), 1.0)
    at = int(np.hypot(line[:, 0] - 3, line[:, 1]).argmin())
    for along in (line[at] - line[at - 1], line[at + 1] - line[at]):
        angle = np.arctan2(along[1], along[0]) - np.arctan2(slope[1], slope[0])
        assert abs(angle) < 0.01


def test_an_arc_of_three_points_stays_one() -> None:
    turn = np.linspace(0, np.pi / 2, 3)
    line = curves.through(10 * np.stack([np.cos(turn), np.sin(turn)], axis=1), np.zeros(3, dtype=bool), 1.0)
    assert np.abs(np.hypot(*line.T) - 10).max() < 0.1


@pytest.mark.parametrize("length", [0.0, 1e-9, 0.1, 0.9, 50.0])
def test_two_points_are_a_line_however_long(length: float) -> None:
    line = curves.through(np.array([[1.0, 2], [1 + length, 2]]), np.zeros(2, dtype=bool), 1.0)
    assert len(line) == max(2, round(length / curves.STEP) + 1)
    assert np.isfinite(line).all() and (np.diff(line[:, 0]) >= 0).all() and np.allclose(line[:, 1], 2)
