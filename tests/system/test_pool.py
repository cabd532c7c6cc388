"""Work that other processes do must be importable there, so it is builtin here, or stands in a script of its own."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from charnet.system.pool import cores, in_chunks

SCRIPT = """
import os, signal, time
from charnet.system.pool import in_chunks
helps = __name__ != "__main__"
{}
if __name__ == "__main__":
    try:
        for result in in_chunks(work, range(40), chunk=2, few=4, workers=2):
            print(result, flush=True)
    except (OSError, KeyboardInterrupt) as error:
        print(type(error).__name__, error)
"""


def started(folder: Path, work: str) -> subprocess.Popen[str]:
    """A program that prints what `in_chunks` makes of 0 to 39, two at a time, from the third pair on by two others."""
    path = folder / "script.py"
    path.write_text(SCRIPT.format(work))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, path], **pipes, text=True, start_new_session=True)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 40])
def test_results_come_in_order_whoever_made_them(count: int, workers: int) -> None:
    chunks = list(in_chunks(list, range(count), chunk=4, few=10, workers=workers))
    assert list(itertools.chain(*chunks)) == list(range(count))
    assert all(len(chunk) <= 4 for chunk in chunks)


def test_few_items_stay_in_this_process() -> None:
    here = in_chunks(lambda items: (os.getpid(), sum(items)), range(9), chunk=4, few=10, workers=2)
    assert list(here) == [(os.getpid(), 6), (os.getpid(), 22), (os.getpid(), 8)]


def test_one_worker_is_this_process() -> None:
    assert set(in_chunks(lambda _: os.getpid(), range(100), chunk=4, few=10, workers=1)) == {os.getpid()}


def test_many_items_are_shared_out(tmp_path: Path) -> None:
    printed, errors = started(tmp_path, "def work(items): time.sleep(0.05); return os.getpid()").communicate()
    makers = printed.split()
    assert errors == "" and len(makers) == 20
    assert makers[0] == makers[1] and len(set(makers[2:])) == 2 and makers[0] not in makers[2:]


def test_items_without_end_are_taken_only_as_results_are() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = in_chunks(len, items(), chunk=3, few=6, workers=2)
    for done in range(1, 30):
        assert next(results) == 3
        assert taken <= 3 * done + 6 + 2 * 2 * 3  # those handed over, the first few, two chunks a process
    results.close()


def test_an_error_in_this_process_comes_through() -> None:
    with pytest.raises(ValueError, match="range"):
        list(in_chunks(bytes, [300], chunk=4, few=10))


def test_an_error_in_another_process_comes_through_behind_the_results_before_it() -> None:
    results = in_chunks(bytes, [*range(38), 300], chunk=2, few=4, workers=2)
    assert b"".join(itertools.islice(results, 19)) == bytes(range(38))
    with pytest.raises(ValueError, match="range"):
        next(results)


def test_an_error_of_the_items_comes_through() -> None:
    def items() -> Iterator[int]:
        yield from range(20)
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        list(in_chunks(sum, items(), chunk=2, few=4, workers=2))


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_killed_process_is_one_error(tmp_path: Path) -> None:
    work = "def work(items): return os.kill(os.getpid(), signal.SIGKILL) if helps and 20 in items else sum(items)"
    printed, errors = started(tmp_path, work).communicate()
    lines = printed.splitlines()
    assert lines[:2] == ["1", "5"] and errors == ""
    assert (
        lines[-1] == "OSError a worker process was killed: memory may be short, "
        "or a script that calls charnet lacks its `if __name__ == '__main__':`"
    )


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_processes_end_with_the_first(tmp_path: Path) -> None:
    process = started(tmp_path, "def work(items): time.sleep(3600 if helps else 0)")
    assert process.stdout is not None and process.stdout.readline() == "None\n"
    process.kill()
    process.communicate(timeout=60)  # which ends once all that hold its output are gone


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("when", ["starting", "working"])
def test_ctrl_c_reaches_the_first_process_alone(tmp_path: Path, when: str) -> None:
    nap = "if helps: time.sleep(1)\n" if when == "starting" else ""
    process = started(tmp_path, f"{nap}def work(items): time.sleep(0.2); return sum(items)")
    assert process.stdout is not None
    for line in process.stdout:
        if when == "starting" or line == "21\n":  # the sixth chunk, which is another's
            os.killpg(process.pid, signal.SIGINT)
            break
    printed, errors = process.communicate()
    assert printed.splitlines()[-1].strip() == "KeyboardInterrupt" and errors == ""


def test_cores_are_those_that_the_program_may_use() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    if hasattr(os, "sched_setaffinity"):
        program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); from charnet.system import pool"
        result = subprocess.run(
            [sys.executable, "-c", f"{program}; print(pool.cores())"], capture_output=True, text=True
        )
        assert result.stdout == "1\n"
