"""What all networks have in common: framed ink in, one logit per label out, gradients, and a file that holds them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.networks import json_file
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import Spec
from charnet.training.config import ModelConfig


class Network(nn.Module, ABC):
    """Framed ink (batch, height, width) in, one logit per label (batch, labels) out.

    A network ends in a linear layer `output` whose inputs are the `activations`. Once calibrated, the logistic function
    of a logit is the likelihood of its label.
    """

    min_batch_size = 1  # pictures that a training step needs
    inference_batch_size = 2048  # pictures that are read at once where nothing is learned
    threads: int | None = None  # that train it fastest; None is all

    output: nn.Linear

    def __init__(self, spec: Spec, config: ModelConfig | None = None) -> None:
        super().__init__()
        self.spec = spec

    @classmethod
    def check(cls, spec: Spec, config: ModelConfig) -> None:
        """Raises `ValueError` for a network that no file could hold."""

    @abstractmethod
    def activations(self, pictures: Tensor) -> Tensor:
        """Pictures (batch, height, width) -> the inputs of the last layer (batch, features)."""

    @abstractmethod
    def save(self, folder: Path, facts: Facts = NOTHING) -> Path:
        """Write the network and what is known of it to a file in `folder`; that file."""

    @abstractmethod
    def read(self, path: Path) -> tuple[Spec, dict[str, Tensor]]:
        """The spec of a network that `save` wrote, and its parameters under the names that they have here.

        Raises `ValueError` for another kind of network and for a damaged file.
        """

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.output(self.activations(pictures))
        return logits

    def gradients(self, pictures: Tensor, targets: Tensor, label_smoothing: float, accumulate: bool = False) -> Tensor:
        """Forward, loss and backward: the gradients of the summed cross-entropy into each parameter's `grad`.

        Takes pictures (batch, height, width) and the indices of their labels (batch,). With `accumulate` the gradients
        are added to those that are there. Returns the probabilities, a column per picture (labels, batch).
        """
        if not accumulate:
            self.zero_grad(set_to_none=False)
        logits = self(pictures)
        F.cross_entropy(logits, targets, label_smoothing=label_smoothing, reduction="sum").backward()
        probabilities: Tensor = logits.detach().softmax(1).t()
        return probabilities

    def metrics(self) -> TrainingMetrics:
        """What sums up the results of `gradients` over an epoch."""
        return TrainingMetrics()

    def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The mean cross-entropy of pictures that were read."""
        return F.cross_entropy(logits, targets)

    def right(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Which of them were read right (n,)."""
        return logits.argmax(1) == targets

    def cat(self, logits: list[Tensor]) -> Tensor:
        """The logits of several batches as those of one."""
        return torch.cat(logits)

    def to_network(self, facts: Facts = NOTHING) -> json_file.Network | None:
        """Its weights as the JSON file holds them; None for a network of another kind."""
        return None

    def hidden_units(self) -> npt.NDArray[np.floating] | None:
        """What each hidden unit looks for, its input weights (units, height, width); None for a network without."""
        return None

    @torch.no_grad()
    def load(self, path: Path) -> tuple[str, ...]:
        """Take over the parameters of a stored network, and of its outputs those whose labels are also here.

        Returns these labels; the other outputs keep the weights that they have. Raises `ValueError` for a network that
        does not fit: it names what differs and what to set.
        """
        spec, parameters = self.read(path)
        for name in ("width", "height", "framing"):
            ours, theirs = getattr(self.spec, name), getattr(spec, name)
            if ours != theirs:
                raise ValueError(f"its {name}: {theirs}, asked for: {ours}; add data.{name}={theirs}")
        for name, value in self.state_dict().items():
            shape = (spec.outputs, *value.shape[1:]) if name.startswith("output.") else value.shape
            if value.ndim and (name not in parameters or parameters[name].shape != shape):
                raise ValueError(f"its {name} does not fit, so it is of another architecture")
        weight, bias = parameters.pop("output.weight"), parameters.pop("output.bias")
        self.load_state_dict(parameters, strict=False)
        common = tuple(label for label in self.spec.labels if label in spec.labels)
        here, there = ([labels.index(label) for label in common] for labels in (self.spec.labels, spec.labels))
        self.output.weight[here] = weight[there].to(self.output.weight)
        self.output.bias[here] = bias[there].to(self.output.bias)
        return common


class TrainingMetrics:
    """Loss and accuracy of an epoch, summed over many batches at once: at this size each operation a batch is felt."""

    WAITING = 64  # microbatches at most
    WAITING_VALUES = 4_000_000  # their probabilities, with many labels

    def __init__(self) -> None:
        self.probabilities: list[Tensor] = []  # (labels, microbatch) each
        self.targets: list[Tensor] = []
        self.loss, self.correct = 0.0, 0

    def update(self, probabilities: Tensor, targets: Tensor) -> None:
        self.probabilities.append(probabilities)
        self.targets.append(targets)
        if len(self.targets) == self.WAITING or len(self.targets) * probabilities.numel() > self.WAITING_VALUES:
            self._sum()

    def compute(self) -> Tensor:
        """The cross-entropy of all pictures since the last call, summed, and how many were read right (2,)."""
        self._sum()
        found = torch.tensor([self.loss, self.correct], dtype=torch.float64)
        self.loss, self.correct = 0.0, 0
        return found

    def _sum(self) -> None:
        if self.targets:
            probabilities = torch.cat(self.probabilities, dim=1)
            of_target = probabilities.gather(0, torch.cat(self.targets)[None])[0]
            self.loss -= of_target.clamp(min=1e-38).log_().sum().item()
            self.correct += int((of_target == probabilities.amax(0)).sum())
            self.probabilities.clear()
            self.targets.clear()
