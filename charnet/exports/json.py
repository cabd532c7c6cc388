"""A network in the original's JSON layout, which its engine of 2015 reads too."""

from __future__ import annotations

from pathlib import Path

from charnet.exports.source import one_layer


def json(weights: Path) -> bytes:
    """The file of a network of one hidden layer -> the content of its copy. `ValueError` for any other network."""
    one_layer(weights, "json")  # read once, so that a torn file is not passed on
    return weights.read_bytes()  # as it is, whatever else the file says of the network
