from statistics import NormalDist

import numpy as np
import pytest

from charnet.letters import handwriting, templates
from charnet.letters.handwriting import Handwriting, random_handwritings, write
from charnet.letters.templates import parse

STEADY = Handwriting(0, 0, 1, 1, 1, 1, 0, 0, 0, 1.15)  # writes the template as it stands


def written(line: str, style: Handwriting = STEADY, seed: int = 0) -> list[np.ndarray]:
    return write(parse(line)[1], style, np.random.default_rng(seed))


def test_traits_are_spread_evenly() -> None:
    """Latin hypercube: one handwriting in each hundredth of a trait's distribution."""
    some = random_handwritings(100, np.random.default_rng(0))
    slants = [NormalDist(0.08, 0.18).cdf(style.slant) for style in some]
    assert sorted(int(100 * p) for p in slants) == list(range(100))
    assert abs(np.median([style.slant for style in some]) - 0.08) < 0.02
    assert all(0.3 <= style.round <= 1 and style.pen > 0.3 for style in some)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_any_number_of_handwritings(count: int) -> None:
    assert len(random_handwritings(count, np.random.default_rng(0))) == count


def test_same_seed_same_ink_another_seed_another() -> None:
    line = "9 0,10! 0,0 (2,1 3,2) / 0,15"
    style = random_handwritings(1, np.random.default_rng(0))[0]
    first, again, other = (written(line, style, seed) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(np.concatenate(first)[:3], np.concatenate(other)[:3])


def test_a_steady_handwriting_keeps_the_template_upright() -> None:
    (stroke,) = written("9 0,20 0,0! 8,0")  # an L, twice as high as an x
    x, y, time, pressure = stroke.T
    assert np.ptp(y) / np.ptp(x) == pytest.approx(20 / 8, rel=0.1)  # its ends reach a little more or less
    assert y[0] < y[-1] and x[0] < x[-1]  # y runs downwards
    assert (np.diff(time) == 12).all() and (pressure == 0.5).all()


def test_slant_moves_what_is_high_to_the_right() -> None:
    upright, slanted = (written("9 0,20 0,0", Handwriting(slant, 0, 1, 1, 1, 1, 0, 0, 0, 1))[0] for slant in (0.0, 0.5))
    assert np.ptp(upright[:, 0]) == 0
    across, down = slanted[0, :2] - slanted[-1, :2]
    assert across / -down == pytest.approx(0.5, abs=0.01)


def test_what_is_optional_is_written_half_of_the_time() -> None:
    lengths = [len(written("9 0,10 0,0! (9,0 18,0)", seed=seed)[0]) for seed in range(100)]
    assert len({length > 30 for length in lengths}) == 2
    assert 30 < sum(length > 30 for length in lengths) < 70


def test_a_dot_is_small() -> None:
    for seed in range(50):
        body, dot = written("9 0,10 0,0 / 0,15", seed=seed)
        assert len(dot) > 1 and np.ptp(dot[:, :2], axis=0).max() < 0.4 * np.ptp(body[:, :2], axis=0).max()


def test_ink_lies_in_the_square_and_strokes_follow_one_another() -> None:
    for seed, style in enumerate(random_handwritings(50, np.random.default_rng(1))):
        strokes = written("9 0,20 0,0! 5,9 8,0 / -3,9 5,9 / 4,15", style, seed)
        points = np.concatenate(strokes)
        assert points[:, :2].min() >= 0 and points[:, :2].max() <= 1
        assert (np.diff(points[:, 2]) > 0).all()


def test_a_plain_template_stands_on_the_line_and_in_the_middle() -> None:
    ((left, right),) = [handwriting.plain(templates.parse("1 (-9,5) 0,0 0,10! 0,20 / 4,10 8,0")[1])]
    assert left[0] == [0.364, 0.72] and left[-1] == [0.364, 0.04]
    assert right[0] == [0.5, 0.38] and right[-1] == [0.636, 0.72]
    for letter in templates.ALL:
        points = np.concatenate(handwriting.plain(templates.shapes(letter)[0][1]))
        assert points.min() > 0 and points.max() < 1.1
