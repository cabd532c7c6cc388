"""The command as a user types it; what it serves is tested in tests/collector."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import warm

ROOT = Path(__file__).parent.parent


def start_cold(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, ROOT / "collect.py", "open=false", "port=0", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_its_first_line_holds_the_address_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    with start_cold(tmp_path, "letter=e", "count=10") as process:
        assert process.stdout
        assert re.fullmatch(r"Drawing page: http://127\.0\.0\.1:\d+/\n", process.stdout.readline())
        assert process.stdout.readline() == "Ctrl-C ends.\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "Nothing was saved.\nNext: python collect.py letter=e count=10\n")
    assert list(tmp_path.iterdir()) == []  # the drawings are the record


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("letter=E data.labels=abc", 2, "letter: 'E' is not one of the labels a b c"),
        ("count=-1", 2, "count: -1 is not between 0 and 100000"),
        ("weights=absent.json", 1, "absent.json: no such weights file"),
        ("host=192.0.2.1", 1, "host=192.0.2.1: "),  # an address that is kept for examples
    ],
)
def test_an_error_is_one_line_and_a_status(tmp_path: Path, words: str, status: int, said: str) -> None:
    with warm.Program(ROOT / "collect.py", "open=false", "port=0", *words.split(), cwd=tmp_path) as process:
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()  # one that serves instead would serve for ever
    assert (process.returncode, out) == (status, "")
    assert err.startswith(f"error: {said}") and err.count("\n") == 1
