"""Training from the page: what was asked for, the process that trains, and its progress.

When someone presses Train, `TrainingRequest` holds what the page sent, and its `settings` are those of `train.py`.
`Trainer.start` sends them to a child process, `python -m charnet.train --standby`. Each message of the child updates
the status (training_status.py), which the page polls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charnet.collector.training_status import SizesStatus, TrainingStatus
from charnet.letters.config import LettersConfig, join
from charnet.letters.folder import MAX_MISSING
from charnet.networks import in_use, json_file, numbers, stored
from charnet.spec import LOWERCASE
from charnet.system.process import Message, Process

STANDBY = 90.0  # seconds that a process stays on standby after the page last asked for one
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
    distort: bool = True  # whether drawings are distorted
    per_label: int | None = None  # drawings of each letter that train
    by_writer: bool = False  # whether all drawings of a writer are held out, and not a fifth of each letter's
    writer: str = ""  # the one; else the seed chooses
    network: str | None = None  # the network that the page reads with; None = the network in use

    def settings(self, data: LettersConfig, counts: Mapping[str, int], writers: int = 1) -> Settings:
        """The settings of the training. `counts` says how many samples each label has; `writers` have drawn them.

        Raises `MissingDrawings` or another `ValueError`, whose message is shown on the page.
        """
        defaults = asdict(LettersConfig())
        letters = asdict(data) | {"labels": self._labels(data, counts)}
        settings: Settings = {}
        changed = {name: value for name, value in letters.items() if value != defaults[name]}
        if self.per_label is not None:
            changed["per_label"] = self.per_label
        if self.by_writer:
            if writers < 2:
                raise ValueError(
                    "all drawings are by one writer: let someone else draw under a name of their own first"
                )
            changed |= {"writer": self.writer} if self.writer else {"split": "writer"}
        if changed:
            settings["data"] = changed
        if not self.distort:
            settings["augment"] = "none"
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


def name_to_go_back(network: str | None) -> str:
    """A name by which a network, None being the one in use, is found once another one is in use; "" without any."""
    with suppress(OSError, ValueError):
        path = stored.find(network)
        if path.parent != stored.CURRENT:
            return stored.name_of(path)
        if (current := in_use.current()) and in_use.still_there(current):
            return current.name
    return ""


class Trainer:
    """Runs at most one training, or one comparison of numbers of drawings, at a time, in a child process.

    All methods may be called from any thread.
    """

    def __init__(self, on_done: Callable[[], None]) -> None:
        """`on_done` is called when a training has ended and its network is in use."""
        self._on_done = on_done
        self._lock = threading.RLock()
        self._standby: Process | None = None
        self._running: Process | None = None
        self._finishing: set[Process] = set()  # they have sent their result and are still drawing their figures
        self._timer: threading.Timer | None = None  # releases the process on standby
        self.status = TrainingStatus()
        self.sizes = SizesStatus()
        self.accuracies: list[float] = []  # on what each training held out, since the program started
        self._current: TrainingStatus | SizesStatus = self.status  # that of the running process

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
            if self._running:
                return False
            name = name_to_go_back(former)
            self._current = self.status = TrainingStatus(
                "running",
                epochs=settings.get("optim", {}).get("epochs"),
                from_network="init" in settings,
                by_writer=not {"split", "writer"}.isdisjoint(settings.get("data", {})),
                former=name,
                former_number=numbers.number_of(name),
            )
            self._send({"settings": settings, "former": former})
            return True

    def compare_sizes(self, settings: Settings) -> bool:
        """Train on more and more drawings, for their figures alone; returns False while anything is running."""
        with self._lock:
            if self._running:
                return False
            self._current = self.sizes = SizesStatus("running")
            self._send({"settings": settings, "compare_sizes": True})
            return True

    def stop(self) -> None:
        """Ask the training to end after this epoch with its best network so far; does nothing where none is running."""
        self._stop(self.status)

    def stop_comparing(self) -> None:
        """Ask the comparison to end after this epoch; does nothing where none is running."""
        self._stop(self.sizes)

    def switch(self, back: bool) -> None:
        """Make the former network the one in use or, unless `back`, that of the last training.

        Raises `ValueError` or `OSError` where there is none.
        """
        with self._lock:
            status = self.status
            if status.result is None or not status.former:
                raise ValueError("there is no former network to go back to")
            in_use.set_current(status.former if back else status.result["folder"])
            status.went_back, status.result["in_use"] = back, not back
            self._on_done()

    def _send(self, message: Message) -> None:
        """Hand a task to the process on standby, or to a new one."""
        standby, self._standby = self._standby, None
        self._running = standby if standby and standby.alive else self._start_process()
        with suppress(OSError):  # it has ended, which `_on_end` reports
            self._running.send(message)

    def _stop(self, status: TrainingStatus | SizesStatus) -> None:
        with self._lock:
            if self._running and self._current is status and not status.stopping:
                status.stopping = True
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
                self._current.update(message)
                if "result" in message:
                    if self._current is self.status:
                        self._on_done()
                        if (accuracy := message["result"]["accuracy"]) is not None:
                            self.accuracies.append(accuracy)
                    self._finishing.add(process)
                    self._running = None

    def _on_end(self, process: Process, error: str) -> None:
        with self._lock:
            self._finishing.discard(process)
            if process is self._standby:
                self._standby = None
            if process is self._running:
                self._running = None
                if self._current.stopping and not error:  # it was stopped before its first epoch
                    self._current.end("stopped")
                else:
                    self._current.end("failed", error or "the training ended without a result; try again")
