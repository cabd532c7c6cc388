"""Batch norm whose batch is spread over ranks: mean and variance of the whole, as one process would take them.

torch has the like for graphics cards only (SyncBatchNorm; Ioffe & Szegedy 2015 for the gradient).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from charnet.training.ranks import Ranks


def share(model: nn.Module, ranks: Ranks) -> None:
    """Have all batch norms of a model take their batch from all ranks while it trains."""
    if ranks.count > 1:
        for module in model.modules():
            if isinstance(module, _BatchNorm):
                module.forward = partial(_forward, module, ranks)  # type: ignore[method-assign]


def _forward(module: _BatchNorm, ranks: Ranks, x: Tensor) -> Tensor:
    if not module.training:
        return type(module).forward(module, x)
    normalised: Tensor = _Normalise.apply(x, module, ranks)
    shape = (1, -1, *[1] * (x.ndim - 2))
    return normalised * module.weight.view(shape) + module.bias.view(shape)


class _Normalise(torch.autograd.Function):
    """(x - mean) / sqrt(variance + eps) over all of (batch, channels, ...) but the channels, and over the ranks."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, module: _BatchNorm, ranks: Ranks) -> Tensor:
        over = [0, *range(2, x.ndim)]
        mean = x.sum(over)
        count = ranks.add_up([mean], x.numel() // x.shape[1])
        mean /= count
        # A second round: squares less the squared mean would lose what is small beside the mean.
        spread = (x - mean.view(1, -1, *[1] * (x.ndim - 2))).square().sum(over)
        ranks.add_up([spread], 0)
        assert module.running_mean is not None and module.running_var is not None and module.momentum is not None
        module.running_mean.lerp_(mean, module.momentum)
        module.running_var.lerp_(spread / (count - 1), module.momentum)
        variance = spread / count
        normalised = F.batch_norm(x, mean, variance, eps=module.eps)
        ctx.save_for_backward(normalised, (variance + module.eps).rsqrt())
        ctx.ranks, ctx.count, ctx.over = ranks, count, over
        return normalised

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor, None, None]:
        (slope,), (normalised, scale) = slopes, ctx.saved_tensors
        sums = [slope.sum(ctx.over), (slope * normalised).sum(ctx.over)]
        ctx.ranks.add_up(sums, 0)
        shape = (1, -1, *[1] * (slope.ndim - 2))
        mean, along = (part.view(shape) / ctx.count for part in sums)
        return (slope - mean - normalised * along) * scale.view(shape), None, None
