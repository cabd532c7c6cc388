"""Quantize weights to bytes with one scale a unit, so that the network's answers hardly change: GPTQ.

Rounding each weight by itself changes one answer in a hundred. GPTQ (Frantar et al. 2022) rounds the weights of a unit
one after another, and the later ones compensate for the errors of the earlier ones, using the covariance of the inputs:
ink on neighbouring pixels comes together. The covariance is computed on scribbles, so no letters are needed, whatever
the labels are. Errors are weighted by how much they could change the answer: most where a unit's activation is steep
and the labels that it votes for and against are likely. The output layer is quantized for the activations of the
quantized hidden layer, so that it compensates for that layer's errors too.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from charnet.networks import classify
from charnet.networks.json_file import Array, Network
from charnet.pictures import ink
from charnet.spec import Spec

LARGEST = 127  # of the bytes, on both sides of 0
SCRIBBLES = 8000
PIXELS = 1_600_000  # of all scribbles together
MOST_INPUTS = 1024  # of a unit that GPTQ is used for; its cost grows with their cube, so larger units are just rounded
SHRINK = np.linspace(0.75, 1, 11)  # scales that are tried, as fractions of the one that clips nothing
PRIOR = 0.01  # added to the covariance's diagonal, as a fraction of its mean
BASE_IMPORTANCE = 0.3  # of errors that can't change the answer, as a fraction of the mean importance
REFINEMENTS = 2  # passes that round each weight again, given all others


@dataclass(frozen=True, slots=True, eq=False)
class QuantizedLayer:
    """A layer whose pre-activations are scale * (weight @ inputs) + bias."""

    weight: Array  # (units, inputs), whole numbers from -127 to 127
    scale: Array  # (units,)
    bias: Array  # (units,)

    def forward(self, inputs: Array) -> Array:
        """Inputs (n, inputs) -> pre-activations (n, units)."""
        return inputs @ (self.weight * self.scale[:, None]).T + self.bias


def quantize(network: Network) -> tuple[QuantizedLayer, QuantizedLayer]:
    """The quantized hidden layer and output layer of a network."""
    inputs = scribbles(network.spec)
    pre_activations = inputs @ network.hidden_weight.T + network.hidden_bias
    hidden = classify.logistic(pre_activations)
    logits = hidden @ network.output_weight.T + network.output_bias
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    # Fisher's information: the variance of a unit's output weights over the likely labels, times its squared slope.
    variance = probabilities @ network.output_weight**2 - (probabilities @ network.output_weight) ** 2
    importance = variance * (hidden * (1 - hidden)) ** 2
    hidden_layer = _quantize_layer(network.hidden_weight, inputs, pre_activations, importance)
    hidden = classify.logistic(hidden_layer.forward(inputs))
    return hidden_layer, _quantize_layer(network.output_weight, hidden, logits, probabilities * (1 - probabilities))


def forward(layers: tuple[QuantizedLayer, QuantizedLayer], pictures: Array) -> Array:
    """Pictures (n, inputs) -> outputs (n, labels) of a quantized network, as `classify.forward` of a network."""
    hidden, output = layers
    return classify.logistic(output.forward(classify.logistic(hidden.forward(pictures))))


@functools.cache
def scribbles(spec: Spec) -> Array:
    """Framed drawings of one or two random curves, (n, inputs); the same ones at every call."""
    random = np.random.default_rng(0)
    t = np.linspace(0, 1, 24)
    bezier = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)  # (points, 4)
    drawings = []
    for _ in range(min(SCRIBBLES, PIXELS // spec.inputs)):
        strokes = [bezier @ random.uniform(0.1, 0.9, (4, 2)) for _ in range(random.integers(1, 3))]
        drawings.append((strokes, ink.PEN))
    framed = ink.framed_many(drawings, spec)
    return framed.reshape(len(framed), -1).astype(np.float64)


def _quantize_layer(weight: Array, inputs: Array, targets: Array, importance: Array) -> QuantizedLayer:
    """Quantize weights (units, inputs) so that inputs (n, inputs) still give the pre-activations targets (n, units).

    `importance` (n, units) is the weight of each squared error.
    """
    importance = importance / np.maximum(importance.mean(axis=0), 1e-30) + BASE_IMPORTANCE
    importance = importance / importance.sum(axis=0)
    units = [_quantize_unit(*unit, inputs) for unit in zip(weight, targets.T, importance.T, strict=True)]
    quantized, scale, bias = map(np.array, zip(*units, strict=True))
    return QuantizedLayer(quantized, scale, bias)


def _quantize_unit(weight: Array, targets: Array, importance: Array, inputs: Array) -> tuple[Array, float, float]:
    """The quantized weights (inputs,) of a unit, its scale and its bias; `importance` (n,) sums to 1."""
    full_scale = (float(np.abs(weight).max()) or 1.0) / LARGEST
    mean = importance @ inputs
    if len(weight) > MOST_INPUTS:
        quantized, scale = np.rint(weight / full_scale), full_scale
    else:
        centred = inputs - mean
        covariance = (centred.T * importance) @ centred
        prior = PRIOR * max(float(covariance.trace()), 1e-9) / len(covariance)
        correlation = (centred.T * importance) @ (targets - importance @ targets) + prior * weight
        covariance += prior * np.eye(len(covariance))
        scales = SHRINK * full_scale
        exact = np.linalg.solve(covariance, correlation)[:, None] / scales  # (inputs, scales), before rounding
        candidates = _gptq(exact, covariance)
        error = exact - candidates
        best = int(((error * (covariance @ error)).sum(axis=0) * scales**2).argmin())
        quantized, scale = candidates[:, best], scales[best]
    return quantized, scale, float(importance @ targets - mean @ quantized * scale)  # the bias keeps the mean


def _gptq(exact: Array, covariance: Array) -> Array:
    """Round weights (inputs, scales) to bytes whose errors compensate each other for inputs of this covariance."""
    order = np.argsort(-covariance.diagonal(), kind="stable")  # the most important first: nothing is passed on to them
    factor = np.linalg.cholesky(np.linalg.inv(covariance[np.ix_(order, order)])).T
    remaining, rounded = exact[order], np.empty_like(exact)
    for step, row in enumerate(order):
        rounded[row] = _round(remaining[step])
        error = (remaining[step] - rounded[row]) / factor[step, step]
        remaining[step:] -= np.outer(factor[step, step:], error)
    for _ in range(REFINEMENTS):
        for row, covariances in enumerate(covariance):
            rounded[row] = _round(rounded[row] + covariances @ (exact - rounded) / covariances[row])
    return rounded


def _round(values: Array) -> Array:
    result: Array = np.clip(np.rint(values), -LARGEST, LARGEST)
    return result
