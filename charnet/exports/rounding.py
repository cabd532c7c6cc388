"""Weights rounded to bytes, with a scale a unit, so that the network hardly reads otherwise.

Rounding each weight by itself moves one reading in a hundred. Here the later weights of a unit make up for what the
earlier ones lost, as ink on neighbouring pixels comes together: GPTQ (Frantar et al. 2022). What comes together is
seen on scribbles, so no letters are needed, whatever the labels are. The output layer is rounded against the hidden
units as they have become, and makes up for what those lost too.
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
SCRIBBLES = 2000
PIXELS = 400_000  # of all scribbles together
MOST = 1024  # inputs of a unit whose rounding is worth weighing; beyond that the square of them gets long
SHRINK = np.linspace(0.75, 1, 11)  # scales that are tried, as shares of the one that cuts off nothing
PRIOR = 0.01  # how far weights count by themselves, as a share of the ink's mean variance
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
    wanted = seen @ network.hidden_weight.T + network.hidden_bias
    hidden = _layer(network.hidden_weight, seen, wanted)
    wanted = classify.logistic(wanted) @ network.output_weight.T + network.output_bias
    return hidden, _layer(network.output_weight, classify.logistic(hidden.sums(seen)), wanted)


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


def _layer(weight: Array, seen: Array, wanted: Array) -> Layer:
    """Weights (units, inputs) rounded so that inputs as `seen` (n, inputs) still give the sums `wanted` (n, units)."""
    largest = np.abs(weight).max(axis=1)
    full = np.where(largest > 0, largest, 1) / TOP
    if weight.shape[1] > MOST:
        rounded, scale = np.rint(weight / full[:, None]), full
    else:
        centred = seen - seen.mean(axis=0)
        together = centred.T @ centred / len(seen)  # the covariance of the inputs
        prior = PRIOR * max(float(together.trace()), 1e-9) / len(together)
        goal = centred.T @ (wanted - wanted.mean(axis=0)) / len(seen) + prior * weight.T
        together += prior * np.eye(len(together))
        best = np.linalg.solve(together, goal)  # weights (inputs, units) that need not be bytes
        scales = SHRINK[:, None] * full  # (tries, units)
        exact = (best[:, None] / scales).reshape(len(best), -1)  # (inputs, tries * units)
        tried = _round(exact, together)
        lost = exact - tried
        error = (lost * (together @ lost)).sum(axis=0).reshape(scales.shape) * scales**2
        try_, unit = error.argmin(axis=0), np.arange(len(weight))
        scale = scales[try_, unit]
        rounded = tried.reshape(len(best), *scales.shape)[:, try_, unit].T
    bias = (wanted - seen @ (rounded * scale[:, None]).T).mean(axis=0)  # so the mean stays, whatever was lost
    return Layer(rounded, scale, bias)


def _round(exact: Array, together: Array) -> Array:
    """Numbers (inputs, units) -> bytes whose errors cancel out for inputs of this covariance."""
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
