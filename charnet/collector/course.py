"""How far the training of the page is, and what it came to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from charnet.collector.process import Message


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
