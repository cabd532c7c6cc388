"""A program that starts warm ends as it would when started by a shell, and says the same."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import warm

PROGRAMS = {
    "arguments": "import sys; print(sys.argv, file=sys.stderr)",
    "variables and folder": "import os; print(os.getcwd(), os.environ['PATH'], os.environ['PYTHONPATH'])",
    "input": "print(input())",
    "its module": "import __main__; print(__name__, hasattr(__main__, '__builtins__'))",
    "status": "import sys; sys.exit(3)",
    "a sentence": "import sys; print('first'); sys.exit('second')",
    "no flush": "import os, sys; sys.stdout.write('kept')",
    "at exit": "import atexit; atexit.register(print, 'at exit')",
    "a thread": "import threading, time; threading.Thread(target=lambda: (time.sleep(0.1), print('after'))).start()",
    "letters": "print('\\u00e9\\u65e5')",
    "own exit": "import os; os._exit(5)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_of_one_line(tmp_path: Path, name: str) -> None:
    words = ["-c", PROGRAMS[name], "a b", "\u00e9"]
    cold = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, env=warm.environment(), input="given\n", capture_output=True, text=True
    )
    found = warm.run(*words, cwd=tmp_path, stdin=b"given\n")
    assert (found.returncode, found.stdout, found.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_an_error_is_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import os\nos.stat('nowhere')\n")
    found = warm.run(tmp_path / "broken.py", cwd=tmp_path)
    assert found.returncode == 1 and found.stdout == ""
    assert found.stderr.splitlines()[-1] == "FileNotFoundError: [Errno 2] No such file or directory: 'nowhere'"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it(number: int) -> None:
    with warm.Program("-c", "import time; print(1, flush=True); time.sleep(60)") as program:
        assert program.stdout.readline() == "1\n" and program.poll() is None
        program.send_signal(number)
        assert program.wait(30) == -number
        program.kill()  # which is none any more


def test_ctrl_c_is_an_exception() -> None:
    text = "import time\ntry:\n    print(1, flush=True)\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print(2)"
    program = warm.Program("-c", text)
    assert program.stdout.readline() == "1\n"
    program.send_signal(signal.SIGINT)
    assert program.communicate(30) == ("2\n", "") and program.returncode == 0


def test_what_takes_too_long_is_told_and_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        warm.run("-c", "import time; time.sleep(60)", timeout=0.1)


def test_many_at_once() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(warm.run("-c", f"print({n})").stdout)) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, found)) == list(range(20))
