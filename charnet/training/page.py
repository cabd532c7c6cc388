"""The training of the drawing page: a process that waits with torch imported, so that its first epoch comes at once.

Its messages are JSON lines (charnet/system/process.py). The parent sends {"settings", "former"} to start, where the
settings are nested and override the defaults of `train.py`, and {"stop": true} to end with the best network so far.
This process sends {"ready": true}, then

    {"epoch", "epochs", "loss", "train_accuracy", "validation_accuracy"}     a point of the curve
    {"snapshot": {"epoch", "scale", "weights"}}     the hidden units' input weights, about ten times a training
    {"result": {"accuracy", "former", "former_name", "held", "folder", "used"}}     at the end
"""

from __future__ import annotations

import base64
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
from charnet.networks import classify
from charnet.spec import Spec
from charnet.system import files, settings
from charnet.system.process import Message, send
from charnet.system.words import quoted
from charnet.training import claim, experiment
from charnet.training.config import TrainConfig, flatten
from charnet.training.fitting import LOGGED_EPOCHS, Callback
from charnet.training.loop import Epoch
from charnet.training.network import Network

assert torch.utils.tensorboard and backend_agg  # a training needs them later; here they are imported while it waits

SNAPSHOT_RATIO = 1.8  # by which the number of epochs grows from one snapshot to the next


def wait_and_train(messages: SimpleQueue[Message], stopped: threading.Event) -> None:
    """Say that this process is ready, wait for the settings, and train. Raises what a training raises."""
    with suppress(ValueError, OSError, ImportError):
        classify.load()  # imports onnxruntime where the network in use needs it
    send({"ready": True})
    message = messages.get()
    config = configured(message["settings"])
    if stopped.is_set():
        raise KeyboardInterrupt
    folder = claim(config)
    try:
        record(folder, config, message["settings"])
        experiment.run(config, folder, callback=PageMessages(stopped, config.optim.epochs, message.get("former")))
    finally:
        if [path.name for path in folder.iterdir()] == [".hydra"]:  # it has not begun
            shutil.rmtree(folder)


def configured(given: Mapping[str, Any]) -> TrainConfig:
    """The settings of `train.py` with those that are given, nested, in place of its defaults.

    As there, conf/train.yaml and its choices of augment/ and model/ come between the two.
    """
    shipped, values = settings.read("train.yaml"), asdict(TrainConfig())
    choices = {name: choice for item in shipped["defaults"] if isinstance(item, dict) for name, choice in item.items()}
    model = given.get("model", {}).get("name", choices["model"])
    augment = {"augment": settings.read(f"augment/{choices['augment']}.yaml")}
    for layer in (shipped, augment, settings.read(f"model/{model}.yaml"), given):
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

    def stopped(self) -> bool:
        return self.stop.is_set()

    def due(self, epoch: int) -> bool:
        return epoch == 1 or epoch % self.every == 0 or epoch == self.epochs

    def on_start(self, letters: LetterSet, spec: Spec, held_out: npt.NDArray[np.int64]) -> None:
        """Measure the former network on the letters that will be held out (n,), before it is replaced."""
        if self.stop.is_set():
            raise KeyboardInterrupt
        self.compared = {"former": None, "former_name": "", "held": len(held_out)}
        with suppress(ValueError, OSError, ImportError):  # there is none, or none that can be read
            former = classify.load(self.former)
            if len(held_out):
                self.compared |= {
                    "former": accuracy(former, letters, spec, held_out),
                    "former_name": former.name,
                }

    def on_epoch(self, epoch: Epoch, network: Network, speed: float) -> None:
        point: dict[str, Any] = {"epoch": epoch.number, "epochs": self.epochs, "loss": epoch.loss}
        validation = epoch.validation.accuracy if epoch.validation else None
        send({**point, "train_accuracy": epoch.accuracy, "validation_accuracy": validation})
        units = network.hidden_units() if epoch.number >= self.next_snapshot or epoch.number == self.epochs else None
        if units is not None:
            self.next_snapshot = int(epoch.number * SNAPSHOT_RATIO) + 1
            send({"snapshot": {"epoch": epoch.number, **packed(units)}})

    def on_end(self, result: dict[str, Any], folder: Path, used: str) -> None:
        send({"result": {"accuracy": result["accuracy"], **self.compared, "folder": folder.as_posix(), "used": used}})


def packed(weights: npt.NDArray[np.floating]) -> Mapping[str, Any]:
    """Weights (hidden, ...) as signed bytes in base64, row by row; a byte of 127 stands for `scale`."""
    scale = float(np.abs(weights).max()) or 1.0
    content = np.round(weights / scale * 127).astype(np.int8).tobytes()
    return {"scale": scale, "weights": base64.b64encode(content).decode()}
