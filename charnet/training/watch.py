"""What a training tells a program that follows it, as it goes: a JSON object a line on standard output.

{"epoch", "epochs", "loss", "train_accuracy", "validation_accuracy"}     the curve, a point a line
{"snapshot": {"epoch", "scale", "weights"}}     the hidden units' input weights, about ten times a training
{"result": {"accuracy", "former", "former_name", "held", "folder", "used"}}     at the end
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.letters.folder import LetterSet
from charnet.networks import classify
from charnet.pictures import images
from charnet.spec import Spec
from charnet.training.loop import Epoch
from charnet.training.model import Cnn, Mlp

APART = 1.8  # from one snapshot to the next the number of epochs grows so many times


class Watch:
    """One training, followed. Once `stopped` is set it ends with its epoch."""

    def __init__(self, stopped: threading.Event, former: str | None = None) -> None:
        """`former` is the network that the new one is compared with; None is the one in use."""
        self.stopped = stopped
        self._where = former
        self._next = 1  # epoch of the next snapshot
        self._held = 0
        self._accuracy: float | None = None
        self._name = ""

    def begin(self, letters: LetterSet, spec: Spec, held: npt.NDArray[np.int64]) -> None:
        """Measure the former network on the letters that will be held out (n,), before it is replaced."""
        if self.stopped.is_set():
            raise KeyboardInterrupt
        self._held = len(held)
        with suppress(ValueError, OSError, ImportError):  # there is none, or none that can be read
            former = classify.load(self._where)
            if len(held):
                self._accuracy, self._name = accuracy(former, letters, spec, held), former.name

    def epoch(self, epoch: Epoch, epochs: int, held: float | None, network: Mlp | Cnn) -> None:
        """A point of the curve; `held` is the accuracy on what is held out."""
        point: dict[str, Any] = {"epoch": epoch.number, "epochs": epochs, "loss": epoch.loss}
        tell({**point, "train_accuracy": epoch.accuracy, "validation_accuracy": held})
        if isinstance(network, Mlp) and (epoch.number >= self._next or epoch.number == epochs):
            self._next = int(epoch.number * APART) + 1
            tell({"snapshot": {"epoch": epoch.number, **packed(network.to_network().hidden_weight)}})

    def end(self, result: dict[str, Any], folder: Path, used: str) -> None:
        """`used` says whether its network is in use; what is left to do is its pictures."""
        before = {"former": self._accuracy, "former_name": self._name, "held": self._held}
        tell({"result": {"accuracy": result["accuracy"], **before, "folder": folder.as_posix(), "used": used}})


def accuracy(classifier: classify.Classifier, letters: LetterSet, spec: Spec, which: npt.NDArray[np.int64]) -> float:
    """The share of the letters with these indices that a network reads right; a label that it does not know is wrong.

    `spec` is that of the letters. A network that reads pictures of another kind is given the files.
    """
    theirs = classifier.spec
    if (theirs.width, theirs.height, theirs.framing) == (spec.width, spec.height, spec.framing):
        pictures: images.Array = letters.pictures[which] / np.float32(255)
        targets = letters.targets[which]
    else:
        pictures, wrong = images.read_many([letters.paths[place] for place in which], theirs)
        targets = np.delete(letters.targets[which], list(wrong))
    best = classifier.likelihoods(pictures).argmax(axis=1)
    right = sum(theirs.labels[read] == spec.labels[target] for read, target in zip(best, targets, strict=True))
    return int(right) / len(which)


def packed(weights: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Weights (hidden, inputs) as signed bytes in base64, row by row; a byte of 127 stands for `scale`."""
    scale = float(np.abs(weights).max()) or 1.0
    content = np.round(weights / scale * 127).astype(np.int8).tobytes()
    return {"scale": scale, "weights": base64.b64encode(content).decode()}


def tell(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)
