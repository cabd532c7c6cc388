"""A network as an ONNX file: one graph from framed ink to likelihoods, its spec in the metadata.

Reading for prediction needs onnxruntime, nothing else (the extra `cnn`). charnet/training/onnx_export.py writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.networks.facts import Facts
from charnet.spec import Spec

KEY = "charnet"  # of the metadata
VERSION = 1
NEED = "this needs the extra packages of the convolutional network: pip install 'charnet[cnn]'"

Forward = Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]]


def read(path: Path) -> tuple[Spec, Facts, Forward]:
    """An ONNX file of ours -> its spec, its facts and its function from (n, inputs) to likelihoods (n, labels).

    Raises `ValueError` for what is no such file, or when onnxruntime is missing.
    """
    try:
        import onnxruntime
    except ImportError:
        raise ValueError(f"{path}: {NEED}") from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is told in our words
    options.intra_op_num_threads = 1  # so small a network gains nothing from more
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except OSError:
        raise
    except Exception as error:  # onnxruntime's errors share no base class that it exports
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not an ONNX file or torn ({reason})") from None
    spec, facts = _metadata(path, session.get_modelmeta().custom_metadata_map)
    asked = session.get_inputs()[0].shape[1:]
    if asked != [spec.height, spec.width]:
        raise ValueError(f"{path}: its graph reads {asked}, its spec says {spec.height} rows of {spec.width}")

    def forward(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        framed = pictures.reshape(-1, spec.height, spec.width).astype(np.float32)
        likelihoods: npt.NDArray[np.float64] = session.run(None, {"pictures": framed})[0].astype(np.float64)
        return likelihoods

    return spec, facts, forward


def metadata(spec: Spec, facts: Facts) -> dict[str, str]:
    """What a file of ours says of itself; `read` and `parameters` ask for it."""
    return {KEY: json.dumps({"version": VERSION, "spec": spec.to_dict(), "facts": facts.to_dict()})}


def parameters(path: Path) -> tuple[Spec, dict[str, npt.NDArray[np.float32]]]:
    """The spec and the parameters, by their names in the module. `ValueError` for what is no such file."""
    spec, network = graph(path)
    from onnx import numpy_helper

    arrays = {item.name.removeprefix("0."): numpy_helper.to_array(item) for item in network.graph.initializer}
    return spec, {name: np.array(array) for name, array in arrays.items()}


def graph(path: Path) -> tuple[Spec, Any]:
    """The spec and the file's content as an onnx.ModelProto. `ValueError` for what is no such file."""
    try:
        import onnx
    except ImportError:
        raise ValueError(f"{path}: {NEED}") from None
    try:
        network = onnx.load_model_from_string(path.read_bytes())
    except OSError:
        raise
    except Exception as error:
        raise ValueError(f"{path}: not an ONNX file or torn ({str(error).splitlines()[0]})") from None
    spec, _ = _metadata(path, {item.key: item.value for item in network.metadata_props})
    return spec, network


def _metadata(path: Path, metadata: dict[str, str]) -> tuple[Spec, Facts]:
    try:
        ours = json.loads(metadata[KEY])
        if ours["version"] != VERSION:
            raise ValueError(f"its version is {ours['version']}, this charnet reads {VERSION}; update charnet")
        return Spec.from_dict(ours["spec"]), Facts.from_dict(ours.get("facts"))
    except KeyError:
        raise ValueError(f"{path}: not a network of charnet's: its metadata has no {KEY!r}") from None
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None
