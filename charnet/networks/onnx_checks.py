"""What an ONNX file may ask for: the operators that charnet's networks are made of, on arrays of their sizes.

onnxruntime runs whatever a graph says: a loop without end, an array of any size made from two numbers, a file of the
working directory that is read as weights. So the shape of each node's output is computed here before onnxruntime sees
the graph: for one picture, which shows what is large by itself, and for a million, which shows what grows faster than
their number.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.spec import Spec

INPUT = "pictures"  # the name of the graph's input
MAX_NODES = 500  # the convolutional network has some fifty
MAX_DIMENSIONS = 8
MAX_KNOWN = 16  # values whose content is known: shapes and axes
INT64 = 7  # onnx.TensorProto.INT64
# What all nodes together may give, in values, and take, in multiplications: for each pixel of a picture, and always.
VALUES_PER_PIXEL, VALUES = 2_000, 100_000
WORK_PER_PIXEL, WORK = 100_000, 50_000_000
BATCHES = (1, 1_000_003)  # the second is no size of anything else
COLUMNS = (256, 4 * 1_000_003)  # of lines, which may be of any length

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Attributes = dict[str, Any]


class Value(NamedTuple):
    """What a node gives: its shape and, of what is small and known before the graph is run, its content."""

    shape: Shape
    array: Array | None = None


def check(model: Any, spec: Spec, lines: bool = False) -> None:
    """Raise `ValueError` for an `onnx.ModelProto` that is more than a network of charnet's with this spec.

    One that reads `lines` takes pictures of any number of columns.
    """
    graph = model.graph
    if len(model.functions) or len(model.training_info) or len(graph.sparse_initializer):
        raise ValueError("its graph has functions or sparse weights")
    if len(graph.node) > MAX_NODES:
        raise ValueError(f"its graph has {len(graph.node):,} nodes, more than {MAX_NODES}")
    reads = [(item.name, [size.dim_value for size in item.type.tensor_type.shape.dim[1:]]) for item in graph.input]
    columns = 0 if lines else spec.width  # 0 is any number
    if reads != [(INPUT, [spec.height, columns])]:
        raise ValueError(f"its graph reads {reads}, its spec says {spec.height} rows of {columns or 'any length'}")
    if len(graph.output) != 1:
        raise ValueError(f"its graph has {len(graph.output)} outputs, not one")
    names = [INPUT, *(item.name for item in graph.initializer), *(name for node in graph.node for name in node.output)]
    if len(set(names)) < len(names):
        raise ValueError("its graph gives one name to two values")
    weights = {item.name: _weights(item) for item in graph.initializer}
    shapes = [(batch, spec.height, spec.width) for batch in BATCHES]
    if lines:
        shapes = [(batch, spec.height, columns) for batch, columns in zip(BATCHES, COLUMNS[::-1], strict=True)]
    for shape in shapes:
        sizes = _Sizes(shape, weights)
        for node in graph.node:
            sizes.add(node)


class _Sizes:
    """All that a graph computes for a batch of pictures, node by node."""

    def __init__(self, pictures: Shape, weights: dict[str, Value]) -> None:
        batch, height, width = pictures
        self._values = {INPUT: Value(pictures)} | weights
        self._left = batch * max(VALUES_PER_PIXEL * height * width, VALUES)
        self._work_left = batch * max(WORK_PER_PIXEL * height * width, WORK)

    def add(self, node: Any) -> None:
        kind, attributes = node.op_type, {item.name: item for item in node.attribute}
        if node.domain not in ("", "ai.onnx") or kind not in OPERATORS:
            raise ValueError(f"its graph has a node {kind[:40]!r}, which no network of charnet's has")
        if len(node.output) != 1:
            raise ValueError(f"its node {kind} has {len(node.output)} outputs")
        try:
            value, work = OPERATORS[kind]([self._values[name] for name in node.input], attributes)
        except (LookupError, TypeError, ArithmeticError) as error:
            raise ValueError(f"its node {kind} does not fit what it is given ({type(error).__name__})") from None
        except ValueError as error:
            raise ValueError(f"its node {kind} does not fit what it is given ({error})") from None
        self._left, self._work_left = self._left - prod(value.shape), self._work_left - work
        if min(self._left, self._work_left) < 0 or len(value.shape) > MAX_DIMENSIONS:
            raise ValueError(f"its graph is larger than any of charnet's, by its node {kind}")
        self._values[node.output[0]] = value


def _weights(tensor: Any) -> Value:
    """Weights that lie in the file itself. Raises `ValueError` for others, and where bytes and shape do not match."""
    from onnx import TensorProto, numpy_helper

    name = tensor.name[:40]
    if tensor.data_location != TensorProto.DEFAULT or len(tensor.external_data):
        raise ValueError(f"its weights {name!r} are in another file, which is not read")
    if tensor.data_type not in (TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32):
        raise ValueError(f"its weights {name!r} are neither single precision nor whole numbers")
    if any(size < 0 for size in tensor.dims) or len(tensor.dims) > MAX_DIMENSIONS:
        raise ValueError(f"its weights {name!r} have no shape")
    try:
        return _value(numpy_helper.to_array(tensor))
    except Exception as error:  # sizes that do not match the bytes
        raise ValueError(f"its weights {name!r} are damaged ({str(error)[:80]})") from None


def _value(array: Array) -> Value:
    return Value(array.shape, array if array.size <= MAX_KNOWN else None)


# Each rule takes what a node is given and its attributes, and returns what it gives, and the multiplications it takes.


def _constant(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    if "value" in attributes:
        return _weights(attributes["value"].t), 0
    return _value(np.array(attributes["value_ints"].ints, np.int64)), 0


def _same(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    return Value(inputs[0].shape), prod(inputs[0].shape)


def _cast(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    array = inputs[0].array
    if array is not None and "to" in attributes and attributes["to"].i == INT64:
        array = array.astype(np.int64)
    return Value(inputs[0].shape, array), 0


def _broadcast(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    one, other = inputs
    shape = np.broadcast_shapes(one.shape, other.shape)
    return Value(shape), prod(shape)


def _expand(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    shape = np.broadcast_shapes(inputs[0].shape, _integers(inputs[1]))
    array = inputs[0].array
    return Value(shape, np.broadcast_to(array, shape) if array is not None and prod(shape) <= MAX_KNOWN else None), 0


def _shape(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    end = attributes["end"].i if "end" in attributes else None
    return _value(np.array(inputs[0].shape[_integer(attributes, "start", 0) : end], np.int64)), 0


def _reshape(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    shape, array = inputs[0]
    sizes = [shape[axis] if size == 0 else size for axis, size in enumerate(_integers(inputs[1]))]
    if -1 in sizes:
        sizes[sizes.index(-1)] = prod(shape) // prod(size for size in sizes if size != -1)
    if min(sizes, default=0) < 0 or prod(sizes) != prod(shape):
        raise ValueError(f"{shape} to {sizes}")
    return Value(tuple(sizes), None if array is None else array.reshape(sizes)), 0


def _flatten(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    shape, axis = inputs[0].shape, _integer(attributes, "axis", 1)
    return Value((prod(shape[:axis]), prod(shape[axis:]))), 0


def _gemm(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    (rows, inner), (inner_too, columns) = inputs[0].shape, inputs[1].shape
    if _integer(attributes, "transA", 0):
        rows, inner = inner, rows
    if _integer(attributes, "transB", 0):
        inner_too, columns = columns, inner_too
    bias = inputs[2].shape if len(inputs) > 2 else ()
    if inner != inner_too or np.broadcast_shapes(bias, (rows, columns)) != (rows, columns):
        raise ValueError("sizes of matrices")
    return Value((rows, columns)), rows * inner * columns


def _unsqueeze(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    shape = list(inputs[0].shape)
    axes = _integers(inputs[1])
    for axis in sorted(axis % (len(shape) + len(axes)) for axis in axes):
        shape.insert(axis, 1)
    return Value(tuple(shape)), 0


def _slice(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    starts, ends, *rest = map(_integers, inputs[1:])
    axes = rest[0] if rest else range(len(starts))
    steps = rest[1] if len(rest) > 1 else [1] * len(starts)
    shape = list(inputs[0].shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        shape[axis] = len(range(*slice(start, end, step).indices(shape[axis])))
    return Value(tuple(shape)), 0


def _reduce(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    shape, keep = inputs[0].shape, _integer(attributes, "keepdims", 1)
    axes = {axis % len(shape) for axis in _integers(inputs[1])}
    sizes = [1 if axis in axes else size for axis, size in enumerate(shape) if keep or axis not in axes]
    return Value(tuple(sizes)), prod(shape)


def _convolution(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    (batch, channels, *size), (filters, depth, *kernel) = inputs[0].shape, inputs[1].shape
    strides, pads = list(attributes["strides"].ints), list(attributes["pads"].ints)
    plain = ("dilations", [1, 1]), ("kernel_shape", kernel)
    if any(list(attributes[name].ints) != value for name, value in plain if name in attributes):
        raise ValueError("dilations or size of the kernel")
    if _integer(attributes, "group", 1) != 1 or channels != depth or (kernel, pads) not in KERNELS:
        raise ValueError("not 3 x 3 or 5 x 5 with as much padding as keeps the size")
    if strides not in ([1, 1], [2, 2]) or ("auto_pad" in attributes and attributes["auto_pad"].s != b"NOTSET"):
        raise ValueError("strides")
    shape = (batch, filters, *(-(-each // strides[0]) for each in size))
    return Value(shape), prod(shape) * depth * prod(kernel)


def _max_pool(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    kernel = list(attributes["kernel_shape"].ints)
    if kernel not in ([2, 2], [2, 1]) or list(attributes["strides"].ints) != kernel or len(attributes) > 2:
        raise ValueError("not 2 x 2 or 2 x 1 side by side")
    batch, channels, rows, columns = inputs[0].shape
    shape = (batch, channels, rows // kernel[0], columns // kernel[1])
    return Value(shape), prod(inputs[0].shape)


def _transpose(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    axes = list(attributes["perm"].ints)
    if sorted(axes) != list(range(len(inputs[0].shape))):
        raise ValueError("axes")
    return Value(tuple(inputs[0].shape[axis] for axis in axes)), 0


def _matmul(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    (*batch, inner), (inner_too, columns) = inputs[0].shape, inputs[1].shape
    if inner != inner_too:
        raise ValueError("sizes of matrices")
    shape = (*batch, columns)
    return Value(shape), prod(shape) * inner


def _lstm(inputs: list[Value], attributes: Attributes) -> tuple[Value, int]:
    pictures, weights, recurrent, bias = (each.shape for each in inputs)
    (steps, batch, features), hidden = pictures, attributes["hidden_size"].i
    directions = 2 if attributes["direction"].s == b"bidirectional" else 1
    wanted = (directions, 4 * hidden, features), (directions, 4 * hidden, hidden), (directions, 8 * hidden)
    if (weights, recurrent, bias) != wanted or len(attributes) > 2:
        raise ValueError("sizes of an LSTM")
    shape = (steps, directions, batch, hidden)
    return Value(shape), prod(shape) * 4 * (features + hidden)


KERNELS = ([3, 3], [1, 1, 1, 1]), ([5, 5], [2, 2, 2, 2])

OPERATORS: dict[str, Callable[[list[Value], Attributes], tuple[Value, int]]] = {
    **dict.fromkeys(("Relu", "Sigmoid", "Identity", "BatchNormalization", "LogSoftmax"), _same),
    **dict.fromkeys(("Cast", "CastLike"), _cast),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _broadcast),
    "Constant": _constant,
    "Conv": _convolution,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "LSTM": _lstm,
    "MatMul": _matmul,
    "MaxPool": _max_pool,
    "ReduceSum": _reduce,
    "Reshape": _reshape,
    "Shape": _shape,
    "Slice": _slice,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}


def _integer(attributes: Attributes, name: str, default: int) -> int:
    return int(attributes[name].i) if name in attributes else default


def _integers(value: Value) -> list[int]:
    """Whole numbers that are known before the graph is run."""
    if value.array is None or not np.issubdtype(value.array.dtype, np.integer):
        raise ValueError("not known")
    return [int(number) for number in value.array.ravel()]
