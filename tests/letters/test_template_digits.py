import string

from charnet.letters import template_digits


def test_each_has_a_template() -> None:
    assert set(template_digits.SHAPES) == set(string.digits)
