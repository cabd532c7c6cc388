"""Training from the page: what was asked for, the process that trains, and its progress.

When someone presses Train, `TrainingRequest` holds what the page sent, and its `settings` are those of `train.py`.
`Trainer.start` sends them to a child process, `python -m charnet.train --standby`. Each message of the child updates
the `TrainingStatus`, which the page polls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from charnet.letters.config import LettersConfig, join
from charnet.letters.folder import MAX_MISSING
from charnet.measure import metrics
from charnet.networks import json_file, stored
from charnet.spec import LOWERCASE
from charnet.system.process import Message, Process

STANDBY = 90.0  # seconds that a process stays on standby after the page last asked for one
FEW = 100  # held-out drawings, with which the interval is told
CURRENT = "current"  # as `init`: the network that the page reads with

Settings = dict[str, Any]  # nested, only what differs from the defaults: {"optim": {"epochs": 500}, "seed": 3}


class MissingDrawings(ValueError):
    """Some labels have no drawings; the page may offer to leave them out."""

    def __init__(self, labels: list[str]) -> None:
        listed = " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))  # q; q and x; q, x and y
        super().__init__(f"no drawings of {listed} yet: draw some, or train without {listed}")
        self.labels = labels


@dataclass(slots=True)
class TrainingRequest:
    """What the page asks for; None, "" and () stand for the defaults of `train.py`."""

    hidden: int | None = None
    epochs: int | None = None
    init: str = ""
    seed: int | None = None
    without: tuple[str, ...] = ()  # labels that are left out
    network: str | None = None  # the network that the page reads with; None = the network in use

    def settings(self, data: LettersConfig, counts: Mapping[str, int]) -> Settings:
        """The settings of the training. `counts` says how many samples each label has.

        Raises `MissingDrawings` or another `ValueError`, whose message is shown on the page.
        """
        defaults = asdict(LettersConfig())
        letters = asdict(data) | {"labels": self._labels(data, counts)}
        settings: Settings = {}
        if changed := {name: value for name, value in letters.items() if value != defaults[name]}:
            settings["data"] = changed
        if self.epochs is not None:
            settings["optim"] = {"epochs": self.epochs}
        if self.seed is not None:
            settings["seed"] = self.seed
        if self.init:
            return settings | self._start()
        return settings if self.hidden is None else settings | {"model": {"hidden": self.hidden}}

    def _labels(self, data: LettersConfig, counts: Mapping[str, int]) -> str:
        """The setting `data.labels`; "" where the letter folders say it."""
        wanted = [label for label in counts if label not in self.without]
        drawn = [label for label in wanted if counts[label]]
        missing = [label for label in wanted if not counts[label]]
        if not drawn:
            raise ValueError("no drawings yet: draw two or more of some letters, then train")
        # A few letters of the alphabet may have been forgotten; five letters that someone drew are a set of their own.
        if missing and (data.labels or (set(counts) == set(LOWERCASE) and len(missing) <= MAX_MISSING)):
            raise MissingDrawings(missing)
        if max(counts[label] for label in drawn) < 2:
            raise ValueError(
                "only one drawing of each letter, so none can be held out: draw a second one of some, then train"
            )
        return join(drawn) if self.without or data.labels else ""

    def _start(self) -> Settings:
        """The settings that start from the network `init`, which decides the kind and the number of hidden units."""
        path = find_network(self.init, self.network)
        if path.suffix == ".onnx":
            if self.hidden is not None:
                raise ValueError(
                    "hidden: the network to start from is convolutional; leave hidden out, or start from scratch"
                )
            return {"model": {"name": "cnn"}, "init": str(path)}
        units = len(json_file.read(path).hidden_bias)
        if self.hidden not in (None, units):
            raise ValueError(
                f"hidden: the network to start from has {units} hidden units; choose {units}, or start from scratch"
            )
        return {"model": {"hidden": units}, "init": str(path)}


def find_network(name: str, current: str | None = None) -> Path:
    """The file of a network that the page may name: "current", a shipped one, or a run's.

    "current" is the network `current`, or the network in use where that is None. Raises `ValueError` for any other
    file, since the page must not reach the rest of the disk.
    """
    try:
        path = stored.find(current if name == CURRENT else name)
    except (OSError, ValueError):
        raise ValueError(f"init: there is no network {name[:60]!r}; send {CURRENT!r} for the one in use") from None
    folders = (stored.OUTPUTS.resolve(), stored.SHIPPED.resolve())
    if name != CURRENT and not any(path.resolve().is_relative_to(folder) for folder in folders):
        raise ValueError(
            f"init: {name[:60]!r} is neither a run nor a shipped network; send {CURRENT!r} for the one in use"
        )
    return path


@dataclass(slots=True)
class TrainingStatus:
    """How far a training is and, at the end, its result; named as in the HTTP response."""

    state: str = "idle"  # or running, done, stopped, failed
    epoch: int = 0
    epochs: int | None = None  # None until the first message, unless the page asked for a number
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    curve: list[list[float | None]] = field(default_factory=list)  # [epoch, train accuracy, validation accuracy]
    error: str = ""
    result: dict[str, Any] | None = None
    from_network: bool = False  # whether it starts from another network
    stopping: bool = False
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0  # from the start to the end

    def update(self, message: Message) -> None:
        """Take in a message of the child: a snapshot of the weights, the result, or the figures of an epoch."""
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
        self.seconds, self.state, self.error = time.monotonic() - self.started, state, error

    def to_dict(self) -> dict[str, Any]:
        running = self.state == "running"
        names = ("state", "epoch", "epochs", "loss", "train_accuracy", "validation_accuracy", "curve", "error")
        return {
            **{name: getattr(self, name) for name in names},
            "seconds": round(time.monotonic() - self.started if running else self.seconds, 3),
            "stopping": running and self.stopping,
            "result": self.result,
            "says": self._summary(),
            "note": self._caveat(),
            "snapshots": len(self.snapshots),
        }

    def _summary(self) -> str:
        """The result in a sentence."""
        if self.result is None or self.result["accuracy"] is None:
            return ""
        before = "" if self.result["former"] is None else f", {100 * self.result['former']:.1f} % before"
        return f"{100 * self.result['accuracy']:.1f} % of held-out drawings read correctly{before}"

    def _caveat(self) -> str:
        """Why the figures may mislead: few drawings, or earlier networks that were trained on what is held out now."""
        if self.result is None or self.result["accuracy"] is None:
            return ""
        held, few = self.result["held"], ""
        if held < FEW:
            right = round(self.result["accuracy"] * held)
            low, high = metrics.wilson(right, held)
            few = f"{right} of {held} is little to go by: the true share is probably between {low:.0%} and {high:.0%}. "
        if not self.from_network and self.result["former"] is None:
            return few.strip()
        earlier = "The network that this one started from" if self.from_network else "The previous network"
        flattered = "both figures" if self.from_network else "its figure"
        return (
            f"{few}Both networks read the same {held:,} drawings. {earlier} may have been trained on some of them, "
            f"which flatters {flattered}."
        )


class Trainer:
    """Runs at most one training at a time, in a child process. All methods may be called from any thread."""

    def __init__(self, on_done: Callable[[], None]) -> None:
        """`on_done` is called when a training has ended and its network is in use."""
        self._on_done = on_done
        self._lock = threading.RLock()
        self._standby: Process | None = None
        self._running: Process | None = None
        self._finishing: set[Process] = set()  # they have sent their result and are still drawing their figures
        self._timer: threading.Timer | None = None  # releases the process on standby
        self.status = TrainingStatus()

    @property
    def warm(self) -> bool:
        return self._standby is not None

    def prepare(self) -> None:
        """Have a process on standby, with torch imported, for the next `STANDBY` seconds."""
        with self._lock:
            if not self._running and not (self._standby and self._standby.alive):
                self._standby = self._start_process()
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(STANDBY, self.release)
            self._timer.daemon = True
            self._timer.start()

    def release(self) -> None:
        """End the process on standby."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            if self._standby:
                self._standby.close()
            self._standby = None

    def start(self, settings: Settings, former: str | None = None) -> bool:
        """Train with these settings; returns False, and does nothing, while a training is running.

        `former` names the network that the new one is compared with; None = the network in use.
        """
        with self._lock:
            if self.status.state == "running":
                return False
            standby, self._standby = self._standby, None
            epochs = settings.get("optim", {}).get("epochs")
            self.status = TrainingStatus("running", epochs=epochs, from_network="init" in settings)
            self._running = standby if standby and standby.alive else self._start_process()
            with suppress(OSError):  # it has ended, which `_on_end` reports
                self._running.send({"settings": settings, "former": former})
            return True

    def stop(self) -> None:
        """Ask the training to end after this epoch with its best network so far; does nothing where none is running."""
        with self._lock:
            if self._running and not self.status.stopping:
                self.status.stopping = True
                with suppress(OSError):  # it has just ended
                    self._running.send({"stop": True})

    def close(self) -> None:
        """End all processes and wait for them; those that only have figures left to draw may finish."""
        with self._lock:
            closing = [process for process in (self._standby, self._running) if process]
            finishing = list(self._finishing)
            self.release()
            self._running = None
        for process in closing:
            process.close()
        for process in [*closing, *finishing]:
            process.wait()

    def _start_process(self) -> Process:
        return Process(["charnet.train", "--standby"], "the training", self._on_message, self._on_end)

    def _on_message(self, process: Process, message: Message) -> None:
        with self._lock:
            if process is self._running:
                self.status.update(message)
                if "result" in message:
                    self._on_done()
                    self._finishing.add(process)
                    self._running = None

    def _on_end(self, process: Process, error: str) -> None:
        with self._lock:
            self._finishing.discard(process)
            if process is self._standby:
                self._standby = None
            if process is self._running:
                self._running = None
                if self.status.stopping and not error:  # it was stopped before its first epoch
                    self.status.end("stopped")
                else:
                    self.status.end("failed", error or "the training ended without a result; try again")
