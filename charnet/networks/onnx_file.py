"""A network as an ONNX file: one graph from framed ink to likelihoods, with the spec in the metadata.

Prediction needs onnx, which parses the file to be checked, and onnxruntime (of the extra `cnn`).
charnet/training/cnn.py and charnet/exports/onnx.py write such files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.networks import json_checks, onnx_checks
from charnet.networks.facts import Facts
from charnet.networks.onnx_checks import INPUT
from charnet.spec import Spec

KEY = "charnet"  # in the metadata
VERSION = 1
MAX_BYTES = 100_000_000  # a network of charnet's takes a few million
NEED = "this needs the extra packages of the convolutional network: pip install -e '.[cnn]'"

AFTERWARDS = ("BatchNormalization", "Relu")  # what belongs to a convolution's answer
LETTERS, LINES = "letters", "line"  # kinds of networks, by what they read
IT_IS = {
    LETTERS: "it reads words and lines, not single letters; name another network, or read with predict.py --text",
    LINES: "it reads single letters, not lines; leave --text out, or name a network of model=line",
}

Forward = Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]]


def read(path: Path) -> tuple[Spec, Facts, Forward]:
    """An ONNX file of charnet's -> its spec, its facts and its function from (n, inputs) to likelihoods (n, labels).

    Raises `ValueError` for any other file, and where onnxruntime is not installed.
    """
    spec, facts, session = _session(path, LETTERS)

    def forward(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        framed = pictures.reshape(-1, spec.height, spec.width).astype(np.float32)
        try:
            likelihoods: npt.NDArray[np.float64] = session.run(None, {INPUT: framed})[0].astype(np.float64)
        except Exception as error:
            raise ValueError(f"{path}: its graph can't be run ({_first_line(error)})") from None
        _check(path, likelihoods, (len(framed), spec.outputs))
        return likelihoods

    forward(np.zeros((2, spec.height, spec.width)))  # a changed graph may load, and fail only when it is run
    return spec, facts, forward


def read_line(path: Path) -> tuple[Spec, Facts, Forward]:
    """As `read`, for a network that reads lines (networks/line_file.py).

    Its function takes pictures (n, height, columns) to the logarithms of the probabilities (n, steps, classes).
    """
    spec, facts, session = _session(path, LINES)

    def forward(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        try:
            found: npt.NDArray[np.float64] = session.run(None, {INPUT: pictures.astype(np.float32)})[0]
        except Exception as error:
            raise ValueError(f"{path}: its graph can't be run ({_first_line(error)})") from None
        if found.ndim != 3 or found.shape[::2] != (len(pictures), spec.outputs + 2) or not (found <= 1e-3).all():
            raise ValueError(f"{path}: its graph gives values that are no probabilities; the file is damaged")
        return found.astype(np.float64)

    forward(np.zeros((2, spec.height, 8)))
    return spec, facts, forward


class FirstLayer(NamedTuple):
    """The filters of a network's first convolution, and what they answer, after its normalisation and ReLU."""

    filters: npt.NDArray[np.float32]  # (filters, rows, columns)
    # (n, inputs) -> (n, filters, height, width)
    answers: Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float32]]


def first_layer(path: Path) -> FirstLayer | None:
    """None where the graph does not begin with a convolution of the picture. Raises what `read` raises."""
    spec, model = graph(path)
    from onnx import TensorProto, helper, numpy_helper

    nodes = model.graph.node
    first = next((node for node in nodes if node.op_type == "Conv"), None)
    weights = [item for item in model.graph.initializer if first and item.name == first.input[1]]
    if first is None or not weights or len(weights[0].dims) != 4 or weights[0].dims[1] != 1:
        return None
    output = first.output[0]
    while (after := next((node for node in nodes if output in node.input), None)) and after.op_type in AFTERWARDS:
        output = after.output[0]
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    session = _inference(path, model, LETTERS)

    def answers(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        framed = pictures.reshape(-1, spec.height, spec.width).astype(np.float32)
        found: npt.NDArray[np.float32] = session.run(None, {INPUT: framed})[0]
        return found

    return FirstLayer(numpy_helper.to_array(weights[0])[:, 0], answers)


def _session(path: Path, kind: str) -> tuple[Spec, Facts, Any]:
    """The spec and the facts of a file of that kind, and the onnxruntime session that runs its graph."""
    session = _inference(path, graph(path, kind)[1], kind)  # what was checked, and nothing else
    spec, facts = _parse_metadata(path, session.get_modelmeta().custom_metadata_map, kind)
    return spec, json_checks.facts(facts, spec.outputs), session


def _inference(path: Path, model: Any, kind: str) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise ValueError(f"{path}: {NEED}") from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # errors are reported below, in charnet's words
    options.intra_op_num_threads = 1 if kind == LETTERS else 0  # more gain nothing for so small a network
    try:
        # The fallback would print to standard output.
        return onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"], enable_fallback=False
        )
    except Exception as error:  # onnxruntime exports no base class of its errors
        raise ValueError(f"{path}: not an ONNX file, or damaged ({_first_line(error)})") from None


def metadata(spec: Spec, facts: Facts, kind: str = LETTERS) -> dict[str, str]:
    """The metadata of a file, which `read` and `parameters` look for."""
    of_lines = {"kind": LINES} if kind == LINES else {}
    return {KEY: json.dumps({"version": VERSION, **of_lines, "spec": spec.to_dict(), "facts": facts.to_dict()})}


def kind_of(path: Path) -> str:
    """Which kind of network a file says it is, `LETTERS` or `LINES`; the former where it says nothing."""
    if path.suffix != ".onnx":
        return LETTERS
    try:
        import onnx

        network = onnx.load_model_from_string(_content(path))
        ours = json_checks.loads({item.key: item.value for item in network.metadata_props}[KEY])
        return LINES if ours["kind"] == LINES else LETTERS
    except Exception:  # whoever reads it says what is wrong
        return LETTERS


def parameters(path: Path, kind: str = LETTERS) -> tuple[Spec, dict[str, npt.NDArray[np.float32]]]:
    """The spec, and the parameters by their names in the module. Raises `ValueError` for a file of another kind."""
    spec, network = graph(path, kind)
    from onnx import numpy_helper

    try:
        arrays = {item.name.removeprefix("0."): numpy_helper.to_array(item) for item in network.graph.initializer}
        return spec, {name: np.array(array) for name, array in arrays.items()}
    except Exception as error:  # sizes that don't match the bytes, unknown types, names that are not text
        raise ValueError(f"{path}: not a whole network ({_first_line(error)})") from None


def graph(path: Path, kind: str = LETTERS) -> tuple[Spec, Any]:
    """The spec and the content as an onnx.ModelProto, checked. Raises `ValueError` for a file of another kind."""
    try:
        import onnx
    except ImportError:
        raise ValueError(f"{path}: {NEED}") from None
    content = _content(path)
    try:
        network = onnx.load_model_from_string(content)
        network.DiscardUnknownFields()  # what nobody checks, nobody is given
        metadata_map = {item.key: item.value for item in network.metadata_props}
    except Exception as error:
        raise ValueError(f"{path}: not an ONNX file, or damaged ({_first_line(error)})") from None
    spec, _ = _parse_metadata(path, metadata_map, kind)
    try:
        onnx_checks.check(network, spec, kind == LINES)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return spec, network


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: more than {MAX_BYTES // 1_000_000} MB; no network of charnet's is as large")
    return path.read_bytes()


def _check(path: Path, likelihoods: npt.NDArray[np.float64], shape: tuple[int, int]) -> None:
    if likelihoods.shape != shape:
        raise ValueError(f"{path}: its graph answers {likelihoods.shape[1:]} values a picture, its spec has {shape[1]}")
    if not ((likelihoods >= 0) & (likelihoods <= 1)).all():  # NaN is refused too
        raise ValueError(f"{path}: its graph gives values that are no likelihoods from 0 to 1; the file is damaged")


def _parse_metadata(path: Path, metadata: dict[str, Any], kind: str) -> tuple[Spec, object]:
    """The spec, and the facts as they are stored: to unpack them takes a while."""
    if KEY not in metadata:
        raise ValueError(f"{path}: not a network of charnet's: its metadata has no {KEY!r}")
    try:
        if not isinstance(metadata[KEY], str):  # protobuf gives invalid UTF-8 as bytes
            raise ValueError(f"{KEY} is not text")
        ours = json_checks.loads(metadata[KEY])
        if not isinstance(ours, dict):
            raise ValueError(f"{KEY} is {json_checks.short(ours)}, not an object")
        version = json_checks.get(ours, "version", int)
        if version != VERSION:
            found = json_checks.short(version)
            raise ValueError(f"its version is {found}, this charnet reads {VERSION}; update charnet")
        spec = json_checks.spec(json_checks.get(ours, "spec", dict))
        if (ours.get("kind") == LINES) != (kind == LINES):
            raise ValueError(IT_IS[kind])
        return spec, ours.get("facts")
    except ValueError as error:
        raise ValueError(f"{path}: its metadata: {error}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
