import pytest

from charnet.networks import json_checks


def test_a_key_that_stands_twice_is_found_in_one_look():
    keys = ",".join(f'"{number}": 0' for number in range(200_000))  # comparing each with each would take an hour
    with pytest.raises(ValueError, match='"199999" appears twice'):
        json_checks.loads(f'{{{keys}, "199999": 1}}')


def test_values_are_counted_before_they_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_checks, "MAX_VALUES", 100)
    assert len(json_checks.loads("[" + "0," * 98 + "0]")) == 99
    with pytest.raises(ValueError, match="more than 100 values"):
        json_checks.loads("[" + "[]," * 60 + "[]]")


@pytest.mark.parametrize("value", [list(range(100_000)), {str(n): n for n in range(100)}, "x" * 10**6, "\x1b[2J\n"])
def test_values_in_messages_are_short_and_printable(value: object):
    shown = json_checks.short(value)
    assert len(shown) <= 40 and shown.isprintable()
