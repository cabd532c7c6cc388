import string

from charnet.letters import template_capitals, templates


def test_each_has_several_shapes_as_tall_as_an_l() -> None:
    assert set(template_capitals.SHAPES) == set(string.ascii_uppercase)
    for label in template_capitals.SHAPES:
        choices = templates.shapes(label)
        assert len(choices) >= 3
        assert sum(share for share, _ in choices) == 100
        for _, strokes in choices:
            heights = [y for stroke in strokes for _, y in stroke.points.tolist()]
            assert 18 <= max(heights) <= 21 and -9 <= min(heights) <= 3
