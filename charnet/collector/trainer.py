"""The training of the page: at most one at a time, in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from charnet.collector.course import Course
from charnet.collector.process import Message, Process

IDLE = 90.0  # seconds that a process waits for a training after the page last asked for one to wait


class Trainer:
    """All may be called by any thread."""

    def __init__(self, on_done: Callable[[], None]) -> None:
        """`on_done` is called when a new network is in use."""
        self._on_done = on_done
        self._lock = threading.RLock()
        self._waiting: Process | None = None
        self._running: Process | None = None
        self._drawing: set[Process] = set()  # whose networks are in use, and who still draw the pictures of their runs
        self._idle: threading.Timer | None = None
        self.course = Course()

    @property
    def warm(self) -> bool:
        return self._waiting is not None

    def prepare(self) -> None:
        """Have a process wait for a training from now on, for a while."""
        with self._lock:
            if not self._running and not (self._waiting and self._waiting.alive):
                self._waiting = Process(self._on_message, self._on_end)
            if self._idle:
                self._idle.cancel()
            self._idle = threading.Timer(IDLE, self.release)
            self._idle.daemon = True
            self._idle.start()

    def release(self) -> None:
        """Let the process that waits go."""
        with self._lock:
            if self._idle:
                self._idle.cancel()
            if self._waiting:
                self._waiting.close()
            self._waiting = None

    def start(self, words: Sequence[str], epochs: int | None = None, former: str | None = None) -> bool:
        """Train with these settings of `train.py`; False where a training is under way.

        `former` names the network that the new one is compared with, where that is not the one in use.
        """
        with self._lock:
            if self.course.state == "running":
                return False
            waiting, self._waiting = self._waiting, None
            self.course = Course("running", epochs=epochs, continued=any(word.startswith("init=") for word in words))
            self._running = waiting if waiting and waiting.alive else Process(self._on_message, self._on_end)
            with suppress(OSError):  # it has ended, which `_on_end` tells
                self._running.send({"words": list(words), "former": former})
            return True

    def stop(self) -> None:
        """End the training with its best network so far; nothing where none is under way."""
        with self._lock:
            if self._running and not self.course.stopping:
                self.course.stopping = True
                with suppress(OSError):  # it has ended by itself
                    self._running.send({"stop": True})

    def close(self) -> None:
        """End all processes and wait for that; those that have only their pictures to draw may do so."""
        with self._lock:
            left = [process for process in (self._waiting, self._running) if process]
            drawing = list(self._drawing)
            self.release()
            self._running = None
        for process in left:
            process.close()
        for process in [*left, *drawing]:
            process.wait()

    def _on_message(self, process: Process, message: Message) -> None:
        with self._lock:
            if process is self._running:
                self.course.take(message)
                if "result" in message:
                    self._on_done()
                    self._drawing.add(process)
                    self._running = None

    def _on_end(self, process: Process, error: str) -> None:
        with self._lock:
            self._drawing.discard(process)
            if process is self._waiting:
                self._waiting = None
            if process is self._running:
                self._running = None
                if self.course.stopping and not error:  # before its first epoch
                    self.course.end("stopped")
                else:
                    self.course.end("failed", error or "the training ended without a result; try again")
