"""Make logistic outputs read as likelihoods without changing a single ranking.

Cross-entropy training ranks better than training each output by itself (docs/log.md), but it fixes the logits only up
to a common term: what is added to all outputs alike changes no softmax. That freedom, one linear function of the hidden
units, and one common scale are fitted here by each output's own binary cross-entropy, after Platt (1999).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STEPS = 200


def calibrate(output: nn.Linear, hidden: Tensor, targets: Tensor) -> None:
    """Change `output` in place, given hidden activations (n, hidden) and right answers (n,)."""
    with torch.no_grad():
        logits = output(hidden)
    goal = F.one_hot(targets, output.out_features).to(logits)
    log_scale, common, offset = (
        torch.zeros(size, dtype=hidden.dtype, device=hidden.device, requires_grad=True)
        for size in (1, output.in_features, 1)
    )
    optimizer = torch.optim.Adam([log_scale, common, offset], lr=0.1)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 0.1 * (1 - step / STEPS)
        scaled = logits * log_scale.exp() + (hidden @ common + offset)[:, None]
        loss = F.binary_cross_entropy_with_logits(scaled, goal)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        output.weight.mul_(log_scale.exp()).add_(common)
        output.bias.mul_(log_scale.exp()).add_(offset)
