import pytest

from charnet.system import process


@pytest.mark.parametrize(
    ("status", "last", "told"),
    [
        (0, "x", ""),
        (130, "stopped", ""),
        (-9, "", "was killed (signal 9)"),
        (1, "KeyError: 'x'", "failed: KeyError: 'x'"),
    ],
)
def test_how_a_process_ended(status: int, last: str, told: str) -> None:
    reason = process.reason("the training", status, last)
    assert told in reason and bool(reason) == bool(told)


def test_only_whole_objects_are_messages() -> None:
    """A library may print what begins like one."""
    lines = ['{"epoch": 1}', "{folder}/a.png: a warning", "[1]", "", "error: x", '{"epoch": ']
    assert [process._parse(line) for line in lines] == [{"epoch": 1}, None, None, None, None, None]
