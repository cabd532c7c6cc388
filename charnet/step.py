"""One optimisation step: gradients of a batch, then AdamW (Loshchilov & Hutter 2019).

For the mlp both are written out by hand on one flat vector of parameters, several times as quick as autograd and
torch.optim, whose cost at this size is bookkeeping. Other networks take the usual way, behind the same four methods.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.model import Mlp

BETAS = (0.9, 0.95)  # how slowly AdamW's running mean of the gradient and of its square forget
TINY = 1e-8  # keeps AdamW from dividing by 0

State = dict[str, Any]


class Step(Protocol):
    """What the training loop asks for. A batch may come in parts: `add` each, then `update` once."""

    def add(self, pictures: Tensor, answers: Tensor) -> None:
        """Pictures (part, height, width) and the indices of their labels (part,): add their gradients and figures."""

    def update(self, rate: float) -> None:
        """Move the weights by the mean gradient of what was added, at this learning rate."""

    def tally(self) -> tuple[Tensor, Tensor]:
        """Summed loss and number of right answers of all that was added since the last call; both on the device."""

    def state_dict(self) -> State:
        """What the next update depends on besides the weights, as plain numbers and tensors."""

    def load_state_dict(self, state: State) -> None:
        """The inverse of `state_dict`."""


def build(model: nn.Module, weight_decay: float, label_smoothing: float) -> Step:
    """The step for a network that is on its device already.

    `weight_decay`, times the learning rate, is the share by which the weights that read pictures shrink with each
    update; biases and the last layer keep theirs (docs/log.md has why).
    """
    if isinstance(model, Mlp):
        return MlpStep(model, weight_decay, label_smoothing)
    return AutogradStep(model, weight_decay, label_smoothing)


class MlpStep:
    """The mlp's step. Its parameters become views of one vector: first the hidden layer's weights, which decay."""

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
        self.loss, self.right = self.flat.new_zeros(()), self.flat.new_zeros(())

    @torch.no_grad()
    def add(self, pictures: Tensor, answers: Tensor) -> None:
        # A column a picture: products of these shapes, and sums over labels, run at twice the speed of the usual rows.
        hidden_weight, hidden_bias, output_weight, output_bias = self.weights
        inputs, where = pictures.flatten(1), answers[None]  # (part, inputs), (1, part)
        twice = 2 if self.tanh else 1  # tanh x = 2 logistic(2 x) - 1; torch has vector code for the logistic only
        sums = torch.addmm(hidden_bias[:, None], hidden_weight, inputs.t(), alpha=twice, beta=twice)
        hidden = sums.sigmoid_().mul_(2).sub_(1) if self.tanh else sums.sigmoid_()  # (hidden, part)
        logits = torch.addmm(output_bias[:, None], output_weight, hidden)  # (labels, part)
        shares = logits.softmax(0)

        # -log share of the right label, plus what the smoothing, spread evenly over the labels, adds to it.
        right, smooth = logits.gather(0, where)[0], self.label_smoothing
        self.loss.sub_(shares.gather(0, where).clamp_(min=1e-38).log_().sum())
        self.loss.add_(right.sum(), alpha=smooth).sub_(logits.sum(), alpha=smooth / len(logits))
        self.right += (right == logits.amax(0)).sum()

        slope = shares.sub_(smooth / len(logits))  # of the loss by each logit: share less target
        slope.scatter_add_(0, where, slope.new_full((1, 1), smooth - 1).expand(where.shape))
        self._put(2, slope, hidden.t())
        back = torch.mm(output_weight.t(), slope)  # of the loss by each hidden unit, then by its sum
        back = back.addcmul_(back, hidden * hidden, value=-1) if self.tanh else back.mul_(hidden - hidden * hidden)
        self._put(0, back, inputs)
        self.added += len(answers)

    def _put(self, layer: int, slope: Tensor, inputs: Tensor) -> None:
        """Add a layer's gradients: `slope` (outputs, part) of the loss by its sums, `inputs` (part, inputs)."""
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

    def tally(self) -> tuple[Tensor, Tensor]:
        told = self.loss, self.right
        self.loss, self.right = torch.zeros_like(self.loss), torch.zeros_like(self.right)
        return told

    def state_dict(self) -> State:
        return {"updates": self.updates, "mean": self.mean, "square": self.square}

    def load_state_dict(self, state: State) -> None:
        self.updates = state["updates"]
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])


class AutogradStep:
    """Any other network's step, by autograd and torch.optim."""

    def __init__(self, model: nn.Module, weight_decay: float, label_smoothing: float) -> None:
        self.model, self.label_smoothing = model, label_smoothing
        *reading, last = [parameter for parameter in model.parameters() if parameter.ndim > 1]
        rest = [parameter for parameter in model.parameters() if parameter.ndim == 1]
        groups = [{"params": reading, "weight_decay": weight_decay}, {"params": [last, *rest], "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, betas=BETAS, eps=TINY, fused=True)
        self.added = 0
        self.loss, self.right = last.new_zeros(()), last.new_zeros(())

    def add(self, pictures: Tensor, answers: Tensor) -> None:
        logits = self.model(pictures)
        loss = F.cross_entropy(logits, answers, label_smoothing=self.label_smoothing, reduction="sum")
        loss.backward()
        self.loss += loss.detach()
        self.right += (logits.detach().argmax(1) == answers).sum()
        self.added += len(answers)

    def update(self, rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
            for parameter in group["params"]:
                parameter.grad.div_(self.added)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.added = 0

    def tally(self) -> tuple[Tensor, Tensor]:
        told = self.loss, self.right
        self.loss, self.right = torch.zeros_like(self.loss), torch.zeros_like(self.right)
        return told

    def state_dict(self) -> State:
        return self.optimizer.state_dict()

    def load_state_dict(self, state: State) -> None:
        self.optimizer.load_state_dict(state)
