"""A command of charnet's as a process of its own, and the lines of JSON by which it is told and tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PATIENCE = 5.0  # seconds for a process that was told to end; then it is killed

Message = dict[str, Any]


class Process:
    """`python -m` these words, the first of them a module. Its standard input ends with the program that started it.

    `on_message` and `on_end`, which are given the process, and the message or the error or "", are called by a thread
    of its own. `work` is what an error calls it.
    """

    def __init__(
        self,
        words: Sequence[str],
        work: str,
        on_message: Callable[[Any, Message], None],
        on_end: Callable[[Any, str], None],
    ) -> None:
        self._work, self._on_message, self._on_end = work, on_message, on_end
        home = str(Path(__file__).parents[2])  # wherever this program was started from
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._child = subprocess.Popen(
            [sys.executable, "-m", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
            # Ctrl-C in the terminal is for this program, which then tells the other.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def tell(self, message: Message) -> None:
        """`OSError` when it has ended."""
        assert self._child.stdin
        self._child.stdin.write(json.dumps(message).encode() + b"\n")
        self._child.stdin.flush()

    def close(self) -> None:
        """Let go of it: its standard input ends, and so does the process."""
        assert self._child.stdin
        with suppress(OSError):  # what it has not read any more
            self._child.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()
        self.close()
        self._child.wait()

    def wait(self) -> None:
        """Until it has ended, by force where it must be."""
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _listen(self) -> None:
        assert self._child.stdout
        last = error = ""
        for line in self._child.stdout:
            text = line.decode(errors="replace").rstrip()
            if text.startswith("{"):
                self._on_message(self, json.loads(text))
            elif text.startswith("error: "):
                error = text.removeprefix("error: ")
            last = text or last
        status = self._child.wait()
        self._child.stdout.close()
        self._on_end(self, error or reason(self._work, status, last))


def reason(work: str, status: int, last: str) -> str:
    """Why a piece of work ended so; "" where it did what it was told. `last` is the last line that it wrote."""
    if status < 0:
        return f"{work} was killed (signal {-status}): memory may be short; close other programs and try again"
    return f"{work} failed: {last}" if status not in (0, 130) else ""
