"""Quantization against rounding each weight by itself."""

import dataclasses

import numpy as np
import pytest
from samples import make_network

from charnet.exports import quantization
from charnet.networks import classify, json_file
from charnet.networks.stored import find
from charnet.spec import Spec


@pytest.mark.parametrize("most", [quantization.MOST_INPUTS, 10], ids=["GPTQ", "too many inputs"])
def test_weights_are_bytes_with_a_scale_a_unit(most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quantization, "MOST_INPUTS", most)
    network = make_network(Spec())
    network.hidden_weight[3] = 0  # a unit that sees nothing
    weights = (network.hidden_weight, network.output_weight)
    for layer, weight in zip(quantization.quantize(network), weights, strict=True):
        assert layer.weight.shape == weight.shape
        assert (layer.weight == np.rint(layer.weight)).all() and np.abs(layer.weight).max() <= 127
        assert layer.scale.shape == layer.bias.shape == weight.shape[:1]
        step = np.abs(weight).max(axis=1) / 127
        assert (layer.scale <= step + (step == 0)).all()
        assert np.isfinite(layer.bias).all()


def test_it_beats_rounding_each_weight_by_itself():
    """On drawings framed in another way than the scribbles."""
    network = json_file.read(find("letters"))
    drawings = np.random.default_rng(5).permutation(
        quantization.scribbles(dataclasses.replace(network.spec, framing="fit"))
    )
    alone = dataclasses.replace(
        network, hidden_weight=nearest(network.hidden_weight), output_weight=nearest(network.output_weight)
    )
    expected = classify.forward(network, drawings)
    layers = quantization.quantize(network)
    ours = np.abs(quantization.forward(layers, drawings) - expected).mean()
    theirs = np.abs(classify.forward(alone, drawings) - expected).mean()
    assert ours < 0.85 * theirs


def nearest(weight: json_file.Array) -> json_file.Array:
    step = np.abs(weight).max(axis=1, keepdims=True) / 127
    return np.rint(weight / step) * step


def test_the_same_scribbles_at_every_call():
    spec = Spec()
    first = quantization.scribbles(spec)
    quantization.scribbles.cache_clear()
    assert (quantization.scribbles(spec) == first).all()
    assert first.shape == (8000, 160) and first.min() >= 0 and first.max() <= 1
