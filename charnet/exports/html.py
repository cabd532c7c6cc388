"""Export a network as one page that opens by a double click and reads what is drawn on it, without a server."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet import web
from charnet.exports import graph
from charnet.networks import json_file
from charnet.web.bundle import bundle

PAGE = Path(__file__).parent / "page"


def html(weights: Path) -> str:
    """The page of a network, to be written as UTF-8. `ValueError` for a network that can't be read or run on a page."""
    # In ASCII and without <, so that no label can end the element or begin another.
    network = json.dumps(content(weights), separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    style = web.FOLDER.joinpath("look.css").read_text("utf-8") + PAGE.joinpath("page.css").read_text("utf-8")
    code = bundle(PAGE / "main.js")
    page = Template(PAGE.joinpath("index.html").read_text("utf-8"))
    return page.substitute(style=style, style_hash=_hash(style), network=network, script=code, script_hash=_hash(code))


def content(weights: Path) -> dict[str, Any]:
    """The page's data about a network: its spec, its layers for charnet/web/network.js, and a short description."""
    return _from_onnx(weights) if weights.suffix == ".onnx" else _from_json(weights)


def _from_json(weights: Path) -> dict[str, Any]:
    network = json_file.read(weights)
    hidden = len(network.hidden_bias)
    return {
        "about": f"{network.spec.inputs:,} inputs, {hidden:,} hidden units, {network.spec.outputs:,} outputs",
        "spec": network.spec.to_dict(),
        "layers": [
            {"layer": "dense", "weight": _numbers(network.hidden_weight), "bias": _numbers(network.hidden_bias)},
            {"layer": "logistic"},
            {"layer": "dense", "weight": _numbers(network.output_weight), "bias": _numbers(network.output_bias)},
            {"layer": "logistic"},
        ],
    }


def _from_onnx(weights: Path) -> dict[str, Any]:
    spec, layers = graph.layers(weights)
    convolutions = sum(layer["layer"] == "convolution" for layer in layers)
    inside = f"{convolutions} convolutions" if convolutions else graph.describe(weights).removeprefix("has ")
    return {
        "about": f"{spec.inputs:,} inputs, {inside}, {spec.outputs:,} outputs",
        "spec": spec.to_dict(),
        "layers": layers,
    }


def _numbers(values: npt.NDArray[np.float64]) -> list[float]:
    """The values row by row, with as many digits as a float32 has."""
    return [float(f"{value:.9g}") for value in values.ravel()]


def _hash(text: str) -> str:
    """The hash by which the page's content security policy allows this script or style, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
