"""One optimisation step: gradients of a batch, then AdamW (Loshchilov & Hutter 2019).

For the mlp both are written out by hand (mlp_optimiser.py). Other networks take the usual way, behind the same methods.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.training.config import OptimConfig
from charnet.training.mlp_optimiser import BETAS, TINY, MlpOptimiser
from charnet.training.model import Mlp
from charnet.training.ranks import ALONE, Ranks
from charnet.training.tally import Tally

Values = dict[str, Any]


class Optimiser(Protocol):
    """What the training loop asks for. A batch may come in microbatches: `add` each, then `update` once."""

    def add(self, pictures: Tensor, targets: Tensor) -> None:
        """Pictures (microbatch, height, width) and the indices of their labels: add their gradients and figures."""

    def update(self, rate: float) -> None:
        """Move the weights by the mean gradient of what was added, at this learning rate."""

    def tally(self) -> tuple[float, int]:
        """Summed cross-entropy and number of right answers of all that was added since the last call."""

    def state_dict(self) -> Values:
        """What the next update depends on besides the weights, as plain numbers and tensors."""

    def load_state_dict(self, state: Values) -> None:
        """The inverse of `state_dict`."""


def build(model: nn.Module, config: OptimConfig, ranks: Ranks = ALONE) -> Optimiser:
    """The optimiser for a network that is on its device already.

    Weight decay, times the learning rate, is the share by which the weights that read pictures shrink with each
    update; biases and the last layer keep theirs (docs/log.md has why).
    """
    if isinstance(model, Mlp):
        return MlpOptimiser(model, config.weight_decay, config.label_smoothing, ranks)
    return AutogradOptimiser(model, config.weight_decay, config.label_smoothing, ranks)


class AutogradOptimiser:
    """Any other network's, by autograd and torch.optim."""

    def __init__(self, model: nn.Module, weight_decay: float, label_smoothing: float, ranks: Ranks = ALONE) -> None:
        self.ranks = ranks
        self.model, self.label_smoothing = model, label_smoothing
        *reading, last = [parameter for parameter in model.parameters() if parameter.ndim > 1]
        rest = [parameter for parameter in model.parameters() if parameter.ndim == 1]
        groups = [{"params": reading, "weight_decay": weight_decay}, {"params": [last, *rest], "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, betas=BETAS, eps=TINY, fused=True)
        self.added = 0
        self.figures = Tally()

    def add(self, pictures: Tensor, targets: Tensor) -> None:
        logits = self.model(pictures)
        F.cross_entropy(logits, targets, label_smoothing=self.label_smoothing, reduction="sum").backward()
        self.figures.add(logits.detach().softmax(1).t(), targets)
        self.added += len(targets)

    def update(self, rate: float) -> None:
        gradients = [parameter.grad for group in self.optimizer.param_groups for parameter in group["params"]]
        count = self.ranks.add_up(gradients, self.added)
        for gradient in gradients:
            gradient.div_(count)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.added = 0

    def tally(self) -> tuple[float, int]:
        return self.figures.take()

    def state_dict(self) -> Values:
        return self.optimizer.state_dict()

    def load_state_dict(self, state: Values) -> None:
        self.optimizer.load_state_dict(state)
