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


def build(model: nn.Module, config: OptimConfig) -> Optimiser:
    """The optimiser for a network that is on its device already.

    Weight decay, times the learning rate, is the share by which the weights that read pictures shrink with each
    update; biases and the last layer keep theirs (docs/log.md has why).
    """
    if isinstance(model, Mlp):
        return MlpOptimiser(model, config.weight_decay, config.label_smoothing)
    return AutogradOptimiser(model, config.weight_decay, config.label_smoothing)


class Tally:
    """Figures of an epoch, summed seldom: at the mlp's size each further operation a batch is felt."""

    def __init__(self) -> None:
        self.shares: list[Tensor] = []  # softmax of the right label, (microbatch,) each
        self.most: list[Tensor] = []  # of whichever label has most
        self.loss, self.right = 0.0, 0

    def add(self, share: Tensor, most: Tensor) -> None:
        self.shares.append(share)
        self.most.append(most)
        if len(self.shares) == KEPT:
            self._sum()

    def take(self) -> tuple[float, int]:
        self._sum()
        found = self.loss, self.right
        self.loss, self.right = 0.0, 0
        return found

    def _sum(self) -> None:
        if self.shares:
            share, most = torch.cat(self.shares), torch.cat(self.most)
            self.loss -= share.clamp(min=1e-38).log_().sum().item()
            self.right += int((share == most).sum())
            self.shares.clear()
            self.most.clear()


class MlpOptimiser:
    """The mlp's. Its parameters become views of one vector: first the hidden layer's weights, which decay."""

    def __init__(self, model: Mlp, weight_decay: float, label_smoothing: float) -> None:
        self.weight_decay, self.label_smoothing = weight_decay, label_smoothing
        self.tanh = model.activation == "tanh"
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
        self.added = self.updates = 0
        self.figures = Tally()

    @torch.no_grad()
    def add(self, pictures: Tensor, targets: Tensor) -> None:
        # A column a picture: products of these shapes, and sums over labels, run at twice the speed of the usual rows.
        hidden_weight, hidden_bias, output_weight, output_bias = self.weights
        inputs, where = pictures.flatten(1), targets[None]  # (microbatch, inputs), (1, microbatch)
        twice = 2 if self.tanh else 1  # tanh x = 2 logistic(2 x) - 1; torch has vector code for the logistic only
        sums = torch.addmm(hidden_bias[:, None], hidden_weight, inputs.t(), alpha=twice, beta=twice)
        hidden = sums.sigmoid_().mul_(2).sub_(1) if self.tanh else sums.sigmoid_()  # (hidden, microbatch)
        logits = torch.addmm(output_bias[:, None], output_weight, hidden)  # (labels, microbatch)
        shares = logits.softmax(0)
        self.figures.add(shares.gather(0, where)[0], shares.amax(0))

        slope = shares.sub_(self.label_smoothing / len(logits))  # of the loss by each logit: share less target
        slope.scatter_add_(0, where, slope.new_full((1, 1), self.label_smoothing - 1).expand(where.shape))
        self._put(2, slope, hidden.t())
        back = torch.mm(output_weight.t(), slope)  # of the loss by each hidden unit, then by its sum
        back = back.addcmul_(back, hidden * hidden, value=-1) if self.tanh else back.mul_(hidden - hidden * hidden)
        self._put(0, back, inputs)
        self.added += len(targets)

    def _put(self, layer: int, slope: Tensor, inputs: Tensor) -> None:
        """Add a layer's gradients: `slope` (outputs, microbatch) of the loss by its sums, `inputs` (microbatch, n)."""
        weight, bias = self.gradients[layer : layer + 2]
        torch.addmm(weight, slope, inputs, beta=1 if self.added else 0, out=weight)
        if self.added:
            bias.add_(slope.sum(1))
        else:
            torch.sum(slope, 1, out=bias)

    @torch.no_grad()
    def update(self, rate: float) -> None:
        self.gradient.div_(self.added)
        self.updates, self.added = self.updates + 1, 0
        fresh, fresh_square = (1 - beta**self.updates for beta in BETAS)  # both running means start at 0
        self.weights[0].mul_(1 - rate * self.weight_decay)
        self.mean.lerp_(self.gradient, 1 - BETAS[0])
        self.square.mul_(BETAS[1]).addcmul_(self.gradient, self.gradient, value=1 - BETAS[1])
        scale = math.sqrt(fresh_square)
        self.flat.addcdiv_(self.mean, self.square.sqrt().add_(TINY * scale), value=-rate * scale / fresh)

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

    def __init__(self, model: nn.Module, weight_decay: float, label_smoothing: float) -> None:
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
        shares = logits.detach().softmax(1)
        self.figures.add(shares.gather(1, targets[:, None])[:, 0], shares.amax(1))
        self.added += len(targets)

    def update(self, rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
            for parameter in group["params"]:
                parameter.grad.div_(self.added)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.added = 0

    def tally(self) -> tuple[float, int]:
        return self.figures.take()

    def state_dict(self) -> Values:
        return self.optimizer.state_dict()

    def load_state_dict(self, state: Values) -> None:
        self.optimizer.load_state_dict(state)
