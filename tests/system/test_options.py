import argparse

import pytest

from charnet.spec import Spec
from charnet.system import options, usage
from charnet.system.pool import cores


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    result = usage.parser("datasets.some", "Import some.")
    result.add_argument("--count", type=options.whole_number(0))
    options.add_framing(result)
    options.add_weights(result)
    options.add_jobs(result)
    return result


def test_defaults(parser: argparse.ArgumentParser) -> None:
    given = parser.parse_args([])
    assert options.spec_of(parser, given) == Spec()
    assert given.jobs == cores() and given.weights is None


def test_what_was_given(parser: argparse.ArgumentParser) -> None:
    words = "--count 0 --width 28 --height 30 --framing fit --jobs 3 --weights letters"
    given = parser.parse_args(words.split())
    assert options.spec_of(parser, given) == Spec(width=28, height=30, framing="fit")
    assert (given.count, given.jobs, given.weights) == (0, 3, "letters")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--width", "0"], "--width: 0 is not a whole number of pixels from 1 to 256"),
        (["--height", "257"], "--height: 257 is not a whole number of pixels from 1 to 256"),
        (["--height", "many"], "invalid int value: 'many'"),
        (["--framing", "round"], "invalid choice: 'round'"),
        (["--count", "-1"], "'-1' is not a whole number from 0"),
        (["--count", "1.0"], "'1.0' is not a whole number from 0"),
        (["--count", ""], "'' is not a whole number from 0"),
        (["--jobs", "0"], "'0' is not a whole number from 1"),
        (["--jobs", "-2"], "'-2' is not a whole number from 1"),
        (["--jobs", "two"], "'two' is not a whole number from 1"),
    ],
)
def test_a_wrong_value_ends_with_status_2(
    parser: argparse.ArgumentParser, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        options.spec_of(parser, parser.parse_args(words))
    errors = capsys.readouterr().err
    assert end.value.code == 2 and message in errors and "usage: python -m charnet.datasets.some" in errors
