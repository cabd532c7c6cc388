"""Export a network of one hidden layer as one C99 header, which also compiles as C++ and needs no library.

The code is the template rank.h beside this module; this module writes its tables.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from string import Template

import numpy as np

from charnet.exports import quantization
from charnet.exports.source import read_single_layer, to_float32
from charnet.networks.json_file import Array, Network
from charnet.spec import Spec

CODE = Path(__file__).with_name("rank.h")
FILL = textwrap.TextWrapper(
    110, initial_indent=" " * 4, subsequent_indent=" " * 5, break_long_words=False, break_on_hyphens=False
)


def c(weights: Path) -> str:
    """The header of the network in a file, with weights as floats. `ValueError` for any other kind of network."""
    network = to_float32(read_single_layer(weights, "c"))
    hidden, output = network.hidden_weight.T, network.output_weight  # in the order in which rank.h reads them
    tables = [
        _floats("hidden_weight", "[CHARNET_INPUTS][CHARNET_HIDDEN]", hidden),
        _floats("hidden_bias", "[CHARNET_HIDDEN]", network.hidden_bias),
        _floats("output_weight", "[CHARNET_OUTPUTS][CHARNET_HIDDEN]", output),
        _floats("output_bias", "[CHARNET_OUTPUTS]", network.output_bias),
    ]
    return _header(network, "32-bit floats", tables, "FLOAT", "sum", "sum")


def int8(weights: Path) -> str:
    """The same with weights as bytes and a scale for each unit, a quarter of the size."""
    network = to_float32(read_single_layer(weights, "c"))
    hidden, output = quantization.quantize(network)
    tables = [
        _bytes("hidden_weight", "[CHARNET_INPUTS][CHARNET_HIDDEN]", hidden.weight.T),
        _floats("hidden_scale", "[CHARNET_HIDDEN]", hidden.scale),
        _floats("hidden_bias", "[CHARNET_HIDDEN]", hidden.bias),
        _bytes("output_weight", "[CHARNET_OUTPUTS][CHARNET_HIDDEN]", output.weight),
        _floats("output_scale", "[CHARNET_OUTPUTS]", output.scale),
        _floats("output_bias", "[CHARNET_OUTPUTS]", output.bias),
    ]
    scaled = "CHARNET_FLOAT(charnet_{}_scale[unit]) * sum"
    return _header(network, "bytes", tables, "BYTE", scaled.format("hidden"), scaled.format("output"))


def _header(network: Network, kind: str, tables: list[str], weight: str, hidden: str, output: str) -> str:
    spec = network.spec
    return Template(CODE.read_text(encoding="utf-8")).substitute(
        inputs=spec.inputs,
        width=spec.width,
        height=spec.height,
        framing=spec.framing,
        hidden=len(network.hidden_bias),
        outputs=spec.outputs,
        kind=kind,
        tables="\n\n".join([_labels(spec), *tables]),
        weight=f"CHARNET_{weight}",
        hidden_sum=hidden,
        output_sum=output,
    )


def _labels(spec: Spec) -> str:
    texts = [label.encode("utf-8", "surrogatepass") for label in spec.labels]
    size = max(map(len, texts)) + 1
    return _array(f"char charnet_labels[CHARNET_OUTPUTS][{size}]", [f'"{_escaped(text)}"' for text in texts])


def _escaped(text: bytes) -> str:
    # In octal: a hexadecimal escape has no fixed length. All but letters and digits, as a ? could begin a trigraph.
    return "".join(chr(byte) if byte < 128 and chr(byte).isalnum() else f"\\{byte:03o}" for byte in text)


def _floats(name: str, shape: str, values: Array) -> str:
    return _array(f"float charnet_{name}{shape}", _items(values, lambda value: f"{np.float32(value)!s}f"))


def _bytes(name: str, shape: str, values: Array) -> str:
    return _array(f"signed char charnet_{name}{shape}", _items(values, lambda value: str(int(value))))


def _items(values: Array, text: Callable[[float], str]) -> list[str]:
    if values.ndim == 1:
        return [text(value) for value in values]
    return [f"{{{', '.join(map(text, row))}}}" for row in values]


def _array(declaration: str, items: list[str]) -> str:
    joined = (",\n" if items[0].startswith("{") else ", ").join(items)
    lines = "\n".join(FILL.fill(line) for line in joined.split("\n"))
    return f"static const {declaration} CHARNET_FLASH = {{\n{lines}\n}};"
