"""A trained module as an ONNX file, which onnxruntime reads without torch."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import nn

from charnet.networks import onnx_file
from charnet.networks.facts import Facts
from charnet.spec import Spec
from charnet.system import files


def check() -> None:
    """`ValueError` where the extra `cnn` is missing, of which one package writes and another reads."""
    if not all(map(find_spec, ("onnx", "onnxscript", "onnxruntime"))):
        raise ValueError(f"model=cnn: {onnx_file.NEED}")


def write(path: Path, model: nn.Module, spec: Spec, facts: Facts) -> None:
    """Write a module (batch, height, width) -> logits, and the logistic function behind it, atomically.

    Its parameters keep their names. `ValueError` where the extra `cnn` is missing.
    """
    check()
    import onnx

    graph = nn.Sequential(model, nn.Sigmoid()).eval()
    example = torch.zeros(2, spec.height, spec.width, device=next(model.parameters()).device)
    with quiet():
        program: Any = torch.onnx.export(
            graph,
            (example,),
            input_names=["pictures"],
            output_names=["likelihoods"],
            dynamic_shapes=[{0: torch.export.Dim("batch")}],
            external_data=False,
            optimize=False,  # folding batch norms away would lose the parameters that `onnx_file.parameters` reads
            verbose=False,
        )
    network = program.model_proto
    for part in (*network.graph.node, *network.graph.value_info, network.graph):
        del part.metadata_props[:]  # the exporter notes the lines of source, with the folders of this machine
    onnx.helper.set_model_props(network, onnx_file.metadata(spec, facts))
    files.write_bytes(path, network.SerializeToString())


@contextmanager
def quiet() -> Iterator[None]:
    """Keep from the user what the exporter says of its own work: of nodes removed, steps taken, its own warnings."""
    before = logging.root.manager.disable
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.disable()
        try:
            yield
        finally:
            logging.disable(before)
