"""A network that reads lines as an ONNX file: its graph, node by node, and its parameters by their names in the module.

Convolutions, an LSTM in both directions, a linear layer (training/line.py). ONNX and PyTorch keep the gates of an LSTM
in different orders, and the linear layer's weights the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.networks import onnx_file
from charnet.networks.facts import Facts
from charnet.networks.onnx_checks import INPUT
from charnet.spec import Spec
from charnet.system import files

OUTPUT = "log_probabilities"
MEAN, SPREAD = 0.15, 0.3  # of ink, about
OPSET, IR = 17, 8  # that every onnxruntime of the last years reads
STRIDES = (2, 1, 1, 1)  # of the convolutions
POOLS = (None, (2, 2), (2, 1), (2, 1))  # rows and columns that are pooled behind each
EPSILON = 1e-5  # of batch norm
TORCH_GATES, ONNX_GATES = "ifgo", "iofg"

Arrays = Mapping[str, npt.NDArray[np.float32]]


def write(path: Path, parameters: Arrays, spec: Spec, facts: Facts) -> None:
    """Write a network, given its parameters by their names in the module, atomically."""
    import onnx
    from onnx import helper, numpy_helper

    nodes, arrays = _graph(parameters)
    size: list[list[str | int | None]] = [["batch", spec.height, "columns"], ["batch", "steps", spec.outputs + 2]]
    tensor = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [name], **attributes) for kind, inputs, name, attributes in nodes],
        "line",
        [helper.make_tensor_value_info(INPUT, tensor, size[0])],
        [helper.make_tensor_value_info(OUTPUT, tensor, size[1])],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    helper.set_model_props(model, onnx_file.metadata(spec, facts, onnx_file.LINES))
    files.write_bytes(path, model.SerializeToString())


def read(path: Path) -> tuple[Spec, dict[str, npt.NDArray[np.float32]]]:
    """The spec and the parameters by their names in the module. Raises `ValueError` for a file of another kind."""
    spec, arrays = onnx_file.parameters(path, onnx_file.LINES)
    try:
        found = {name: array for name, array in arrays.items() if name.startswith("features.")}
        for direction, end in enumerate(("", "_reverse")):
            for ours, theirs in (("weight_ih", "W"), ("weight_hh", "R")):
                found[f"lstm.{ours}_l0{end}"] = _gates(arrays[f"lstm.{theirs}"][direction], ONNX_GATES, TORCH_GATES)
            biases = np.split(arrays["lstm.B"][direction], 2)
            for ours, bias in zip(("bias_ih", "bias_hh"), biases, strict=True):
                found[f"lstm.{ours}_l0{end}"] = _gates(bias, ONNX_GATES, TORCH_GATES)
        found |= {"output.weight": arrays["output.weight"].T, "output.bias": arrays["output.bias"]}
    except (KeyError, IndexError, ValueError):
        raise ValueError(f"{path}: not a whole network, its LSTM or its last layer is missing") from None
    return spec, {name: np.array(array, order="C") for name, array in found.items()}


def _graph(parameters: Arrays) -> tuple[list[tuple[str, list[str], str, dict[str, Any]]], dict[str, npt.NDArray[Any]]]:
    """The nodes, each with its kind, its inputs, its output and its attributes, and the arrays that they read."""
    nodes: list[tuple[str, list[str], str, dict[str, Any]]] = []
    arrays: dict[str, npt.NDArray[Any]] = {
        "mean": np.array([MEAN], np.float32),
        "spread": np.array([SPREAD], np.float32),
        "channel": np.array([1], np.int64),
        "rows_together": np.array([0, 0, -1], np.int64),
    }
    arrays |= {name: array for name, array in parameters.items() if name.startswith("features.") and array.ndim}

    def node(kind: str, *inputs: str, **attributes: Any) -> str:
        name = OUTPUT if kind == "LogSoftmax" else f"{kind}.{len(nodes)}"
        nodes.append((kind, list(inputs), name, attributes))
        return name

    x = node("Div", node("Sub", INPUT, "mean"), "spread")  # (batch, rows, columns)
    x = node("Unsqueeze", x, "channel")
    place = 0  # in the module's nn.Sequential
    for stride, pool in zip(STRIDES, POOLS, strict=True):
        size = parameters[f"features.{place}.0.weight"].shape[-1]
        x = node("Conv", x, f"features.{place}.0.weight", strides=[stride] * 2, pads=[size // 2] * 4)
        norm = [f"features.{place}.1.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        x = node("Relu", node("BatchNormalization", x, *norm, epsilon=EPSILON))
        place += 1
        if pool:
            x = node("MaxPool", x, kernel_shape=list(pool), strides=list(pool))
            place += 1
    x = node("Transpose", x, perm=[3, 0, 1, 2])  # (steps, batch, channels, rows)
    x = node("Reshape", x, "rows_together")
    for theirs, ours in (("W", "weight_ih"), ("R", "weight_hh")):
        both = [parameters[f"lstm.{ours}_l0{end}"] for end in ("", "_reverse")]
        arrays[f"lstm.{theirs}"] = np.stack([_gates(each, TORCH_GATES, ONNX_GATES) for each in both])
    arrays["lstm.B"] = np.stack(
        [
            np.concatenate(
                [_gates(parameters[f"lstm.{bias}_l0{end}"], TORCH_GATES, ONNX_GATES) for bias in ("bias_ih", "bias_hh")]
            )
            for end in ("", "_reverse")
        ]
    )
    hidden = parameters["lstm.weight_hh_l0"].shape[1]
    x = node("LSTM", x, "lstm.W", "lstm.R", "lstm.B", hidden_size=hidden, direction="bidirectional")
    x = node("Transpose", x, perm=[2, 0, 1, 3])  # (batch, steps, directions, units)
    x = node("Reshape", x, "rows_together")
    arrays |= {"output.weight": parameters["output.weight"].T, "output.bias": parameters["output.bias"]}
    x = node("Add", node("MatMul", x, "output.weight"), "output.bias")
    node("LogSoftmax", x, axis=2)
    return nodes, arrays


def _gates(array: npt.NDArray[np.float32], before: str, after: str) -> npt.NDArray[np.float32]:
    """An LSTM's weights or bias (4 units, ...) with its gates in another order."""
    parts = dict(zip(before, np.split(array, 4), strict=True))
    return np.concatenate([parts[gate] for gate in after])
