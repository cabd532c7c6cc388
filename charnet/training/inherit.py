"""What a network takes over from one that was stored."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from charnet.spec import Spec


@torch.no_grad()
def take_over(output: nn.Linear, spec: Spec, have: Spec, weight: Tensor, bias: Tensor) -> tuple[str, ...]:
    """Give the outputs of labels that another network has too its weights (its labels, n) and biases; those labels."""
    shared = tuple(label for label in spec.labels if label in have.labels)
    ours, theirs = ([labels.index(label) for label in shared] for labels in (spec.labels, have.labels))
    output.weight[ours], output.bias[ours] = weight[theirs].to(output.weight), bias[theirs].to(output.bias)
    return shared


def check_inputs(have: Spec, want: Spec) -> None:
    """`ValueError` for a network that reads pictures of another size or framing than asked for; names both."""
    for name in ("width", "height", "framing"):
        ours, theirs = getattr(want, name), getattr(have, name)
        if ours != theirs:
            raise ValueError(f"its {name}: {theirs}, asked for: {ours}; add data.{name}={theirs}")
