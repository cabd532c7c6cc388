"""A module of charnet as a child process. Parent and child exchange messages: JSON objects, one a line.

The parent writes to the child's standard input (`Process.send`), where the child reads them (`listen`); the child
prints its own (`send`), which the parent reads in a thread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

PATIENCE = 5.0  # seconds in which a child must end once its input is closed; then it is killed

Message = dict[str, Any]


class Process:
    """The parent's half: starts `python -m` with these words, the first of them a module.

    A thread calls `on_message(process, message)` for each message of the child and `on_end(process, error)` once it has
    ended; `error` is "" where it ended as it should. `work` is what an error calls the child.
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
            # Ctrl-C in the terminal reaches the parent alone, which then stops the child.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def send(self, message: Message) -> None:
        """Raises `OSError` when the child has ended."""
        assert self._child.stdin
        self._child.stdin.write(json.dumps(message).encode() + b"\n")
        self._child.stdin.flush()

    def close(self) -> None:
        """Close the child's standard input, at which it ends."""
        assert self._child.stdin
        with suppress(OSError):  # it ended before it had read everything
            self._child.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()
        self.close()
        self._child.wait()

    def wait(self) -> None:
        """Wait until the child has ended, and kill it if that takes longer than `PATIENCE`."""
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
            if message := _parse(text):
                self._on_message(self, message)
            elif text.startswith("error: "):
                error = text.removeprefix("error: ")
            last = text or last
        status = self._child.wait()
        self._child.stdout.close()
        self._on_end(self, error or reason(self._work, status, last))


def _parse(text: str) -> Message | None:
    """A line of the child's as a message; None for any other line, such as a library's warning."""
    try:
        message = json.loads(text) if text.startswith("{") else None
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def listen() -> tuple[SimpleQueue[Message], threading.Event]:
    """The child's half: a queue of the parent's messages, and an event that is set once {"stop": true} has come.

    Returns at once; a thread reads. When standard input ends, the parent is gone, and this process exits.
    """
    messages: SimpleQueue[Message] = SimpleQueue()
    stopped = threading.Event()
    threading.Thread(target=_read, args=(messages, stopped), daemon=True).start()
    return messages, stopped


def _read(messages: SimpleQueue[Message], stopped: threading.Event) -> None:
    while line := sys.stdin.readline():
        message = json.loads(line)
        if "stop" in message:
            stopped.set()
        else:
            messages.put(message)
    os._exit(1)  # works from any thread, and does not wait for torch to clean up


def send(message: Message) -> None:
    """The child's half: a message to the parent."""
    print(json.dumps(message), flush=True)


def reason(work: str, status: int, last: str) -> str:
    """Why a child ended with this exit status; "" for 0 and for Ctrl-C. `last` is the last line that it printed."""
    if status < 0:
        return f"{work} was killed (signal {-status}): memory may be short; close other programs and try again"
    return f"{work} failed: {last}" if status not in (0, 130) else ""
