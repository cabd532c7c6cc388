import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from charnet.system.answer import UsageError, answer, message, printable, reason


def raising(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


def program(body: str, **options: object) -> "subprocess.Popen[bytes]":
    """`answer` in a process of its own; `body` are the lines of its work."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    text = f"import os, sys\nfrom charnet.system.answer import answer\ndef work():\n{lines}\nsys.exit(answer(work))"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", text], **pipes | options)


@pytest.mark.parametrize(("result", "status"), [(None, 0), (0, 0), (1, 1), (3, 3)])
def test_the_status_is_that_of_the_work(result: int | None, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(lambda: result) == status
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UsageError("seed=x: not a whole number"), 2, "error: seed=x: not a whole number"),
        (ValueError("width: 0 is too small"), 1, "error: width: 0 is too small"),
        (FileNotFoundError("letters: no such folder"), 1, "error: letters: no such folder"),
        (ImportError("No module named 'cleanlab'"), 1, "error: No module named 'cleanlab'"),
        (
            ModuleNotFoundError("No module named 'torch'", name="torch"),
            1,
            "error: this needs torch, which is not installed: pip install torch torchvision tensorboard",
        ),
        (OSError(errno.ENOENT, "No such file", "a.png"), 1, "error: a.png: No such file"),
        (OSError(errno.EACCES, "Permission denied", b"a.png"), 1, "error: a.png: Permission denied"),
        (OSError(errno.ENOSPC, "No space left", "a"), 1, "error: a: No space left; make room and run again"),
        (OSError(errno.EIO, "Input/output error"), 1, "error: writing: Input/output error"),
        (OSError("damaged picture"), 1, "error: damaged picture"),
        (MemoryError(), 1, "error: not enough memory; close other programs, or make the work smaller"),
        (RuntimeError("CUDA out of memory. Tried to allocate 20 GiB"), 1, "error: not enough memory; close"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), 1, "error: not enough memory; close"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
)
def test_what_a_user_can_mend_is_one_line(
    error: BaseException, status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(raising(error)) == status
    output = capsys.readouterr()
    assert output.out == "" and output.err.startswith(told)
    assert output.err.count("\n") == 1 and (status != 130 or output.err == "stopped\n")


def test_the_systems_own_errors_name_their_file(tmp_path: Path) -> None:
    missing = tmp_path / "none" / "a.png"
    for failing in (
        missing.read_bytes,
        missing.mkdir,
        lambda: missing.rename("b"),
        lambda: os.truncate(os.fsencode(missing), 0),
    ):
        with pytest.raises(FileNotFoundError) as error:
            failing()
        assert message(error.value) == f"{missing}: No such file or directory"
        assert reason(error.value) == "No such file or directory"


def test_numpys_lack_of_memory_is_told_like_pythons() -> None:
    with pytest.raises(MemoryError) as error:
        np.empty(1 << 60, np.uint8)
    assert message(error.value).startswith("not enough memory; ")


@pytest.mark.parametrize("error", [RuntimeError("size mismatch"), TypeError("bug"), KeyError("bug"), SystemExit(4)])
def test_a_bug_keeps_its_traceback(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        answer(raising(error))
    assert raised.value is error


@pytest.mark.parametrize(
    "body",
    [
        "for number in range(10**6): print(number)",  # many lines: writing fails
        "print(1, flush=True); sys.stdin.read(); print(2)",  # few: the last flush does
        "print(1, flush=True); sys.stdin.read(); print(2); raise ValueError('late')",
    ],
)
def test_a_reader_that_goes_away_ends_the_program_in_silence(body: str) -> None:
    """As in `charnet predict folder | head -1`."""
    process = program(body, stdin=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdin.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == 1
    assert errors in ("", "error: late\n")


def test_what_a_console_can_not_write_is_written_by_its_number() -> None:
    """As on Windows, where a pipe takes 256 characters."""
    process = program("print('\u0436.png: m')", env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"})
    told, errors = process.communicate()
    assert (process.returncode, told.split(), errors) == (0, [rb"\u0436.png:", b"m"], b"")


def test_what_was_printed_stands_before_the_error() -> None:
    process = program("print('first'); raise ValueError('second')", stderr=subprocess.STDOUT)
    printed, _ = process.communicate()
    assert (process.returncode, printed.split()) == (1, [b"first", b"error:", b"second"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_that_is_no_text_can_be_told() -> None:
    process = program("open(b'none\\xff.png')")
    _, errors = process.communicate()
    assert (process.returncode, errors) == (1, b"error: none\\udcff.png: No such file or directory\n")
    process = program("from charnet.system.answer import printable\nprint(printable(os.fsdecode(b'\\xff.png')))")
    assert process.communicate() == (b"\\udcff.png\n", b"")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a/Jürg 1é.png", "a/Jürg 1é.png"),
        ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202egnp.a", r"\u202egnp.a"),  # turns the direction of what follows
        (Path("a/b"), str(Path("a/b"))),
        (3, "3"),
    ],
)
def test_what_a_terminal_may_show(text: object, shown: str) -> None:
    assert printable(text) == shown


def test_a_message_shows_no_more_than_a_terminal_may(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(raising(ValueError("labels: a\x1b[2J\nerror: b is bad"))) == 1
    assert capsys.readouterr().err == "error: labels: a\\x1b[2J\\nerror: b is bad\n"
