"""The original's JSON layout of a network <-> arrays, with every check that a torn or foreign file needs.

The file's own names stay in here: its InputWeights lead from inputs to hidden units, its HiddenWeights from those to
outputs.

Dimensions      {"InputNodes": I, "HiddenNodes": H, "OutputNodes": O}
InputWeights    [[[i, h], w], ...]      HiddenWeights   [[[h, o], w], ...]      in any order
HiddenBias      [b_0 ... b_H-1]         OutputBias      [b_0 ... b_O-1]
Charnet         {"version": 1, "spec": {...}, "facts": {...}}   ours; the original engine ignores it
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.networks.facts import NOTHING, Facts
from charnet.spec import LOWERCASE, Spec
from charnet.system import files

VERSION = 1

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network of one hidden layer, the logistic function after both layers."""

    spec: Spec
    hidden_weight: Array  # (hidden, inputs)
    hidden_bias: Array  # (hidden,)
    output_weight: Array  # (outputs, hidden)
    output_bias: Array  # (outputs,)
    facts: Facts = NOTHING


def read(path: Path) -> Network:
    """Read a weights file, ours or the original's. `ValueError` names the file, the key and the value at fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not a text file; a weights file is JSON") from None
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def write(path: Path, network: Network) -> None:
    """Write a weights file atomically. `OSError` where that can't be done; a file that was there stays."""
    files.write_bytes(path, dump(network).encode())


def parse(text: str) -> Network:
    """The text of a weights file -> a network. `ValueError` names the key and the value at fault."""
    try:
        content = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON or torn ({error}); copy the file again or train a new one") from None
    except RecursionError:
        raise ValueError("lists nested too deeply for a weights file") from None
    if not isinstance(content, dict):
        raise ValueError(f"a weights file is an object with Dimensions and weights, found {_short(content)}")
    dimensions = _get(content, "Dimensions", dict)
    sizes = []
    for key in ("InputNodes", "HiddenNodes", "OutputNodes"):
        size = _get(dimensions, key, int, "Dimensions.")
        if not 1 <= size <= 1_000_000:
            raise ValueError(f"Dimensions.{key} is {size}; it must be 1 or more")
        sizes.append(size)
    inputs, hidden, outputs = sizes
    return Network(
        spec=_spec(content, inputs, outputs),
        hidden_weight=_table(content, "InputWeights", inputs, hidden).T,
        hidden_bias=_biases(content, "HiddenBias", "HiddenNodes", hidden),
        output_weight=_table(content, "HiddenWeights", hidden, outputs).T,
        output_bias=_biases(content, "OutputBias", "OutputNodes", outputs),
        facts=Facts.from_dict(content.get("Charnet", {}).get("facts")),
    )


def dump(network: Network) -> str:
    """A network -> the text of its weights file. `ValueError` when a weight is not a finite number."""
    hidden, inputs = network.hidden_weight.shape
    content = {
        "Charnet": {"version": VERSION, "spec": network.spec.to_dict(), "facts": network.facts.to_dict()},
        "Dimensions": {"InputNodes": inputs, "HiddenNodes": hidden, "OutputNodes": network.spec.outputs},
        "InputWeights": _entries(network.hidden_weight.T),
        "HiddenWeights": _entries(network.output_weight.T),
        "HiddenBias": network.hidden_bias.tolist(),
        "OutputBias": network.output_bias.tolist(),
    }
    try:
        return json.dumps(content, allow_nan=False)
    except ValueError:
        raise ValueError("a weight is NaN or infinite, so training diverged; lower optim.lr") from None


def from_tanh(network: Network) -> Network:
    """The same function, exactly, with logistic hidden units in place of tanh: tanh x = 2 logistic(2 x) - 1."""
    return replace(
        network,
        hidden_weight=2 * network.hidden_weight,
        hidden_bias=2 * network.hidden_bias,
        output_weight=2 * network.output_weight,
        output_bias=network.output_bias - network.output_weight.sum(axis=1),
    )


def to_tanh(network: Network) -> Network:
    """The inverse of `from_tanh`: logistic x = (1 + tanh(x / 2)) / 2."""
    return replace(
        network,
        hidden_weight=network.hidden_weight / 2,
        hidden_bias=network.hidden_bias / 2,
        output_weight=network.output_weight / 2,
        output_bias=network.output_bias + network.output_weight.sum(axis=1) / 2,
    )


def _spec(content: dict[str, Any], inputs: int, outputs: int) -> Spec:
    if "Charnet" not in content:  # the original's file
        width = max(w for w in range(1, math.isqrt(inputs) + 1) if inputs % w == 0)  # 160 inputs are 10 x 16
        labels = LOWERCASE if outputs == len(LOWERCASE) else tuple(str(n) for n in range(outputs))
        return Spec(labels, width, inputs // width, "corner")
    ours = _get(content, "Charnet", dict)
    version = _get(ours, "version", int, "Charnet.")
    if version != VERSION:
        raise ValueError(f"Charnet.version is {version}, this charnet reads {VERSION}; update charnet")
    try:
        spec = Spec.from_dict(_get(ours, "spec", dict, "Charnet."))
    except ValueError as error:
        raise ValueError(f"Charnet.spec: {error}") from None
    if spec.inputs != inputs:
        raise ValueError(f"Charnet.spec is {spec.width} x {spec.height}, Dimensions.InputNodes says {inputs}")
    if spec.outputs != outputs:
        raise ValueError(f"Charnet.spec has {spec.outputs} labels, Dimensions.OutputNodes says {outputs}")
    return spec


def _table(content: dict[str, Any], key: str, rows: int, columns: int) -> Array:
    entries = _get(content, key, list)
    if len(entries) != rows * columns:
        raise ValueError(f"{key} has {len(entries)} entries, Dimensions ask for {rows} x {columns} = {rows * columns}")
    table = np.full((rows, columns), np.nan)
    for entry in entries:
        try:
            (row, column), value = entry
        except (TypeError, ValueError):
            raise ValueError(f"{key}: {_short(entry)} is not of the form [[from, to], weight]") from None
        if type(row) is not int or type(column) is not int or not (0 <= row < rows and 0 <= column < columns):
            raise ValueError(f"{key}: index [{_short(row)}, {_short(column)}] is outside {rows} x {columns}")
        if not math.isnan(table[row, column]):
            raise ValueError(f"{key}: index [{row}, {column}] stands twice")
        table[row, column] = _number(value, f"{key}[{row}, {column}]")
    return table


def _biases(content: dict[str, Any], key: str, nodes: str, length: int) -> Array:
    values = _get(content, key, list)
    if len(values) != length:
        raise ValueError(f"{key} has {len(values)} values, Dimensions.{nodes} says {length}")
    return np.array([_number(value, f"{key}[{index}]") for index, value in enumerate(values)])


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where} is {_short(value)}, not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{where} is {_short(value)}; weights must be finite")
    return number


def _get(content: dict[str, Any], key: str, kind: type, prefix: str = "") -> Any:
    if key not in content:
        raise ValueError(f"{prefix}{key} is missing")
    value = content[key]
    if type(value) is not kind:
        names = {dict: "an object", list: "a list", int: "a whole number"}
        raise ValueError(f"{prefix}{key} is {_short(value)}, not {names[kind]}")
    return value


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)} stands twice")
    return content


def _entries(table: Array) -> list[list[Any]]:
    return [[[row, column], value] for row, line in enumerate(table.tolist()) for column, value in enumerate(line)]


def _short(value: object) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= 40 else text[:37] + "..."
