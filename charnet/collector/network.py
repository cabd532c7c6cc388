"""The network that the page reads with. It is loaded again whenever its file changes, whoever trained it."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from charnet.networks import classify, json_file, numbers, occlusion, only, onnx_file, stored
from charnet.networks.ranking import Ranking
from charnet.pictures import images
from charnet.spec import Spec
from charnet.system.usage import typed

NO_NETWORK = "There is no ranking because there is no network yet. Draw some letters, then train: here, or with"


CHANGED = object()  # the fingerprint of no file


@dataclass(frozen=True, slots=True)
class LoadedNetwork:
    """A network as loaded from its file, or none, and what the user should know about it."""

    classifier: classify.Classifier | None = None
    layers: json_file.Network | None = None  # the weights, where it has one hidden layer
    first: onnx_file.FirstLayer | None = None  # the filters, where it is convolutional
    notice: str = ""
    version: str = ""  # differs for every network
    number: int | None = None  # by which people call it

    def rank(self, framed: images.Array) -> Ranking:
        """Labels with their likelihoods, the best first; empty without a network."""
        if self.classifier is None:
            return Ranking()
        return self.classifier.ranking(self.classifier.likelihoods(framed[None])[0])

    def hidden(self, framed: images.Array) -> list[float] | None:
        """The activation of each hidden unit, from 0 to 1; None where the network is not of the kind with one layer."""
        if self.layers is None:
            return None
        sums = self.layers.hidden_weight @ framed.ravel().astype(np.float64) + self.layers.hidden_bias
        activations: list[float] = classify.logistic(sums).tolist()
        return activations

    def explain(self, framed: images.Array) -> dict[str, Any]:
        """What its first label hangs on: the likelihood lost without each part of the ink, and the filters' answers.

        `filters` is None where it does not begin with a convolution.
        """
        assert self.classifier
        likelihoods = self.classifier.likelihoods(framed[None])[0]
        best = int(likelihoods.argmax())
        filters = None
        if self.first:
            pairs = zip(self.first.filters, self.first.answers(framed[None])[0], strict=True)
            filters = [
                {"weights": each.round(4).tolist(), "answer": answer.round(4).tolist()} for each, answer in pairs
            ]
        return {
            "label": self.classifier.spec.labels[best],
            "likelihood": float(likelihoods[best]),
            "window": 3 * occlusion.block(self.classifier.spec),
            "lost": occlusion.lost_likelihood(self.classifier, framed, best).round(4).tolist(),
            "filters": filters,
            "network": self.version,
        }

    def summary(self) -> dict[str, Any] | None:
        """Name, number, kind, spec, accuracy and version; None without a network."""
        if self.classifier is None:
            return None
        return {
            "name": self.classifier.name,
            "number": self.number,
            "kind": self.classifier.kind,
            **self.classifier.spec.to_dict(),
            "accuracy": self.classifier.facts.accuracy,
            "version": self.version,
        }


class NetworkLoader:
    """`current` may be called from any thread."""

    def __init__(self, weights: str, spec: Spec, only: str = "") -> None:
        """`weights` names a network; "" is the one in use. `spec` is that of the samples.

        `only` names the labels that it ranks among; "" is all. Raises `ValueError` or `OSError` when a network that
        `weights` names can't be read, or lacks a label that `only` names.
        """
        self.weights, self.only, self._spec = weights or None, only, spec
        self._lock = threading.Lock()
        self._fingerprint: object = None
        self._loaded = LoadedNetwork()
        self._load(self._find_fingerprint())

    def current(self) -> LoadedNetwork:
        """The network as it is now. Where its file has not changed, this costs no more than a `stat` of it."""
        fingerprint = self._find_fingerprint()
        if fingerprint != self._fingerprint:
            with self._lock:
                if fingerprint != self._fingerprint:
                    self._load(fingerprint)
        return self._loaded

    def follow_network_in_use(self) -> None:
        """From now on load the network in use, whichever was named at the start, with all of its labels."""
        self.weights, self.only = None, ""

    def set_samples(self, spec: Spec) -> None:
        """The samples have another spec from now on."""
        self._spec, self._fingerprint = spec, CHANGED

    def _find_fingerprint(self) -> object:
        """Tells the file of the network from any other; None where there is none."""
        with suppress(OSError):
            path = stored.find(self.weights)
            stat = path.stat()
            return str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns
        return None

    def _load(self, fingerprint: object) -> None:
        version = hashlib.sha256(repr(fingerprint).encode()).hexdigest()[:12]
        must_exist = bool(self.weights or self.only) and self._fingerprint is None  # it was named at the start
        try:
            path = stored.find(self.weights)
            classifier = classify.load(path)
            layers = json_file.read(path) if path.suffix == ".json" else None
            first = onnx_file.first_layer(path) if path.suffix == ".onnx" else None
            if self.only:
                kept = only.indices(self.only, classifier.spec.labels)
                classifier, layers = classifier.only(self.only), layers and layers.take(kept)
            notice = _compare(self._spec, classifier.spec)
            number = numbers.number_of(classifier.name)
            self._loaded = LoadedNetwork(classifier, layers, first, notice, version, number)
        except FileNotFoundError:
            if must_exist:
                raise
            self._loaded = LoadedNetwork(notice=f"{NO_NETWORK} {typed('train')}.")
        except ValueError as error:
            if must_exist:
                raise
            notice = f"There is no ranking because the network in use can't be read: {error}"
            self._loaded = LoadedNetwork(notice=notice, version=version)
        self._fingerprint = fingerprint


def _compare(samples: Spec, network: Spec) -> str:
    """What the user should know where the network's spec differs from that of the samples."""
    if missing := [label for label in samples.labels if label not in network.labels]:
        return f"The network was not trained on {', '.join(missing)}, so it can't rank them."
    saved, read = (f"{spec.width} x {spec.height}, framing {spec.framing}" for spec in (samples, network))
    if saved != read:
        return f"The picture shows what the network reads ({read}); drawings are saved as {saved}."
    return ""
