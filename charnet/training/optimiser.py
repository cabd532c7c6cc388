"""One optimisation step: gradients of a batch, then AdamW (Loshchilov & Hutter 2019).

For the mlp both are written out by hand on one flat vector of parameters, several times as quick as autograd and
torch.optim, whose cost at this size is bookkeeping. Other networks take the usual way, behind the same methods.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.training.config import OptimConfig
from charnet.training.model import Mlp
from charnet.training.ranks import ALONE, Ranks

BETAS = (0.9, 0.95)  # how slowly AdamW's running mean of the gradient and of its square forget
TINY = 1e-8  # keeps AdamW from dividing by 0
KEPT = 64  # microbatches whose figures wait to be summed at once

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


class Tally:
    """Figures of an epoch, summed seldom: at the mlp's size each further operation a batch is felt."""

    def __init__(self) -> None:
        self.shares: list[Tensor] = []  # softmax over the labels, (labels, microbatch) each
        self.targets: list[Tensor] = []
        self.loss, self.right = 0.0, 0

    def add(self, shares: Tensor, targets: Tensor) -> None:
        self.shares.append(shares)
        self.targets.append(targets)
        if len(self.shares) == KEPT:
            self._sum()

    def take(self) -> tuple[float, int]:
        self._sum()
        found = self.loss, self.right
        self.loss, self.right = 0.0, 0
        return found

    def _sum(self) -> None:
        if self.shares:
            shares = torch.cat(self.shares, dim=1)
            right = shares.gather(0, torch.cat(self.targets)[None])[0]
            self.loss -= right.clamp(min=1e-38).log_().sum().item()
            self.right += int((right == shares.amax(0)).sum())
            self.shares.clear()
            self.targets.clear()


class MlpOptimiser:
    """The mlp's. Its parameters become views of one vector: first the hidden layer's weights, which decay.

    Scalars stand where torch takes them as they are (`alpha`, `value`): `mul_(2)` makes a tensor of the 2 first, which
    takes longer than the product.
    """

    def __init__(self, model: Mlp, weight_decay: float, label_smoothing: float, ranks: Ranks = ALONE) -> None:
        self.ranks = ranks
        self.weight_decay, self.tanh = weight_decay, model.activation == "tanh"
        parameters = [model.hidden.weight, model.hidden.bias, model.output.weight, model.output.bias]
        self.flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
        self.gradient, self.mean, self.square = (torch.zeros_like(self.flat) for _ in range(3))
        sizes = [parameter.numel() for parameter in parameters]
        self.weights, self.gradients = (
            [part.view(parameter.shape) for part, parameter in zip(vector.split(sizes), parameters, strict=True)]
            for vector in (self.flat, self.gradient)
        )
        for parameter, view in zip(parameters, self.weights, strict=True):
            parameter.data = view
        self.biases = [self.weights[layer][:, None] for layer in (1, 3)]  # as columns
        labels = model.spec.outputs
        self.goals = torch.full((labels, labels), label_smoothing / labels).to(self.flat)  # a column a target
        self.goals.diagonal().add_(1 - label_smoothing)
        self.one, self.minus_one = self.flat.new_ones(()), -self.flat.new_ones(())
        self.added = self.updates = 0
        self.figures = Tally()

    @torch.no_grad()
    def add(self, pictures: Tensor, targets: Tensor) -> None:
        # A column a picture: products of these shapes, and sums over labels, run at twice the speed of the usual rows.
        hidden_weight, _, output_weight, _ = self.weights
        hidden_bias, output_bias = self.biases
        inputs = pictures.flatten(1)  # (microbatch, inputs)
        if self.tanh:  # tanh x = 2 logistic(2 x) - 1; torch has vector code for the logistic only
            sums = torch.addmm(hidden_bias, hidden_weight, inputs.t(), alpha=2, beta=2)
            hidden = torch.add(self.minus_one, sums.sigmoid_(), alpha=2)
        else:
            hidden = torch.addmm(hidden_bias, hidden_weight, inputs.t()).sigmoid_()  # (hidden, microbatch)
        shares = torch.addmm(output_bias, output_weight, hidden).softmax(0)  # (labels, microbatch)
        self.figures.add(shares, targets)

        slope = shares - self.goals.index_select(1, targets)  # of the loss by each logit: share less target
        self._put(2, slope, hidden.t())
        back = torch.mm(output_weight.t(), slope)  # of the loss by each hidden unit, then by its sum
        if self.tanh:
            back.addcmul_(back, hidden.mul_(hidden), value=-1)
        else:
            back.mul_(torch.addcmul(hidden, hidden, hidden, value=-1))
        self._put(0, back, inputs)
        self.added += len(targets)

    def _put(self, layer: int, slope: Tensor, inputs: Tensor) -> None:
        """Add a layer's gradients: `slope` (outputs, microbatch) of the loss by its sums, `inputs` (microbatch, n)."""
        weight, bias = self.gradients[layer], self.gradients[layer + 1]
        if self.added:
            weight.addmm_(slope, inputs)
            bias.add_(slope.sum(1))
        else:
            torch.mm(slope, inputs, out=weight)
            torch.sum(slope, 1, out=bias)

    @torch.no_grad()
    def update(self, rate: float) -> None:
        """AdamW on sums of gradients: what divides them by the number of pictures stands in the scalars."""
        count = self.ranks.add_up([self.gradient], self.added)
        self.updates, self.added = self.updates + 1, 0
        fresh, fresh_square = (1 - beta**self.updates for beta in BETAS)  # both running means start at 0
        decaying = self.weights[0]
        decaying.add_(decaying, alpha=-rate * self.weight_decay)
        self.mean.add_(self.mean, alpha=BETAS[0] - 1).add_(self.gradient, alpha=(1 - BETAS[0]) / count)
        self.square.add_(self.square, alpha=BETAS[1] - 1)
        self.square.addcmul_(self.gradient, self.gradient, value=(1 - BETAS[1]) / count**2)
        scale = math.sqrt(fresh_square)
        spread = self.square.sqrt().add_(self.one, alpha=TINY * scale)
        self.flat.addcdiv_(self.mean, spread, value=-rate * scale / fresh)

    def tally(self) -> tuple[float, int]:
        return self.figures.take()

    def state_dict(self) -> Values:
        return {"updates": self.updates, "mean": self.mean, "square": self.square}

    def load_state_dict(self, state: Values) -> None:
        self.updates = state["updates"]
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])


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
