"""Export a network as one ONNX file: framed ink (batch, height, width) in, likelihoods (batch, labels) out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from charnet.exports.source import to_float32
from charnet.networks import json_file, onnx_file

OPSET, IR = 17, 8  # of 2022: the program that reads the file may be older than the one that wrote it


def onnx(weights: Path) -> bytes:
    """The content of the ONNX file of a network of either kind.

    Raises `ValueError` for a network that can't be read, or where the packages of the extra `cnn` are missing.
    """
    if weights.suffix == ".onnx":
        onnx_file.read(weights)  # refuses a damaged file
        return weights.read_bytes()
    network = json_file.read(weights)
    try:
        return _model(to_float32(network))
    except ImportError:
        raise ValueError(f"onnx: {onnx_file.NEED}") from None


def _model(network: json_file.Network) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    spec = network.spec

    def tensor(name: str, values: json_file.Array) -> Any:
        return numpy_helper.from_array(values.astype(np.float32), name)

    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["pictures"], ["ink"]),
            helper.make_node("Gemm", ["ink", "hidden.weight", "hidden.bias"], ["hidden.sums"], transB=1),
            helper.make_node("Sigmoid", ["hidden.sums"], ["hidden"]),
            helper.make_node("Gemm", ["hidden", "output.weight", "output.bias"], ["logits"], transB=1),
            helper.make_node("Sigmoid", ["logits"], ["likelihoods"]),
        ],
        "charnet",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["batch", spec.height, spec.width])],
        [helper.make_tensor_value_info("likelihoods", TensorProto.FLOAT, ["batch", spec.outputs])],
        [
            tensor("hidden.weight", network.hidden_weight),
            tensor("hidden.bias", network.hidden_bias),
            tensor("output.weight", network.output_weight),
            tensor("output.bias", network.output_bias),
        ],
    )
    model = helper.make_model(
        graph, producer_name="charnet", ir_version=IR, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    helper.set_model_props(model, onnx_file.metadata(spec, network.facts))
    content: bytes = model.SerializeToString(deterministic=True)
    return content
