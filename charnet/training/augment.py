"""Distortions of a batch: what one's own hand does to a letter from one time to the next. Never a flip (b, d, p, q).

Affine maps and smooth bends as in Simard et al., "Best practices for convolutional neural networks applied to visual
document analysis" (2003). Where each pixel comes from is a random mixture of fixed fields (x, y, one, bumps), so that
a batch of distortions is one matrix product.
"""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from charnet.training.config import AugmentConfig

GRID = (4, 3)  # rows and columns of the bumps that bend a picture


def distort(
    pictures: Tensor, config: AugmentConfig, strength: float = 1, generator: torch.Generator | None = None
) -> Tensor:
    """Pictures (batch, rows, columns) in [0, 1] -> each distorted in its own way, by the settings times `strength`."""
    if config.scale or config.rotation or config.shear or config.shift or config.bend:
        pictures = _warp(pictures, config, strength, generator)
    return _thicken(pictures, strength * config.thickness, generator) if config.thickness else pictures


def _warp(pictures: Tensor, config: AugmentConfig, strength: float, generator: torch.Generator | None) -> Tensor:
    """Take each pixel from another place of its picture, interpolated bilinearly."""
    batch, rows, columns = pictures.shape
    device = pictures.device
    fields, identity = _fields(rows, columns, device)
    spread = _spread(config.scale, config.shear, config.shift, config.bend, device)
    weights = torch.randn(batch, 2, len(fields), generator=generator, device=device).mul_(strength * spread)
    if config.rotation:
        angle = strength * config.rotation * torch.randn(batch, generator=generator, device=device)
        weights[:, 0, 1].add_(angle, alpha=rows / columns)
        weights[:, 1, 0].sub_(angle, alpha=columns / rows)
    source = torch.addmm(identity.repeat(batch, 1), weights.flatten(0, 1), fields)
    grid = source.view(batch, 2, rows, columns).permute(0, 2, 3, 1)
    return F.grid_sample(pictures[:, None], grid, align_corners=False)[:, 0]


@cache
def _fields(rows: int, columns: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The fields (15, pixels): x and y from -1 to 1, one, and a grid of soft bumps; and x and y alone (2, pixels)."""
    y, x = torch.meshgrid(
        (2 * torch.arange(rows) + 1) / rows - 1, (2 * torch.arange(columns) + 1) / columns - 1, indexing="ij"
    )
    bumps = [
        torch.exp(-2 * ((x - across) ** 2 + (y - down) ** 2))
        for down in torch.linspace(-1, 1, GRID[0])
        for across in torch.linspace(-1, 1, GRID[1])
    ]
    fields = torch.stack([x, y, torch.ones_like(x), *bumps]).flatten(1).to(device)
    return fields, fields[:2]


@cache
def _spread(scale: float, shear: float, shift: float, bend: float, device: torch.device) -> Tensor:
    """Standard deviations (2, 15) of the weights of the fields in the x and the y that a pixel comes from."""
    bumps = [bend] * (GRID[0] * GRID[1])
    return torch.tensor([[scale, shear, shift, *bumps], [shear, scale, shift, *bumps]], device=device)


def _thicken(pictures: Tensor, thickness: float, generator: torch.Generator | None) -> Tensor:
    """Towards the darkest of a pixel and its four neighbours (thicker) or the lightest (thinner)."""
    noise = torch.randn(len(pictures), 1, 1, generator=generator, device=pictures.device)
    step = noise.mul_(thickness).clamp_(-1, 1)
    sign = step.sign()  # the lightest of some numbers is the darkest of their negatives
    padded = F.pad(pictures, (1, 1, 1, 1)) * sign
    # On the flattened batch neighbours are slices without gaps, whose maxima take a third of the time of a picture's.
    flat, wide = padded.flatten(), padded.shape[2]
    most = flat.clone()
    inside = most[wide:-wide]
    for shift in (-wide, -1, 1, wide):
        torch.maximum(inside, flat[wide + shift : len(flat) - wide + shift], out=inside)
    return torch.lerp(padded, most.view_as(padded), step.abs()).mul_(sign)[:, 1:-1, 1:-1]
