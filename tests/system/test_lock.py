import subprocess
import sys
import threading
from pathlib import Path

from charnet.system import lock

HOLD = """
import sys, pathlib
from charnet.system import lock
with lock.held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_threads_hold_it_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with lock.held(tmp_path / "lock"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 16


def test_a_program_that_is_killed_holds_it_no_longer(tmp_path: Path) -> None:
    got = threading.Event()

    def work() -> None:
        with lock.held(tmp_path / "lock"):
            got.set()

    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], **pipes) as program:
        assert program.stdout and program.stdout.readline() == b"held\n"
        thread = threading.Thread(target=work)
        thread.start()
        assert not got.wait(0.2)
        program.kill()
        thread.join()
    assert got.is_set()
