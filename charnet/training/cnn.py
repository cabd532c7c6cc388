"""A small convolutional network, and the ONNX file that holds it. 91,000 parameters at 10 x 16 pixels and 26 labels."""

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
from torch import Tensor, nn

from charnet.networks import onnx_file
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import Spec
from charnet.system import files
from charnet.training.config import ModelConfig
from charnet.training.network import Network

WIDTHS = (20, 46, 80)  # channels at full, half and quarter resolution
DROPOUT = 0.2


class Cnn(Network):
    """Three resolutions, 16 x 10, 8 x 5 and 4 x 3, with a residual block at the first two."""

    min_batch_size = 2  # for batch norm

    def __init__(self, spec: Spec, config: ModelConfig | None = None) -> None:
        """`config` changes nothing."""
        super().__init__(spec)
        full, half, quarter = WIDTHS
        self.features = nn.Sequential(
            convolution(1, full),
            Residual(full),
            convolution(full, half, stride=2),
            Residual(half),
            convolution(half, quarter, stride=2),
        )
        rows, columns = -(-spec.height // 4), -(-spec.width // 4)
        self.places = nn.Parameter(torch.full((quarter, rows, columns), 1 / (rows * columns)))
        self.norm = nn.BatchNorm1d(quarter)
        self.dropout = nn.Dropout(DROPOUT)
        self.output = nn.Linear(quarter, spec.outputs)
        self.to(memory_format=torch.channels_last)  # as its pictures; 1.5 times as fast on a CPU

    @classmethod
    def check(cls, spec: Spec, config: ModelConfig) -> None:
        if not all(map(find_spec, ("onnx", "onnxscript", "onnxruntime"))):  # of which one writes and another reads
            raise ValueError(f"model=cnn: {onnx_file.NEED}")

    def activations(self, pictures: Tensor) -> Tensor:
        grey = (pictures - 0.25) / 0.35  # about mean 0 and standard deviation 1
        features = self.features(grey[:, None].contiguous(memory_format=torch.channels_last))
        # Not the plain average over the picture: where a stroke is tells d from b. One weight a channel and place.
        pooled: Tensor = self.dropout(self.norm((features * self.places).sum((2, 3))))
        return pooled

    def save(self, folder: Path, facts: Facts = NOTHING) -> Path:
        """Write weights.onnx, which onnxruntime reads; its parameters keep their names, so that `read` finds them."""
        write_onnx(folder / "weights.onnx", self, facts)
        return folder / "weights.onnx"

    def read(self, path: Path) -> tuple[Spec, dict[str, Tensor]]:
        if path.suffix != ".onnx":
            raise ValueError("it is not a convolutional network; leave model=cnn out, or name a .onnx file")
        spec, arrays = onnx_file.parameters(path)
        return spec, {name: torch.from_numpy(array) for name, array in arrays.items()}


class Residual(nn.Module):
    """x + f(x): starts as doing nothing, so that it can only help (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(norm.weight)
        second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.body = nn.Sequential(convolution(channels, channels), second, norm)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """3 x 3 convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def write_onnx(path: Path, network: Network, facts: Facts) -> None:
    """Write a network and the logistic function behind it, atomically, in one graph: pictures -> likelihoods."""
    import onnx

    graph = nn.Sequential(network, nn.Sigmoid()).eval()
    spec = network.spec
    example = torch.zeros(2, spec.height, spec.width, device=network.output.weight.device)
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
    model = program.model_proto
    for part in (*model.graph.node, *model.graph.value_info, model.graph):
        del part.metadata_props[:]  # the exporter notes the lines of source, with the folders of this machine
    onnx.helper.set_model_props(model, onnx_file.metadata(spec, facts))
    files.write_bytes(path, model.SerializeToString())


@contextmanager
def quiet() -> Iterator[None]:
    """Within the block the exporter's own log, of nodes removed and steps taken, and its warnings are not shown."""
    before = logging.root.manager.disable
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.disable()
        try:
            yield
        finally:
            logging.disable(before)
