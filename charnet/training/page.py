"""The training of the drawing page: a process that waits with torch imported, so that its first epoch comes at once.

Its messages are JSON lines (charnet/system/process.py). The parent sends {"settings", "former"} to start, where the
settings are nested and override the defaults of `train.py`, and {"stop": true} to end with the best network so far.
With {"settings", "compare_sizes": true} it compares numbers of drawings instead, sends what `sizes.measure` yields, and
then {"result": {}}.
This process sends {"ready": true}, then

    {"spec": {"labels", "width", "height", "framing"}}     of the network that is trained
    {"epoch", "epochs", "loss", "train_accuracy", "train_loss", "validation_accuracy", "validation_loss"}     a point of
        the curves: `loss` is of the distorted drawings that train, all else of drawings as they are
    {"snapshot": {"epoch", "scale", "weights", "hidden_bias", "output_weight", "output_bias"}}     the network, some
        twenty-five times a training
    {"result": {"accuracy", "former", "former_name", "held", "held_out", "best_epoch", "folder", "number", "in_use",
        "reason", "used"}}     at the end: `used` is for a terminal
"""

from __future__ import annotations

import base64
import math
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import numpy.typing as npt
import torch.utils.tensorboard
import yaml
from matplotlib.backends import backend_agg

from charnet.letters.folder import LetterSet
from charnet.measure.evaluation import accuracy
from charnet.networks import classify, in_use, json_file, numbers, stored
from charnet.spec import Spec
from charnet.system import files, settings
from charnet.system.process import Message, send
from charnet.system.words import quoted
from charnet.training import claim, experiment, sizes
from charnet.training.config import TrainConfig, flatten
from charnet.training.data import Data
from charnet.training.fitting import LOGGED_EPOCHS, Callback
from charnet.training.loop import Epoch, validate
from charnet.training.network import Network

assert torch.utils.tensorboard and backend_agg  # a training needs them later; here they are imported while it waits

SNAPSHOT_RATIO = 1.8  # by which the number of epochs grows from one snapshot to the next, until
SNAPSHOTS = 20  # are evenly spaced
SEEN = 400  # drawings that train, at most, that are read again after an epoch


def wait_and_train(messages: SimpleQueue[Message], stopped: threading.Event) -> None:
    """Say that this process is ready, wait for the settings, and train. Raises what a training raises."""
    with suppress(ValueError, OSError, ImportError):
        classify.load()  # imports onnxruntime where the network in use needs it
    send({"ready": True})
    message = messages.get()
    config = configured(message["settings"])
    if stopped.is_set():
        raise KeyboardInterrupt
    if message.get("compare_sizes"):
        for point in sizes.measure(config, stopped):
            send(point)
        return send({"result": {}})
    folder = claim(config)
    try:
        record(folder, config, message["settings"])
        experiment.run(config, folder, callback=PageMessages(stopped, config.optim.epochs, message.get("former")))
    finally:
        if [path.name for path in folder.iterdir()] == [".hydra"]:  # it has not begun
            shutil.rmtree(folder)


def configured(given: Mapping[str, Any]) -> TrainConfig:
    """The settings of `train.py` with those that are given, nested, in place of its defaults.

    As there, conf/train.yaml and its choices of augment/ and model/ come between the two; {"augment": "none"} chooses
    another of the former.
    """
    shipped, values = settings.read("train.yaml"), asdict(TrainConfig())
    choices = {name: choice for item in shipped["defaults"] if isinstance(item, dict) for name, choice in item.items()}
    model = given.get("model", {}).get("name", choices["model"])
    augment = {"augment": settings.read(f"augment/{given.get('augment', choices['augment'])}.yaml")}
    chosen = {name: value for name, value in given.items() if name != "augment"}
    for layer in (shipped, augment, settings.read(f"model/{model}.yaml"), chosen):
        merge(values, layer)
    return TrainConfig.from_dict(values)


def merge(values: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Put nested settings in place of those of the same name; names that are no settings are left out."""
    for name in values.keys() & other.keys():
        if isinstance(values[name], dict) and isinstance(other[name], Mapping):
            merge(values[name], other[name])
        else:
            values[name] = other[name]


def record(folder: Path, config: TrainConfig, given: Mapping[str, Any]) -> None:
    """Write what Hydra writes beside a run: its settings, and the words that `train.py` repeats it with."""
    files.make_folder(folder / ".hydra")
    for name, content in (("config", asdict(config)), ("overrides", words(given))):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        files.write_bytes(folder / ".hydra" / f"{name}.yaml", text.encode())


def words(given: Mapping[str, Any]) -> list[str]:
    """Nested settings as they are typed after `train.py`."""
    flat = {("model" if name == "model.name" else name): value for name, value in flatten(given).items()}
    return [f"{name}={quoted(value) if isinstance(value, str) else value}" for name, value in flat.items()]


class PageMessages(Callback):
    """Sends the parent what comes of a training, and stops it once `stop` is set."""

    def __init__(self, stop: threading.Event, epochs: int, former: str | None = None) -> None:
        """`former` is the network that the new one is compared with; None is the one in use."""
        self.stop, self.epochs, self.former = stop, epochs, former
        self.every = max(1, epochs // LOGGED_EPOCHS)
        self.next_snapshot = 1  # its epoch
        self.compared: dict[str, Any] = {}
        self.data: Data | None = None
        self.seen = torch.empty(0, dtype=torch.int64)  # indices of drawings that train

    def stopped(self) -> bool:
        return self.stop.is_set()

    def due(self, epoch: int) -> bool:
        return epoch == 1 or epoch % self.every == 0 or epoch == self.epochs

    def on_start(self, data: Data) -> None:
        """Measure the former network on the letters that will be held out, before it is replaced."""
        if self.stop.is_set():
            raise KeyboardInterrupt
        letters, spec, fold, held_out = data.letters, data.spec, data.kept, data.kept.held_out.numpy()
        send({"spec": spec.to_dict()})
        self.data, self.seen = data, fold.train[:: math.ceil(len(fold.train) / SEEN)]
        self.compared = {
            "former": None,
            "former_name": "",
            "held": len(held_out),
            "held_out": names(letters, spec, held_out),
        }
        with suppress(ValueError, OSError, ImportError):  # there is none, or none that can be read
            former = classify.load(self.former)
            if len(held_out):
                self.compared |= {
                    "former": accuracy(former, letters, spec, held_out),
                    "former_name": former.name,
                }

    def on_epoch(self, epoch: Epoch, network: Network, speed: float) -> None:
        assert self.data
        point: dict[str, Any] = {"epoch": epoch.number, "epochs": self.epochs, "loss": epoch.loss}
        for name, found in (
            ("train", validate(network, self.data.tensors, self.seen)),
            ("validation", epoch.validation),
        ):
            point |= {f"{name}_accuracy": found and found.accuracy, f"{name}_loss": found and found.loss}
        send(point)
        if epoch.number >= self.next_snapshot or epoch.number == self.epochs:
            step = max(1, self.epochs // SNAPSHOTS)
            self.next_snapshot = min(int(epoch.number * SNAPSHOT_RATIO) + 1, epoch.number + step)
            if weights := network.to_network():
                send({"snapshot": {"epoch": epoch.number, **packed(weights)}})

    def on_end(self, result: dict[str, Any], folder: Path, used: in_use.Use) -> None:
        figures = {"accuracy": result["accuracy"], "best_epoch": result["best_epoch"]}
        number = numbers.number_of(stored.name_of(stored.find(folder)))
        use = {"number": number, "in_use": used.now, "reason": used.why, "used": used.line}
        send({"result": {**figures, **self.compared, "folder": folder.as_posix(), **use}})


def names(letters: LetterSet, spec: Spec, indices: npt.NDArray[np.int64]) -> list[tuple[str, str]]:
    """Label and name, as the page has it, of the letters with these indices (n,)."""
    return [(spec.labels[letters.targets[i]], letters.paths[i].name.removesuffix(".png")) for i in indices]


def packed(network: json_file.Network) -> dict[str, Any]:
    """A network in a few kilobytes.

    The input weights (hidden, inputs) are signed bytes in base64, row by row; a byte of 127 stands for `scale`. The
    rest are numbers with four digits after the point.
    """
    scale = float(np.abs(network.hidden_weight).max()) or 1.0
    content = np.round(network.hidden_weight / scale * 127).astype(np.int8).tobytes()
    rest = {name: getattr(network, name).round(4).tolist() for name in ("hidden_bias", "output_weight", "output_bias")}
    return {"scale": scale, "weights": base64.b64encode(content).decode(), **rest}
