"""Read the network that an export starts from, where it must have a single hidden layer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from charnet.exports import graph
from charnet.networks import json_file
from charnet.networks.json_file import Array, Network


def read_single_layer(weights: Path, target: str) -> Network:
    """The network in a weights file. `ValueError` for one that can't be read or has other layers."""
    if weights.suffix == ".onnx":
        what = "is an ONNX file"
        with suppress(OSError, ValueError):  # what it is matters less than what to do
            what = graph.describe(weights)
        raise ValueError(
            f"{weights}: {target} takes networks of one hidden layer (weights.json); "
            f"this one {what}: export it with --to html or --to onnx"
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
