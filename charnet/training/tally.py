"""What a training says of an epoch: its loss and its right answers, summed as it goes."""

from __future__ import annotations

import torch
from torch import Tensor

KEPT = 64  # microbatches whose figures wait to be summed at once


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
