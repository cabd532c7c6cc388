import numpy as np
import pytest

from charnet.letters import template_capitals, template_digits, templates
from charnet.spec import LOWERCASE


@pytest.mark.parametrize("letter", LOWERCASE)
def test_a_letter_has_several_shapes(letter: str) -> None:
    choices = templates.shapes(letter)
    assert len(choices) >= 5
    for share, strokes in choices:
        assert share > 0
        assert all(np.isfinite(stroke.points).all() for stroke in strokes)
    assert not set(templates.SHAPES) ^ set(LOWERCASE)


@pytest.mark.parametrize("label", [*template_digits.SHAPES, *template_capitals.SHAPES])
def test_digits_and_capitals_have_several_shapes_as_tall_as_an_l(label: str) -> None:
    choices = templates.shapes(label)
    assert len(choices) >= 3
    assert sum(share for share, _ in choices) == 100
    for _, strokes in choices:
        heights = [y for stroke in strokes for _, y in stroke.points.tolist()]
        assert 18 <= max(heights) <= 21 and -9 <= min(heights) <= 3


def test_a_template_line_is_parsed() -> None:
    share, (body, dot) = templates.parse("3 (-4,2) 0,10! 0.5,0 (2,1 3,2) / 0,15")
    assert share == 3
    assert body.points.tolist() == [[-4, 2], [0, 10], [0.5, 0], [2, 1], [3, 2]]
    assert body.corner.tolist() == [False, True, False, False, False]
    assert body.optional.tolist() == [1, 0, 0, 2, 2]
    assert dot.points.tolist() == [[0, 15]]
