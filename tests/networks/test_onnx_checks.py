"""The shapes that are computed without running a graph are those that onnx's own evaluator gives."""

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper, reference

from charnet.networks import onnx_checks
from charnet.networks.onnx_checks import Value

X = np.zeros((2, 6, 5), np.float32)
IMAGES, KERNEL = np.zeros((2, 3, 7, 6), np.float32), np.zeros((4, 3, 3, 3), np.float32)
ROUND = {"pads": [1, 1, 1, 1], "kernel_shape": [3, 3]}


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    ("kind", "inputs", "attributes"),
    [
        ("Relu", [X], {}),
        ("Add", [X, X[0, :, :1]], {}),
        ("Mul", [X[:, :1], X[:1]], {}),
        ("Expand", [X[0, 0], ints(3, 1, 1)], {}),
        ("Shape", [X], {"start": 1}),
        ("Shape", [X], {"start": 0, "end": 2}),
        ("Cast", [np.array(2.5, np.float32)], {"to": 7}),
        ("Reshape", [X, ints(0, -1)], {}),
        ("Reshape", [np.array(3), ints(-1)], {}),
        ("Flatten", [X], {}),
        ("Flatten", [X], {"axis": 2}),
        ("Gemm", [X[0], X[1].T, X[0, :1, :1]], {}),
        ("Gemm", [X[0], X[1], X[0, :, 0]], {"transA": 0, "transB": 1}),
        ("Unsqueeze", [X, ints(1)], {}),
        ("Unsqueeze", [X, ints(-1, 0)], {}),
        ("Slice", [X, ints(1, 0), ints(1000, -1), ints(1, 2), ints(2, 1)], {}),
        ("ReduceSum", [X, ints(1, -1)], {"keepdims": 0}),
        ("ReduceSum", [X, ints(1)], {}),
        ("Conv", [IMAGES, KERNEL], {"strides": [1, 1], **ROUND}),
        ("Conv", [IMAGES, KERNEL], {"strides": [2, 2], **ROUND}),
    ],
)
def test_a_shape_is_what_the_evaluator_gives(
    kind: str, inputs: list[np.ndarray], attributes: dict[str, object]
) -> None:
    names = [f"x{number}" for number in range(len(inputs))]
    node = helper.make_node(kind, names, ["y"], **attributes)
    ends = [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)]
    arrays = [numpy_helper.from_array(array, name) for name, array in zip(names, inputs, strict=True)]
    model = helper.make_model(
        helper.make_graph([node], "one", [], ends, arrays), opset_imports=[helper.make_opsetid("", 17)]
    )
    (expected,) = reference.ReferenceEvaluator(model).run(None, {})
    values = [Value(array.shape, array if array.size < 20 else None) for array in inputs]
    found, _ = onnx_checks.OPERATORS[kind](values, {item.name: item for item in node.attribute})
    assert found.shape == expected.shape
    if found.array is not None:
        assert np.array_equal(found.array, expected)
