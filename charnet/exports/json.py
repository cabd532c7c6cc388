"""Export a network in the original's JSON layout, which its engine of 2015 reads too."""

from __future__ import annotations

from pathlib import Path

from charnet.exports.source import read_single_layer


def json(weights: Path) -> bytes:
    """A copy of the file of a network of one hidden layer. `ValueError` for any other kind of network."""
    read_single_layer(weights, "json")  # refuses a damaged file
    return weights.read_bytes()
