import string

from charnet.letters import template_capitals


def test_each_has_a_template() -> None:
    assert set(template_capitals.SHAPES) == set(string.ascii_uppercase)
