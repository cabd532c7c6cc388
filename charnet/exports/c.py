"""A network of one hidden layer as one C99 header, which compiles as C++ too and needs no library.

Its code is rank.h beside this module; what is written here are the tables.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from string import Template

import numpy as np

from charnet.exports import rounding
from charnet.exports.source import one_layer, single
from charnet.networks.json_file import Array, Network
from charnet.spec import Spec

CODE = Path(__file__).with_name("rank.h")
FILL = textwrap.TextWrapper(
    110, initial_indent=" " * 4, subsequent_indent=" " * 5, break_long_words=False, break_on_hyphens=False
)


def c(weights: Path) -> str:
    """The file of a network -> its header, weights as floats. `ValueError` for a network that is no such one."""
    network = _read(weights)
    hidden, output = network.hidden_weight.T, network.output_weight  # a row an input, a row a label: as they are used
    tables = [
        _floats("hidden_weight", "[CHARNET_INPUTS][CHARNET_HIDDEN]", hidden),
        _floats("hidden_bias", "[CHARNET_HIDDEN]", network.hidden_bias),
        _floats("output_weight", "[CHARNET_OUTPUTS][CHARNET_HIDDEN]", output),
        _floats("output_bias", "[CHARNET_OUTPUTS]", network.output_bias),
    ]
    return _header(network, "32-bit floats", tables, "FLOAT", "sum", "sum")


def int8(weights: Path) -> str:
    """The same with weights as bytes and a scale a unit, a quarter of the size."""
    network = _read(weights)
    hidden, output = rounding.to_bytes(network)
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


def _read(weights: Path) -> Network:
    network = one_layer(weights, "c")
    try:
        return single(network)
    except ValueError as error:
        raise ValueError(f"{weights}: {error}") from None


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
    # By octal numbers, as those of a hexadecimal one have no end; and a ? could be part of a trigraph.
    return "".join(chr(byte) if byte < 128 and chr(byte).isalnum() else f"\\{byte:03o}" for byte in text)


def _floats(name: str, shape: str, values: Array) -> str:
    return _array(f"float charnet_{name}{shape}", _texts(values, lambda value: f"{np.float32(value)!s}f"))


def _bytes(name: str, shape: str, values: Array) -> str:
    return _array(f"signed char charnet_{name}{shape}", _texts(values, lambda value: str(int(value))))


def _texts(values: Array, text: Callable[[float], str]) -> list[str]:
    if values.ndim == 1:
        return [text(value) for value in values]
    return [f"{{{', '.join(map(text, row))}}}" for row in values]


def _array(declared: str, items: list[str]) -> str:
    joined = (",\n" if items[0].startswith("{") else ", ").join(items)
    lines = "\n".join(FILL.fill(line) for line in joined.split("\n"))
    return f"static const {declared} CHARNET_FLASH = {{\n{lines}\n}};"
