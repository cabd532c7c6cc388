"""A network in the original's JSON layout <-> arrays. What is read is checked by json_checks.py.

The layout's names are used in this module only: InputWeights lead from inputs to hidden units, HiddenWeights from those
to outputs.

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

from charnet.networks import json_checks
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import LOWERCASE, MAX_LABELS, Spec
from charnet.system import files

VERSION = 1
MAX_BYTES = 100_000_000  # 10,000 hidden units at 10 x 16 take 75 MB

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network with one hidden layer, and the logistic function after both layers."""

    spec: Spec
    hidden_weight: Array  # (hidden, inputs)
    hidden_bias: Array  # (hidden,)
    output_weight: Array  # (outputs, hidden)
    output_bias: Array  # (outputs,)
    facts: Facts = NOTHING

    def take(self, outputs: Sequence[int]) -> Network:
        """The network with these of its outputs alone."""
        kept = list(outputs)
        spec = replace(self.spec, labels=tuple(self.spec.labels[index] for index in kept))
        weight, bias = self.output_weight[kept], self.output_bias[kept]
        facts = replace(self.facts, accuracy=None, likeness=None)
        return replace(self, spec=spec, output_weight=weight, output_bias=bias, facts=facts)


def read(path: Path) -> Network:
    """Read a weights file, ours or the original's. `ValueError` names the file, the key and the value at fault."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: more than {MAX_BYTES // 1_000_000} MB; no weights file of charnet's is as large")
    try:
        text = path.read_text(encoding="utf-8")
        return parse(text)
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not a text file; a weights file is JSON") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def write(path: Path, network: Network) -> None:
    """Write a weights file atomically. Raises `OSError` where that fails, and leaves an existing file as it was."""
    files.write_bytes(path, dump(network).encode())


def parse(text: str) -> Network:
    """The text of a weights file -> a network. `ValueError` names the key and the value at fault."""
    content = json_checks.loads(text)
    if not isinstance(content, dict):
        raise ValueError(f"a weights file is an object with Dimensions and weights, not {json_checks.short(content)}")
    dimensions = json_checks.get(content, "Dimensions", dict)
    sizes = []
    for key in ("InputNodes", "HiddenNodes", "OutputNodes"):
        size = json_checks.get(dimensions, key, int, "Dimensions.")
        if not 1 <= size <= 1_000_000:
            raise ValueError(f"Dimensions.{key} is {json_checks.short(size)}; it must be from 1 to 1,000,000")
        sizes.append(size)
    inputs, hidden, outputs = sizes
    return Network(
        spec=_spec(content, inputs, outputs),
        hidden_weight=json_checks.table(content, "InputWeights", inputs, hidden).T,
        hidden_bias=json_checks.biases(content, "HiddenBias", "HiddenNodes", hidden),
        output_weight=json_checks.table(content, "HiddenWeights", hidden, outputs).T,
        output_bias=json_checks.biases(content, "OutputBias", "OutputNodes", outputs),
        facts=json_checks.facts(content.get("Charnet", {}).get("facts"), outputs),
    )


def dump(network: Network) -> str:
    """A network -> the text of its weights file. Raises `ValueError` for a weight that is not a finite number."""
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
    """A network with tanh hidden units -> exactly the same function with logistic ones: tanh x = 2 logistic(2x) - 1."""
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
    if outputs > MAX_LABELS:
        raise ValueError(f"Dimensions.OutputNodes is {outputs}; up to {MAX_LABELS:,} labels can be read")
    if "Charnet" not in content:  # the original's file
        width = max(w for w in range(1, math.isqrt(inputs) + 1) if inputs % w == 0)  # 160 inputs are 10 x 16
        labels = LOWERCASE if outputs == len(LOWERCASE) else tuple(str(n) for n in range(outputs))
        return Spec(labels, width, inputs // width, "corner")
    ours = json_checks.get(content, "Charnet", dict)
    version = json_checks.get(ours, "version", int, "Charnet.")
    if version != VERSION:
        found = json_checks.short(version)
        raise ValueError(f"Charnet.version is {found}, this charnet reads {VERSION}; update charnet")
    try:
        spec = json_checks.spec(json_checks.get(ours, "spec", dict, "Charnet."))
    except ValueError as error:
        raise ValueError(f"Charnet.spec: {error}") from None
    if spec.inputs != inputs:
        raise ValueError(f"Charnet.spec is {spec.width} x {spec.height}, Dimensions.InputNodes says {inputs}")
    if spec.outputs != outputs:
        raise ValueError(f"Charnet.spec has {spec.outputs} labels, Dimensions.OutputNodes says {outputs}")
    return spec


def _entries(table: Array) -> list[list[Any]]:
    return [[[row, column], value] for row, line in enumerate(table.tolist()) for column, value in enumerate(line)]
