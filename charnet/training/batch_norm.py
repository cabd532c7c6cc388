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
    normalised: Tensor = _Normalise.apply(x, module.weight, module.bias, module, ranks)
    return normalised


class _Normalise(torch.autograd.Function):
    """weight (x - mean) / sqrt(variance + eps) + bias for x (batch, channels, ...), a mean and a variance a channel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, module: _BatchNorm, ranks: Ranks) -> Tensor:
        over = [0, *range(2, x.ndim)]
        sums = torch.stack([x.sum(over), x.square().sum(over)]).double()  # of which the difference loses nothing
        count = ranks.add_up([sums], x.numel() // x.shape[1])
        mean = sums[0] / count
        variance = (sums[1] / count - mean.square()).clamp(min=0)
        assert module.running_mean is not None and module.running_var is not None and module.momentum is not None
        module.running_mean.lerp_(mean.float(), module.momentum)
        module.running_var.lerp_((variance * count / (count - 1)).float(), module.momentum)
        mean, variance = mean.float(), variance.float()
        ctx.save_for_backward(x, weight, mean, (variance + module.eps).rsqrt())
        ctx.ranks, ctx.count, ctx.over = ranks, count, over
        return F.batch_norm(x, mean, variance, weight, bias, eps=module.eps)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        (slope,), (x, weight, mean, scale) = slopes, ctx.saved_tensors
        for_bias = slope.sum(ctx.over)
        for_weight = ((slope * x).sum(ctx.over) - mean * for_bias) * scale
        sums = torch.stack([for_bias, for_weight])
        ctx.ranks.add_up([sums], 0)
        # The slope less its mean and less what runs along the normalised x, all of it linear in slope and x.
        along = sums[1] / ctx.count * scale
        shift = mean * along - sums[0] / ctx.count
        shape = (1, -1, *[1] * (x.ndim - 2))
        inner = torch.addcmul(shift.view(shape), x, along.view(shape), value=-1)
        return inner.add_(slope).mul_((weight * scale).view(shape)), for_weight, for_bias, None, None
