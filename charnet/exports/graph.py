"""Translate the convolutional network's ONNX graph into the list of layers that charnet/web/network.js runs."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.networks import onnx_file
from charnet.spec import Spec

COUNTS = ("no", "one", "two", "three", "four", "five")

Array = npt.NDArray[np.floating]
Layer = dict[str, Any]


def layers(path: Path) -> tuple[Spec, list[Layer]]:
    """The spec and the layers of an ONNX file that charnet wrote. `ValueError` names what the page can't run."""
    spec, graph = onnx_file.graph(path)
    try:
        return spec, _translate(graph, spec)
    except _UnsupportedError as error:
        raise ValueError(
            f"{path}: {error}; this one {_describe(graph)}, and a page runs the layers of charnet's convolutional "
            "network only"
        ) from None


def describe(path: Path) -> str:
    """What an ONNX file is, as in "this one is convolutional". `ValueError` where it can't be read."""
    return _describe(onnx_file.graph(path)[1])


def _describe(graph: Any) -> str:
    operations = Counter(node.op_type for node in graph.graph.node)
    if operations["Conv"]:
        return "is convolutional"
    hidden = operations["Gemm"] + operations["MatMul"] - 1
    count = COUNTS[hidden] if 0 <= hidden < len(COUNTS) else hidden
    return f"has {count} hidden layer{'s' * (hidden != 1)}"


class _UnsupportedError(ValueError):
    """The page can't run a node of the graph."""


def _translate(graph: Any, spec: Spec) -> list[Layer]:
    constants = _constants(graph, spec)
    results = {graph.graph.input[0].name: 0}  # name -> number of the layer that computes it; 0 is the picture
    layers: list[Layer] = []
    for node in graph.graph.node:
        inputs = [name for name in node.input if name in results]
        if not inputs or node.op_type == "CastLike":  # its output is constant
            continue
        parameters = [constants[name] for name in node.input if name not in results and name in constants]
        layer = _layer(node, parameters, spec, constants[node.output[0]].shape)
        if layer is None:
            results[node.output[0]] = results[inputs[0]]
            continue
        numbers = [results[name] for name in inputs]
        layers.append(layer if numbers == [len(layers)] else {**layer, "inputs": numbers})
        results[node.output[0]] = len(layers)
    if not layers or results.get(graph.graph.output[0].name) != len(layers):
        raise _UnsupportedError("its likelihoods do not come from its last layer")
    return layers


def _constants(graph: Any, spec: Spec) -> dict[str, Array]:
    """Every array in the graph by its name, as onnx's own evaluator computes it for a blank picture."""
    from onnx import numpy_helper, reference

    blank = np.zeros((1, spec.height, spec.width), np.float32)
    try:
        values = reference.ReferenceEvaluator(graph).run(None, {graph.graph.input[0].name: blank}, intermediate=True)
    except Exception as error:  # onnx may raise any kind
        raise _UnsupportedError(f"its graph can't be evaluated ({str(error).splitlines()[0]})") from None
    arrays: dict[str, Array] = dict(values)
    return arrays | {item.name: numpy_helper.to_array(item) for item in graph.graph.initializer}


def _layer(node: Any, parameters: list[Array], spec: Spec, shape: tuple[int, ...]) -> Layer | None:
    """The page's layer for a node whose output has this shape; None for a node that changes nothing but the shape."""
    from onnx import helper

    attributes: dict[str, Any] = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    match node.op_type, parameters:
        case (("Flatten" | "Reshape"), _) if shape == (1, spec.inputs):
            return None
        case "Unsqueeze", [axes] if axes.tolist() in (1, [1]):
            return None
        case "Slice", [start, end, axes, steps] if (start.item(), steps.item()) == (0, 1) and _is_whole(
            end, axes, spec
        ):
            return None
        case "Sub", [value] if value.size == 1:
            return _affine(np.ones(1), -value)
        case "Div", [value] if value.size == 1:
            return _affine(1 / value.astype(np.float64), np.zeros(1))
        case "BatchNormalization", [weight, bias, mean, variance]:
            gain = weight / np.sqrt(variance.astype(np.float64) + attributes.get("epsilon", 1e-5))
            return _affine(gain, bias - mean * gain)
        case "Conv", [weight, *bias]:  # 3 x 3 with a pixel of padding, which networks/onnx_checks.py has made sure of
            values = bias[0] if bias else np.zeros(len(weight))
            return {
                "layer": "convolution",
                "weight": _packed(weight),
                "bias": _packed(values),
                "stride": attributes["strides"][0],
            }
        case "Mul", [weight] if weight.shape == shape[1:]:
            return {"layer": "scale", "weight": _packed(weight)}
        case "ReduceSum", [axes] if axes.tolist() in ([2, 3], [-2, -1]) and attributes.get("keepdims", 1) == 0:
            return {"layer": "sum"}
        case "Gemm", [weight, bias] if attributes.get("transB") == 1 and not attributes.get("transA"):
            if (attributes.get("alpha", 1), attributes.get("beta", 1)) == (1, 1):
                return {"layer": "dense", "weight": _packed(weight), "bias": _packed(bias)}
        case (("Relu" | "Sigmoid" | "Add"), []):
            return {"layer": {"Relu": "relu", "Sigmoid": "logistic", "Add": "add"}[node.op_type]}
    raise _UnsupportedError(f"its graph has a node {node.op_type} that is not supported")


def _affine(gain: Array, shift: Array) -> Layer:
    return {"layer": "affine", "gain": _packed(gain.ravel()), "shift": _packed(shift.ravel())}


def _is_whole(end: Array, axes: Array, spec: Spec) -> bool:
    """Whether a slice takes everything; of the batch, at least the one picture that the page has."""
    sizes = {0: 1, 1: spec.height, 2: spec.width}
    return bool(end.item() >= sizes[int(axes.item())])


def _packed(values: Array) -> dict[str, str]:
    """The values as base64 of little-endian float32."""
    return {"float32": base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()}
