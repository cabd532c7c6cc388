from pathlib import Path

import numpy as np
import pytest
from samples import make_network

from charnet.exports.source import read_single_layer, to_float32
from charnet.networks.stored import find
from charnet.spec import Spec


def test_a_network_of_one_hidden_layer_is_read() -> None:
    assert read_single_layer(find("letters"), "c").hidden_weight.shape == (20, 160)


def test_a_convolutional_network_is_refused_by_the_name_of_the_target() -> None:
    message = r"weights\.onnx: c takes networks of one hidden layer .* export it with --to html or --to onnx"
    with pytest.raises(ValueError, match=message):
        read_single_layer(Path("weights.onnx"), "c")


def test_weights_are_rounded_to_single_precision() -> None:
    network = make_network(Spec())
    rounded = to_float32(network)
    for name in ("hidden_weight", "hidden_bias", "output_weight", "output_bias"):
        before, after = getattr(network, name), getattr(rounded, name)
        assert after.dtype == np.float64 and (after == before.astype(np.float32)).all() and (after != before).any()
    assert rounded.spec == network.spec
