"""AdamW (Loshchilov & Hutter 2019), and the one-cycle learning rate (Smith 2018)."""

from __future__ import annotations

import math
from typing import Any

import torch

from charnet.training.network import Network

BETAS = (0.9, 0.95)  # decay rates of the running means of the gradient and of its square
EPSILON = 1e-8  # keeps a step from dividing by 0
WARM_UP = 0.1  # share of the steps over which the learning rate rises


class AdamW:
    """Steps all parameters of a network at once: several times as quick as torch.optim, whose cost here is bookkeeping.

    The network, on its device already, gets views of one vector for its parameters and of another for their gradients.
    Weight decay shrinks the weights that read pictures; biases and the last layer keep theirs (docs/log.md has why).
    """

    def __init__(self, network: Network, weight_decay: float) -> None:
        matrices = [parameter for parameter in network.parameters() if parameter.ndim > 1]
        decaying = [parameter for parameter in matrices if parameter is not network.output.weight]
        others = [network.output.weight, *(parameter for parameter in network.parameters() if parameter.ndim == 1)]
        parameters = [*decaying, *others]
        self.weight_decay = weight_decay
        size = sum(parameter.numel() for parameter in parameters)
        self.weights, self.gradient, self.mean, self.square = (parameters[0].detach().new_zeros(size) for _ in range(4))
        self.decaying = self.weights[: sum(parameter.numel() for parameter in decaying)]
        self.one = self.weights.new_ones(())
        self.steps = start = 0
        for parameter in parameters:
            shape = parameter.shape, parameter.stride()  # which may be in the order of channels_last
            parameter.data = self.weights.as_strided(*shape, start).copy_(parameter.data)
            parameter.grad = self.gradient.as_strided(*shape, start)
            start += parameter.numel()

    @torch.no_grad()
    def step(self, lr: float, count: int) -> None:
        """Move the weights by the gradient, which is a sum over `count` pictures."""
        self.steps += 1
        # Both running means start at 0. Dividing the gradient by `count` is folded into the scalars.
        bias_correction, square_correction = (1 - beta**self.steps for beta in BETAS)
        self.decaying.add_(self.decaying, alpha=-lr * self.weight_decay)
        self.mean.add_(self.mean, alpha=BETAS[0] - 1).add_(self.gradient, alpha=(1 - BETAS[0]) / count)
        self.square.add_(self.square, alpha=BETAS[1] - 1)
        self.square.addcmul_(self.gradient, self.gradient, value=(1 - BETAS[1]) / count**2)
        scale = math.sqrt(square_correction)
        denominator = self.square.sqrt().add_(self.one, alpha=EPSILON * scale)
        self.weights.addcdiv_(self.mean, denominator, value=-lr * scale / bias_correction)

    def state_dict(self) -> dict[str, Any]:
        """What the next step depends on besides weights and gradient."""
        return {"steps": self.steps, "mean": self.mean.clone(), "square": self.square.clone()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        if type(state["steps"]) is not int or state["steps"] < 0:
            raise ValueError(f"steps are {str(state['steps'])[:40]}")
        self.steps = state["steps"]
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])


def one_cycle(step: int, steps: int) -> float:
    """Share of the highest learning rate: up over the first tenth, then down to 0, along cosines."""
    progress = (step + 1) / steps
    if progress < WARM_UP:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / WARM_UP)) / 2
    return (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2
