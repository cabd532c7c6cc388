"""The mlp's optimisation step, written out by hand on one flat vector of parameters.

Several times as quick as autograd and torch.optim, whose cost at this size is bookkeeping.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from charnet.training.mlp import Mlp
from charnet.training.ranks import ALONE, Ranks
from charnet.training.tally import Tally

BETAS = (0.9, 0.95)  # how slowly AdamW's running mean of the gradient and of its square forget
TINY = 1e-8  # keeps AdamW from dividing by 0


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

    def state_dict(self) -> dict[str, Any]:
        return {"updates": self.updates, "mean": self.mean, "square": self.square}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.updates = state["updates"]
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])
