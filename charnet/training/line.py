"""A network that reads lines of handwriting: convolutions, an LSTM in both directions, CTC (Graves et al. 2006).

745,000 parameters with 83 characters.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.networks import line_file, onnx_file
from charnet.networks.ctc import BLANK
from charnet.networks.facts import NOTHING, Facts
from charnet.pictures.writing import HEIGHT
from charnet.spec import Spec
from charnet.training.config import ModelConfig
from charnet.training.network import Network, TrainingMetrics

WIDTHS = (32, 64, 96, 128)  # channels of the convolutions
HIDDEN = 160  # units of the LSTM in each direction
DROPOUT = 0.3
HALF = torch.cpu._is_avx512_bf16_supported()  # whether half precision is quicker; it takes half of the time
SURE = 30.0  # a logit beside whose opposite nothing else counts


class Line(Network):
    """Ink (batch, HEIGHT, columns) in, the logits of the classes at each step (batch, steps, 1 + labels + 1) out."""

    inference_batch_size = 64

    def __init__(self, spec: Spec, config: ModelConfig | None = None) -> None:
        """`config` changes nothing."""
        super().__init__(spec)
        first, second, third, fourth = WIDTHS
        self.features = nn.Sequential(
            convolution(1, first, 5, 2),
            convolution(first, second),
            nn.MaxPool2d(2),
            convolution(second, third),
            nn.MaxPool2d((2, 1)),
            convolution(third, fourth),
            nn.MaxPool2d((2, 1)),
        )
        self.dropout = nn.Dropout(DROPOUT)
        self.lstm = nn.LSTM(fourth * HEIGHT // 16, HIDDEN, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * HIDDEN, spec.outputs + 2)
        self.to(memory_format=torch.channels_last)

    @classmethod
    def check(cls, spec: Spec, config: ModelConfig) -> None:
        if not all(map(find_spec, ("onnx", "onnxruntime"))):
            raise ValueError(f"model=line: {onnx_file.NEED}")

    def activations(self, pictures: Tensor) -> Tensor:
        """Pictures -> the inputs of the last layer at each step, (batch, steps, features)."""
        grey = (pictures - line_file.MEAN) / line_file.SPREAD
        features = self.features(grey[:, None].contiguous(memory_format=torch.channels_last))
        steps = features.permute(0, 3, 1, 2).flatten(2)  # (batch, steps, channels * rows)
        found: Tensor = self.dropout(self.lstm(self.dropout(steps))[0])
        return found

    def gradients(self, pictures: Tensor, targets: Tensor, label_smoothing: float, accumulate: bool = False) -> Tensor:
        """As `Network.gradients`, of the summed CTC loss. Each line's loss and whether it is right (2, batch)."""
        if not accumulate:
            self.zero_grad(set_to_none=False)
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=HALF and pictures.device.type == "cpu"):
            logits = self(pictures)
        losses = ctc(logits.float(), targets)
        losses.sum().backward()
        return torch.stack([losses.detach(), self.right(logits.detach(), targets).float()])

    def metrics(self) -> TrainingMetrics:
        return LineMetrics()

    def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        return ctc(logits, targets).mean()

    def right(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Which lines (batch,) are read right, letter by letter."""
        read = decoded(logits)
        longest = max(read.shape[1], targets.shape[1])
        read, targets = (F.pad(each, (0, longest - each.shape[1])) for each in (read, targets))
        return (read == targets).all(1)

    def cat(self, logits: list[Tensor]) -> Tensor:
        """Batches are of different lengths: behind the end of a line nothing is read."""
        steps = max(batch.shape[1] for batch in logits)
        padded = [F.pad(batch, (0, 0, 0, steps - batch.shape[1]), value=-SURE) for batch in logits]
        for batch, read in zip(padded, logits, strict=True):
            batch[:, read.shape[1] :, BLANK] = SURE
        return torch.cat(padded)

    def save(self, folder: Path, facts: Facts = NOTHING) -> Path:
        """Write weights.onnx, which onnxruntime reads."""
        arrays = {name: value.detach().cpu().float().numpy() for name, value in self.state_dict().items()}
        line_file.write(folder / "weights.onnx", arrays, self.spec, facts)
        return folder / "weights.onnx"

    def read(self, path: Path) -> tuple[Spec, dict[str, Tensor]]:
        if path.suffix != ".onnx":
            raise ValueError("it is not a network that reads lines; name the file or the run of one")
        spec, arrays = line_file.read(path)
        return spec, {name: torch.from_numpy(array) for name, array in arrays.items()}

    @torch.no_grad()
    def load(self, path: Path) -> tuple[str, ...]:
        """As `Network.load`: outputs of common labels, of the blank and of the space keep their weights."""
        spec, parameters = self.read(path)
        outputs = {name: parameters.pop(f"output.{name}") for name in ("weight", "bias")}
        try:
            self.load_state_dict(parameters, strict=False)
        except RuntimeError:
            raise ValueError("it is of another architecture") from None
        common = tuple(label for label in self.spec.labels if label in spec.labels)
        ours, theirs = ([each.labels.index(label) + 1 for label in common] for each in (self.spec, spec))
        here, there = [BLANK, *ours, -1], [BLANK, *theirs, -1]
        self.output.weight[here] = outputs["weight"][there].to(self.output.weight)
        self.output.bias[here] = outputs["bias"][there].to(self.output.bias)
        return common


class LineMetrics(TrainingMetrics):
    """Loss and share of lines read right, of what `Line.gradients` returns."""

    def _sum(self) -> None:
        for losses, right in self.probabilities:
            self.loss += float(losses.sum())
            self.correct += int(right.sum())
        self.probabilities.clear()
        self.targets.clear()


def ctc(logits: Tensor, targets: Tensor) -> Tensor:
    """The loss of each line (batch,); one with too few steps for its text has none."""
    steps = torch.full((len(logits),), logits.shape[1], dtype=torch.long)
    lengths = (targets != BLANK).sum(1)
    log_probabilities = logits.log_softmax(2).transpose(0, 1)
    return F.ctc_loss(log_probabilities, targets, steps, lengths, BLANK, reduction="none", zero_infinity=True)


def decoded(logits: Tensor) -> Tensor:
    """The classes read (batch, steps), the best at each step without repetitions and blanks; 0 behind the end."""
    best = logits.argmax(2)
    kept = (F.pad(best[:, :-1], (1, 0), value=-1) != best) & (best != BLANK)
    place = torch.where(kept, kept.cumsum(1), 0)
    read = torch.zeros(len(best), best.shape[1] + 1, dtype=torch.long, device=best.device)
    read.scatter_(1, place, best)
    return read[:, 1:]  # what was left out was put in front


def convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)
    )
