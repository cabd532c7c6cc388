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
