import string

import pytest

from charnet.networks import only

PRINTABLE = string.printable[:-5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0-9a-f", "0123456789abcdef"),
        ("cba", "abc"),
        ("a-cb", "abc"),
        ("-", "-"),
        ("a-", "a-"),
        ("-a", "a-"),
        ("+--", "+,-"),
        ("a-c-e", "abce-"),
    ],
)
def test_characters_and_ranges(text: str, expected: str):
    assert {PRINTABLE[index] for index in only.indices(text, PRINTABLE)} == set(expected)


def test_they_come_in_the_networks_order():
    assert only.indices("a-c", "cxab") == [0, 2, 3]


def test_a_character_typed_as_two_is_the_label():
    assert only.indices("e\u0301", ["a", "é"]) == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0-9", "only: '0' is not one of the network's labels: a b c"),
        ("ab!", "'!' is not one"),
        ("c-a", "runs backwards; write a-c"),
        ("", "only: empty"),
    ],
)
def test_what_is_refused(text: str, message: str):
    with pytest.raises(ValueError, match=message):
        only.indices(text, "abc")
