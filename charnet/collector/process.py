"""A training as a process of its own, and the lines by which it is told and tells (charnet/training/standby.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import charnet

PATIENCE = 5.0  # seconds for a process that was told to end; then it is killed

Message = dict[str, Any]


class Process:
    """A training that waits, and runs once it is told its settings. It ends with the program that started it.

    `on_message` and `on_end`, which is given the error or "", are called by a thread of its own.
    """

    def __init__(self, on_message: Callable[[Process, Message], None], on_end: Callable[[Process, str], None]) -> None:
        self._on_message, self._on_end = on_message, on_end
        home = str(Path(charnet.__file__).parent.parent)  # wherever the page was started from
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "charnet.train", "--standby"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            # Ctrl-C in the terminal is for the page, which then tells the training.
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
        self._on_end(self, error or _reason(status, last))


def _reason(status: int, last: str) -> str:
    if status < 0:
        return f"the training was killed (signal {-status}): memory may be short; close other programs and try again"
    return f"the training failed: {last}" if status not in (0, 130) else ""
