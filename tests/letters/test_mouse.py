import numpy as np
import pytest
from samples import STROKES

from charnet.letters import mouse
from charnet.pictures import images, ink
from charnet.spec import Spec

LINE = np.stack([np.linspace(0, 1, 101), np.zeros(101)], axis=1)


@pytest.mark.parametrize(("step", "kept"), [(0.1, 11), (0.3, 5), (2, 2)])
def test_corners_stand_apart_and_both_ends_stay(step: float, kept: int) -> None:
    places = mouse.corners(LINE, step - 1e-9)
    assert len(places) == kept and (places[0], places[-1]) == (0, 100)
    assert mouse.corners(LINE[:1], step) == [0]


def test_a_trembling_hand_stays_near_the_stroke() -> None:
    moved = np.concatenate(mouse.by_mouse([LINE] * 50, np.random.default_rng(0)))
    assert np.abs(moved[:, 1]).max() < 6 * mouse.TREMBLE
    assert moved[:, 1].std() == pytest.approx(mouse.TREMBLE, rel=0.2)


@pytest.mark.parametrize("spec", [Spec(), Spec(framing="fit"), Spec(framing="corner"), Spec(width=20, height=32)])
def test_the_letter_stays_itself_in_any_framing(spec: Spec) -> None:
    """Of the letters as a pen draws them, the nearest is one of the same label."""
    written = {label: ink.framed(strokes, spec) for label, strokes in STROKES.items()}
    random = np.random.default_rng(1)
    right = 0
    for label, strokes in STROKES.items():
        lines = [np.asarray(stroke, float)[:, :2] for stroke in strokes]
        for _ in range(10):
            drawn = mouse.drawn(lines, spec, random)
            assert drawn.shape == (spec.height, spec.width) and drawn.max() == pytest.approx(1, abs=0.3)
            right += label == min(written, key=lambda other: ((written[other] - drawn) ** 2).sum())
    assert right >= 9 * len(STROKES)


@pytest.mark.parametrize("strokes", [[[(0.5, 0.5)]], [[(3.0, 3.0), (3.0, 3.0)]], [[(-4e5, 1.0), (4e5, 1.0)]]])
def test_dots_and_lines_have_a_picture_too(strokes: list[list[tuple[float, float]]]) -> None:
    for seed in range(8):
        lines = [np.array(stroke) for stroke in strokes]
        drawn = mouse.drawn(lines, Spec(), np.random.default_rng(seed))
        assert np.isfinite(drawn).all() and images.to_bytes(drawn).max() > 100
