"""How far what the page asked for is: a training, or a comparison of numbers of drawings. Named as in the responses."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from charnet.letters.samples import writer_of
from charnet.system.process import Message


@dataclass(slots=True)
class TrainingStatus:
    """How far a training is and, at the end, its result."""

    state: str = "idle"  # or running, done, stopped, failed
    epoch: int = 0
    epochs: int | None = None  # None until the first message, unless the page asked for a number
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    curve: list[list[float | None]] = field(default_factory=list)  # [epoch, train accuracy, validation accuracy]
    losses: list[list[float | None]] = field(default_factory=list)  # [epoch, train loss, validation loss]
    error: str = ""
    result: dict[str, Any] | None = None
    from_network: bool = False  # whether it starts from another network
    by_writer: bool = False  # whether all drawings of a writer are held out
    stopping: bool = False
    spec: dict[str, Any] = field(default_factory=dict)  # of the network that is trained
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    held_out: frozenset[tuple[str, str]] = frozenset()  # label and name of each drawing
    former: str = ""  # the network that read before, by a name that still finds it; "" where nothing does
    former_number: int | None = None  # by which people call it
    went_back: bool = False  # whether the former one reads again
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0  # from the start to the end

    def update(self, message: Message) -> None:
        """Take in a message of the child: the network's spec, a snapshot of it, the result, or an epoch's figures."""
        if "spec" in message:
            self.spec = message["spec"]
        elif "snapshot" in message:
            self.snapshots.append(message["snapshot"])
        elif "result" in message:
            self.end("stopped" if self.stopping else "done")
            self.result = dict(message["result"])
            self.held_out = frozenset((label, name) for label, name in self.result.pop("held_out", ()))
        elif "epoch" in message:
            self.epoch, self.epochs, self.loss = message["epoch"], message["epochs"], message["loss"]
            self.train_accuracy = message["train_accuracy"]
            self.validation_accuracy = message["validation_accuracy"]
            self.curve.append([self.epoch, self.train_accuracy, self.validation_accuracy])
            self.losses.append([self.epoch, message["train_loss"], message["validation_loss"]])

    def end(self, state: str, error: str = "") -> None:
        self.seconds, self.state, self.error = time.monotonic() - self.started, state, error

    def to_dict(self) -> dict[str, Any]:
        running = self.state == "running"
        names = (
            "state",
            "epoch",
            "epochs",
            "loss",
            "train_accuracy",
            "validation_accuracy",
            "curve",
            "losses",
            "error",
        )
        return {
            **{name: getattr(self, name) for name in names},
            "best_epoch": self._best_epoch(),
            "seconds": round(time.monotonic() - self.started if running else self.seconds, 3),
            "stopping": running and self.stopping,
            "result": self.result,
            "from_network": self.from_network,
            "writers": self._writers(),
            "former": self.former if self.result else "",
            "former_number": self.former_number,
            "went_back": self.went_back,
            "snapshots": len(self.snapshots),
        }

    def _best_epoch(self) -> int | None:
        """The epoch whose network is kept: so far, among those of the curve; None where nothing is held out."""
        held_out = [(loss, epoch) for epoch, _, loss in self.losses if loss is not None and epoch is not None]
        if not held_out:
            return None
        return int(min(held_out)[1]) if self.result is None else self.result["best_epoch"]

    def _writers(self) -> list[str]:
        """Whose drawings are held out, "" = nobody's in particular; none where that is a share of each letter's."""
        names = {writer_of(name) for _, name in self.held_out} if self.by_writer else set()
        return sorted(names, key=lambda name: (not name, name))


@dataclass(slots=True)
class SizesStatus:
    """How far a comparison of numbers of drawings is."""

    state: str = "idle"  # or running, done, stopped, failed
    sizes: list[int] = field(default_factory=list)  # drawings a letter, the last being all; empty until they are known
    points: list[dict[str, Any]] = field(default_factory=list)  # of each size so far: {"size", "right", "held", ...}
    error: str = ""
    stopping: bool = False

    def update(self, message: Message) -> None:
        """Take in a message of the child."""
        if "sizes" in message:
            self.sizes = message["sizes"]
        elif "size" in message:
            self.points.append(message)
        elif "result" in message:
            self.end("stopped" if self.stopping else "done")

    def end(self, state: str, error: str = "") -> None:
        self.state, self.error = state, error

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("state", "sizes", "points", "error", "stopping")}
