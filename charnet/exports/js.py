"""Export a network as one JavaScript module that reads drawings and trains on them, or as an extension of Scratch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from charnet.exports.source import read_single_layer
from charnet.networks import json_file
from charnet.networks.json_file import Array
from charnet.web.bundle import bundle

MODULE = Path(__file__).parent / "module"
NAMES = ("Classifier", "Letters", "load", "train")  # that charnet.js exports besides the network


def js(weights: Path) -> str:
    """An ES module with the network in it. `ValueError` for any other kind of network than one of one hidden layer."""
    entry = MODULE / "charnet.js"
    names = f"export const {{ {', '.join(NAMES)} }} = modules[{json.dumps(entry.name)}];"
    return "\n".join([bundle(entry), names, f"export const network = load({_text(weights, 'js')});", ""])


def dts(weights: Path) -> str:
    """The types of that module, which are the same for any network."""
    return MODULE.joinpath("charnet.d.ts").read_text(encoding="utf-8")


def scratch(weights: Path) -> str:
    """A script that adds blocks to Scratch where that loads extensions, as TurboWarp does."""
    entry = MODULE / "scratch.js"
    register = f"modules[{json.dumps(entry.name)}].register(Scratch, {_text(weights, 'scratch')});"
    return "\n".join(["((Scratch) => {", '"use strict";', bundle(entry), register, "})(Scratch);", ""])


def _text(weights: Path, target: str) -> str:
    """The text of the weights file as a literal of JavaScript, with as many digits as a float32 has."""
    network = read_single_layer(weights, target)
    short = replace(
        network,
        hidden_weight=_rounded(network.hidden_weight),
        hidden_bias=_rounded(network.hidden_bias),
        output_weight=_rounded(network.output_weight),
        output_bias=_rounded(network.output_bias),
    )
    return json.dumps(json_file.dump(short).replace(", ", ","))


def _rounded(values: Array) -> Array:
    return np.array([float(f"{value:.9g}") for value in values.ravel()]).reshape(values.shape)
