"""The convolutional network as a torch module: three resolutions, 16 x 10, 8 x 5, 4 x 3."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from charnet.networks import onnx_file
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import Spec
from charnet.training import onnx_export
from charnet.training.inherit import check_inputs, take_over

WIDTHS = (20, 46, 80)  # channels at full, half and quarter resolution
DROPOUT = 0.2


class Cnn(nn.Module):
    """Three resolutions, 16 x 10, 8 x 5, 4 x 3, with a residual block at the first two.

    91,000 parameters at 10 x 16 and 26 labels.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
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
        self.to(memory_format=torch.channels_last)  # as its pictures; half as quick again on a processor

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.output(self.activations(pictures))
        return logits

    def activations(self, pictures: Tensor) -> Tensor:
        """What the last layer reads, (batch, channels)."""
        grey = (pictures - 0.25) / 0.35  # about mean 0 and standard deviation 1
        seen = self.features(grey[:, None].contiguous(memory_format=torch.channels_last))
        # Not the plain average over the picture: where a stroke is tells d from b. One weight a channel and place.
        found: Tensor = self.dropout(self.norm((seen * self.places).sum((2, 3))))
        return found

    def save(self, folder: Path, facts: Facts = NOTHING) -> Path:
        """Write weights.onnx, which onnxruntime reads; its parameters keep their names, so that `load` finds them."""
        onnx_export.write(folder / "weights.onnx", self, self.spec, facts)
        return folder / "weights.onnx"

    def load(self, path: Path) -> tuple[str, ...]:
        """Take over stored weights; the labels whose outputs it had, the others start afresh. `ValueError` names what
        does not fit."""
        if path.suffix != ".onnx":
            raise ValueError("it is not a convolutional network; leave model=cnn out, or name a .onnx file")
        spec, arrays = onnx_file.parameters(path)
        check_inputs(spec, self.spec)
        parameters = {name: torch.from_numpy(array) for name, array in arrays.items()}
        for name, value in self.state_dict().items():
            shape = (spec.outputs, *value.shape[1:]) if name.startswith("output.") else value.shape
            if value.ndim and (name not in parameters or parameters[name].shape != shape):
                raise ValueError(f"its {name} does not fit, so it is of another architecture; train one with model=cnn")
        weight, bias = parameters.pop("output.weight"), parameters.pop("output.bias")
        self.load_state_dict(parameters, strict=False)
        return take_over(self.output, self.spec, spec, weight, bias)


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
