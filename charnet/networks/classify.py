"""A stored network and a picture -> labels, ranked. This is what other programs import; it does not import torch.

import charnet
charnet.load().rank("image.png")[:3]        # [("m", 0.964), ("n", 0.429), ("u", 0.031)]
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.networks import display, json_file, only, onnx_file, stored
from charnet.networks.facts import NOTHING, Facts
from charnet.networks.ranking import Ranking
from charnet.pictures import images
from charnet.spec import Spec

UNLIKE = "unlike what it learned"
ALIKE = "two letters alike"
FAINT = "not likely enough"
ALIKE_RATIO = 0.5  # second likelihood to the first, from which both may be meant
SURE = 0.5  # least confidence of a sure answer, for networks that state none of their own (docs/accuracy.md)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A network that is ready to read."""

    spec: Spec
    name: str  # of its run, its shipped name, or its file
    # (n, inputs) -> (n, outputs)
    forward: Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]] = field(repr=False)
    facts: Facts = NOTHING
    kind: str = ""  # 160-20-26, or cnn
    # input weights (units, inputs) of the single hidden layer; None for a cnn
    hidden: npt.NDArray[np.float64] | None = field(default=None, repr=False, compare=False)

    def only(self, labels: str) -> Classifier:
        """The same network, which ranks among a part of its labels: characters and ranges, as in "0-9a-f".

        Its accuracy among these is not known. What its letters are like is left out, since that takes the likelihoods
        of all labels: an answer is sure by its confidence alone. Raises `ValueError` for a label that it lacks.
        """
        kept = only.indices(labels, self.spec.labels)
        spec = replace(self.spec, labels=tuple(self.spec.labels[index] for index in kept))

        def forward(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
            return self.forward(pictures)[:, kept]

        return replace(self, spec=spec, forward=forward, facts=replace(self.facts, accuracy=None, likeness=None))

    def likelihoods(self, framed: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Framed ink (n, height, width) -> likelihoods (n, labels), each in [0, 1]."""
        return self.forward(framed.reshape(len(framed), -1))

    def ranking(self, likelihoods: npt.NDArray[np.float64]) -> Ranking:
        """The likelihoods (labels,) of one picture -> labels with their likelihoods, best first, and the doubt."""
        order = np.argsort(-likelihoods, kind="stable")
        pairs = ((self.spec.labels[index], float(likelihoods[index])) for index in order)
        return Ranking(pairs, doubt=self.doubts(likelihoods[None])[0])

    def rank(self, source: images.Source) -> Ranking:
        """Any picture -> labels with their likelihoods, best first. Raises what `images.read` raises."""
        framed = images.read(source, self.spec)
        ranking = self.ranking(self.likelihoods(framed[None])[0])
        return Ranking(ranking, framed, ranking.doubt)

    @property
    def least(self) -> float:
        """The least confidence of a sure answer."""
        return SURE if self.facts.sure is None else self.facts.sure

    def sure(self, likelihoods: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Likelihoods (n, labels) -> whether each first answer can be relied on (n,): see measure/sure.py.

        Its confidence must suffice and, where the network's file says what its letters are like, its likeness too.
        """
        result: npt.NDArray[np.bool_] = (confidence(likelihoods) >= self.least) & ~self._unlike(likelihoods)
        return result

    def doubts(self, likelihoods: npt.NDArray[np.float64]) -> list[str]:
        """Likelihoods (n, labels) -> what the doubt about each first answer is, in a few words; "" where it is sure."""
        first, second = (np.sort(likelihoods, axis=1)[:, [-1, -min(2, self.spec.outputs)]]).T
        close = (second >= ALIKE_RATIO * first) & (self.spec.outputs > 1)
        words = np.where(self._unlike(likelihoods), UNLIKE, np.where(close, ALIKE, FAINT))
        found: list[str] = np.where(self.sure(likelihoods), "", words).tolist()
        return found

    def _unlike(self, likelihoods: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        likeness = self.facts.likeness
        if likeness is None:
            return np.zeros(len(likelihoods), np.bool_)
        result: npt.NDArray[np.bool_] = likeness.unlikeness(likelihoods) > likeness.limit
        return result

    def _repr_html_(self) -> str:
        return display.network(self.name, self.kind, self.spec, self.facts, self.hidden)


def load(where: str | Path | None = None) -> Classifier:
    """Load a network by its file, the folder or name of its run, or its shipped name.

    None stands for the network in use or, where none is, the shipped network `letters`. Raises `FileNotFoundError`
    where there is no network, `ValueError` for one that can't be read.
    """
    while True:
        path = stored.find(where)
        with suppress(FileNotFoundError):  # `stored.copy_to_current` replaced it by the other kind of file
            return _read(path)


def _read(path: Path) -> Classifier:
    if path.suffix == ".onnx":
        spec, facts, run = onnx_file.read(path)
        return Classifier(spec, stored.name_of(path), run, facts, "cnn")
    network = json_file.read(path)
    kind = f"{network.spec.inputs}-{len(network.hidden_bias)}-{network.spec.outputs}"
    name = stored.name_of(path)
    read = partial(forward, network)
    return Classifier(network.spec, name, read, network.facts, kind, network.hidden_weight)


def forward(network: json_file.Network, pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Pictures (n, inputs) -> outputs (n, labels), in double precision like the original engine."""
    hidden = logistic(pictures.astype(np.float64) @ network.hidden_weight.T + network.hidden_bias)
    return logistic(hidden @ network.output_weight.T + network.output_bias)


def confidence(likelihoods: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Likelihoods (n, labels), each in [0, 1] -> the confidence in the first answers (n,), from 0 to 1.

    It is the likelihood of the first answer times its share of the sum of all likelihoods: low where no letter looks
    likely, as for a scribble, and where two letters do. benchmarks/sure.py compares it with other measures.
    """
    best = likelihoods.max(axis=1)
    result: npt.NDArray[np.float64] = best * best / np.maximum(likelihoods.sum(axis=1), np.finfo(np.float64).tiny)
    return result


def logistic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # By tanh, since exp overflows for large |x|.
    result: npt.NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * x))
    return result
