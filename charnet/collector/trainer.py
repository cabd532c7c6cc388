"""The training of the page: at most one at a time, in a process of its own; and how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from charnet.collector.process import Message, Process

IDLE = 90.0  # seconds that a process waits for a training after the page last asked for one to wait


@dataclass(slots=True)
class Course:
    """How far a training is, under the names of the HTTP answer."""

    state: str = "idle"  # or running, done, stopped, failed
    epoch: int = 0
    epochs: int | None = None  # None until it says so
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    curve: list[list[float | None]] = field(default_factory=list)  # [epoch, train, validation]
    error: str = ""
    result: dict[str, Any] | None = None
    continued: bool = False  # whether it starts from another network
    stopping: bool = False
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0  # from the press to the end

    def take(self, message: Message) -> None:
        if "snapshot" in message:
            self.snapshots.append(message["snapshot"])
        elif "result" in message:
            self.end("stopped" if self.stopping else "done")
            self.result = message["result"]
        elif "epoch" in message:
            self.epoch, self.epochs, self.loss = message["epoch"], message["epochs"], message["loss"]
            self.train_accuracy = message["train_accuracy"]
            self.validation_accuracy = message["validation_accuracy"]
            self.curve.append([self.epoch, self.train_accuracy, self.validation_accuracy])

    def end(self, state: str, error: str = "") -> None:
        self.seconds, self.state, self.error = time.monotonic() - self.began, state, error

    def to_dict(self) -> dict[str, Any]:
        running = self.state == "running"
        names = ("state", "epoch", "epochs", "loss", "train_accuracy", "validation_accuracy", "curve", "error")
        return {
            **{name: getattr(self, name) for name in names},
            "seconds": round(time.monotonic() - self.began if running else self.seconds, 3),
            "stopping": running and self.stopping,
            "result": self.result,
            "says": _says(self.result),
            "note": _note(self.result, self.continued),
            "snapshots": len(self.snapshots),
        }


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
                self._running.tell({"words": list(words), "former": former})
            return True

    def stop(self) -> None:
        """End the training with its best network so far; nothing where none is under way."""
        with self._lock:
            if self._running and not self.course.stopping:
                self.course.stopping = True
                with suppress(OSError):  # it has ended by itself
                    self._running.tell({"stop": True})

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


def _says(result: dict[str, Any] | None) -> str:
    """What a training came to, in a sentence."""
    if result is None or result["accuracy"] is None:
        return ""
    before = "" if result["former"] is None else f", before {100 * result['former']:.1f} %"
    return f"{100 * result['accuracy']:.1f} % of held-out drawings{before}"


def _note(result: dict[str, Any] | None, continued: bool) -> str:
    """What flatters these figures: nobody kept what is held out now from networks that were trained before."""
    if result is None or result["accuracy"] is None:
        return ""
    if not continued and result["former"] is None:
        return ""
    whose = "the network that this one went on from" if continued else "the network before"
    flattered = "both" if continued else "it"
    start = f"Both read the same {result['held']:,} drawings"
    return f"{start}; {whose} may have learned some of them, which flatters {flattered}."
