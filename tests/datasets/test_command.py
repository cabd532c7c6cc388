import pytest

from charnet.datasets import command
from charnet.spec import Spec
from charnet.system.pool import cores


def test_size_framing_and_processes() -> None:
    parser = command.parser("some", "Import some.")
    given = parser.parse_args(["--out", "x", "--width", "28", "--framing", "fit", "--jobs", "3"])
    assert command.spec(parser, given) == Spec(width=28, framing="fit") and given.jobs == 3
    assert parser.parse_args(["--out", "x"]).jobs == cores()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--width", "0"], "width: 0 is not a whole number of pixels from 1 to 256"),
        (["--height", "many"], "invalid int value: 'many'"),
        (["--framing", "round"], "invalid choice: 'round'"),
        (["--jobs", "0"], "'0' is not a whole number of processes from 1"),
        (["--jobs", "-2"], "'-2' is not a whole number of processes from 1"),
        (["--jobs", "two"], "'two' is not a whole number of processes from 1"),
    ],
)
def test_a_wrong_call_ends_with_status_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = command.parser("some", "Import some.")
    with pytest.raises(SystemExit) as end:
        command.spec(parser, parser.parse_args(["--out", "x", *words]))
    errors = capsys.readouterr().err
    assert end.value.code == 2 and told in errors and "usage: python -m charnet.datasets.some" in errors
