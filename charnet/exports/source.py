"""Read the network that an export starts from, where it must have a single hidden layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from charnet.networks import json_file
from charnet.networks.json_file import Array, Network


def read_single_layer(weights: Path, target: str) -> Network:
    """The network in a weights file. `ValueError` for one that can't be read or is convolutional."""
    if weights.suffix == ".onnx":
        raise ValueError(
            f"{weights}: {target} takes networks of one hidden layer (weights.json); "
            "this one is convolutional: export it with --to html or --to onnx"
        )
    return json_file.read(weights)


def to_float32(network: Network) -> Network:
    """The network with its weights rounded to single precision."""

    def rounded(values: Array) -> Array:
        return values.astype(np.float32).astype(np.float64)

    return replace(
        network,
        hidden_weight=rounded(network.hidden_weight),
        hidden_bias=rounded(network.hidden_bias),
        output_weight=rounded(network.output_weight),
        output_bias=rounded(network.output_bias),
    )
