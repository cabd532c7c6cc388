import string

from charnet.letters import template_signs, templates


def test_each_is_a_sign_with_a_shape() -> None:
    assert set(template_signs.SHAPES) <= set(string.punctuation)
    for sign in template_signs.SHAPES:
        ((share, strokes),) = templates.shapes(sign)
        assert share == 100
        heights = [y for stroke in strokes for _, y in stroke.points.tolist()]
        assert max(heights) <= 21 and min(heights) >= -4
