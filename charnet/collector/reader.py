"""The network that reads along. Where another one comes into use it takes that over, whoever trained it."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from charnet.networks import classify, json_file, stored
from charnet.networks.ranking import Ranking
from charnet.pictures import images
from charnet.spec import Spec
from charnet.system.usage import typed

NONE_YET = "There is no ranking yet, for there is no network. Draw some letters, then train: here, or by"


@dataclass(frozen=True, slots=True)
class Reading:
    """A network as it was read from its file, or none, and what a person should know about it."""

    classifier: classify.Classifier | None = None
    layers: json_file.Network | None = None  # of the kind with one hidden layer
    notice: str = ""
    version: str = ""  # another one for every network

    def rank(self, framed: images.Array) -> Ranking:
        """Labels with their likelihoods, best first; none without a network."""
        if self.classifier is None:
            return Ranking()
        return self.classifier.ranking(self.classifier.likelihoods(framed[None])[0])

    def hidden(self, framed: images.Array) -> list[float] | None:
        """What each hidden unit makes of a drawing, from 0 to 1; None where the network is of another kind."""
        if self.layers is None:
            return None
        sums = self.layers.hidden_weight @ framed.ravel().astype(np.float64) + self.layers.hidden_bias
        values: list[float] = classify.logistic(sums).tolist()
        return values

    def summary(self) -> dict[str, Any] | None:
        """The network in few words; None without one."""
        if self.classifier is None:
            return None
        return {
            "name": self.classifier.name,
            "kind": self.classifier.kind,
            **self.classifier.spec.to_dict(),
            "accuracy": self.classifier.facts.accuracy,
            "version": self.version,
        }


class Reader:
    """`now` may be called by any thread."""

    def __init__(self, weights: str, spec: Spec) -> None:
        """`ValueError` or `OSError` when the network that `weights` names can't be read; "" is the one in use."""
        self.where, self._spec = weights or None, spec
        self._lock = threading.Lock()
        self._stamp: object = None
        self._reading = Reading()
        self._load(self._look())

    def now(self) -> Reading:
        """The network as it is now; looking whether it is another one takes no longer than asking for a file's time."""
        stamp = self._look()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._load(stamp)
        return self._reading

    def follow(self) -> None:
        """From now on read with the network in use, whatever was named at the start."""
        self.where = None

    def _look(self) -> object:
        """What tells the file of the network from any other; None where there is none."""
        with suppress(OSError):
            path = stored.find(self.where)
            stat = path.stat()
            return str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns
        return None

    def _load(self, stamp: object) -> None:
        named, version = self.where is not None, hashlib.sha256(repr(stamp).encode()).hexdigest()[:12]
        try:
            path = stored.find(self.where)
            classifier = classify.load(path)
            layers = json_file.read(path) if path.suffix == ".json" else None
            notice = _notice(self._spec, classifier.spec)
            self._reading = Reading(classifier, layers, notice, version)
        except FileNotFoundError:
            if named and self._stamp is None:
                raise
            self._reading = Reading(notice=f"{NONE_YET} {typed('train')}.")
        except ValueError as error:
            if named and self._stamp is None:
                raise
            notice = f"There is no ranking, for the network in use can't be read: {error}"
            self._reading = Reading(notice=notice, version=version)
        self._stamp = stamp


def _notice(ours: Spec, theirs: Spec) -> str:
    """What should be known where the network is not of the kind of the samples."""
    if missing := [label for label in ours.labels if label not in theirs.labels]:
        return f"The network was not trained on {', '.join(missing)}, so it can't rank them."
    sizes = [f"{spec.width} x {spec.height}, framing {spec.framing}" for spec in (ours, theirs)]
    if sizes[0] != sizes[1]:
        return f"The picture is what the network reads ({sizes[1]}); drawings are saved as {sizes[0]}."
    return ""
