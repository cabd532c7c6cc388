"""Weights rounded to bytes, with a scale a unit, so that the network hardly reads otherwise.

Rounding each weight by itself moves one reading in a hundred. Here the later weights of a unit make up for what the
earlier ones lost, as ink on neighbouring pixels comes together: GPTQ (Frantar et al. 2022). What comes together is
seen on scribbles, so no letters are needed, whatever the labels are. An error counts most where it could change the
answer: where a unit is about to turn, and the labels that it speaks for and against are likely. The output layer is
rounded against the hidden units as they have become, and makes up for what those lost too.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from charnet.networks import classify
from charnet.networks.json_file import Array, Network
from charnet.pictures import ink
from charnet.spec import Spec

TOP = 127  # of the bytes, on both sides of 0
SCRIBBLES = 8000
PIXELS = 1_600_000  # of all scribbles together
MOST = 1024  # inputs of a unit whose rounding is worth weighing; beyond that the square of them gets long
SHRINK = np.linspace(0.75, 1, 11)  # scales that are tried, as shares of the one that cuts off nothing
PRIOR = 0.01  # how far weights count by themselves, as a share of the ink's mean variance
EVERYWHERE = 0.3  # how much errors count where they can't change the answer, as a share of the mean
ROUNDS = 2  # of trying each weight a byte up or down


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The sums of a layer are scale * (weight @ inputs) + bias."""

    weight: Array  # (units, inputs), whole numbers from -127 to 127
    scale: Array  # (units,)
    bias: Array  # (units,)

    def sums(self, inputs: Array) -> Array:
        """Inputs (n, inputs) -> (n, units)."""
        return inputs @ (self.weight * self.scale[:, None]).T + self.bias


def to_bytes(network: Network) -> tuple[Layer, Layer]:
    """The hidden and the output layer of a network, rounded."""
    seen = scribbles(network.spec)
    sums = seen @ network.hidden_weight.T + network.hidden_bias
    units = classify.logistic(sums)
    logits = units @ network.output_weight.T + network.output_bias
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    # How much a unit has to say between labels that are likely, and how quickly it changes: Fisher's information.
    says = shares @ network.output_weight**2 - (shares @ network.output_weight) ** 2
    hidden = _layer(network.hidden_weight, seen, sums, says * (units * (1 - units)) ** 2)
    return hidden, _layer(network.output_weight, classify.logistic(hidden.sums(seen)), logits, shares * (1 - shares))


def forward(layers: tuple[Layer, Layer], pictures: Array) -> Array:
    """Pictures (n, inputs) -> outputs (n, labels) of a rounded network, as `classify.forward` of a whole one."""
    hidden, output = layers
    return classify.logistic(output.sums(classify.logistic(hidden.sums(pictures))))


@functools.cache
def scribbles(spec: Spec) -> Array:
    """Drawings of one or two random curves, framed: (n, inputs). The same ones at every call."""
    random = np.random.default_rng(0)
    t = np.linspace(0, 1, 24)
    curve = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)  # Bézier's weights
    drawings = []
    for _ in range(min(SCRIBBLES, PIXELS // spec.inputs)):
        strokes = [curve @ random.uniform(0.1, 0.9, (4, 2)) for _ in range(random.integers(1, 3))]
        drawings.append((strokes, ink.PEN))
    framed = ink.framed_many(drawings, spec)
    return framed.reshape(len(framed), -1).astype(np.float64)


def _layer(weight: Array, seen: Array, wanted: Array, counts: Array) -> Layer:
    """Weights (units, inputs) rounded so that inputs as `seen` (n, inputs) still give the sums `wanted` (n, units).

    `counts` (n, units): how much an error there could change the answer.
    """
    counts = counts / np.maximum(counts.mean(axis=0), 1e-30) + EVERYWHERE
    units = [_unit(*each, seen) for each in zip(weight, wanted.T, (counts / counts.sum(axis=0)).T, strict=True)]
    rounded, scale, bias = map(np.array, zip(*units, strict=True))
    return Layer(rounded, scale, bias)


def _unit(weight: Array, wanted: Array, counts: Array, seen: Array) -> tuple[Array, float, float]:
    """A unit's weights (inputs,), its scale and its bias."""
    full = (float(np.abs(weight).max()) or 1.0) / TOP
    mean = counts @ seen
    if len(weight) > MOST:
        rounded, scale = np.rint(weight / full), full
    else:
        centred = seen - mean
        together = (centred.T * counts) @ centred  # the covariance of the inputs
        prior = PRIOR * max(float(together.trace()), 1e-9) / len(together)
        goal = (centred.T * counts) @ (wanted - counts @ wanted) + prior * weight
        together += prior * np.eye(len(together))
        scales = SHRINK * full
        exact = np.linalg.solve(together, goal)[:, None] / scales  # (inputs, tries), if they need not be bytes
        tried = _round(exact, together)
        lost = exact - tried
        best = int(((lost * (together @ lost)).sum(axis=0) * scales**2).argmin())
        rounded, scale = tried[:, best], scales[best]
    return rounded, scale, float(counts @ wanted - mean @ rounded * scale)  # so the mean stays, whatever was lost


def _round(exact: Array, together: Array) -> Array:
    """Numbers (inputs, tries) -> bytes whose errors cancel out for inputs of this covariance."""
    order = np.argsort(-together.diagonal(), kind="stable")  # those that count most lose nothing to others
    passed_on = np.linalg.cholesky(np.linalg.inv(together[np.ix_(order, order)])).T
    left, rounded = exact[order], np.empty_like(exact)
    for place, row in enumerate(order):
        rounded[row] = _nearest(left[place])
        left[place:] -= np.outer(passed_on[place, place:], (left[place] - rounded[row]) / passed_on[place, place])
    for _ in range(ROUNDS):
        for row, shares in enumerate(together):
            rounded[row] = _nearest(rounded[row] + shares @ (exact - rounded) / shares[row])
    return rounded


def _nearest(values: Array) -> Array:
    result: Array = np.clip(np.rint(values), -TOP, TOP)
    return result
