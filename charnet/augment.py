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

GRID = (4, 3)  # rows and columns of the bumps that bend a picture


def distort(
    pictures: Tensor,
    *,
    scale: float = 0,
    rotation: float = 0,
    shear: float = 0,
    shift: float = 0,
    bend: float = 0,
    thickness: float = 0,
    strength: float = 1,
) -> Tensor:
    """Pictures (batch, rows, columns) in [0, 1] -> each distorted in its own way; draws from torch's generator.

    Standard deviations, 0 = off: `scale`, `shear`, `shift` and `bend` as a share of half the picture's side, `rotation`
    in radians, `thickness` as a share of the step to the darkest neighbour (thicker) or the lightest (thinner).
    `strength` multiplies them all.
    """
    if scale or rotation or shear or shift or bend:
        batch, rows, columns = pictures.shape
        fields, place = _fields(rows, columns, pictures.device)
        turn = (rotation * rows / columns, rotation * columns / rows)
        spread = _spread(scale, shear, shift, bend, pictures.device)
        weights = strength * spread * torch.randn(batch, 2, len(fields), device=pictures.device)
        if rotation:
            angle = strength * torch.randn(batch, device=pictures.device)
            weights[:, 0, 1] += turn[0] * angle
            weights[:, 1, 0] -= turn[1] * angle
        source = torch.addmm(place.repeat(batch, 1), weights.flatten(0, 1), fields)
        grid = source.view(batch, 2, rows, columns).permute(0, 2, 3, 1)
        pictures = F.grid_sample(pictures[:, None], grid, align_corners=False)[:, 0]
    return _thicken(pictures, strength * thickness) if thickness else pictures


@cache
def _fields(rows: int, columns: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The fields (15, pixels): x and y from -1 to 1, one, and a grid of soft bumps; and the places (2, pixels)."""
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


def _thicken(pictures: Tensor, thickness: float) -> Tensor:
    """Towards the darkest of a pixel and its four neighbours (thicker) or the lightest (thinner)."""
    step = (torch.randn(len(pictures), 1, 1, device=pictures.device) * thickness).clamp(-1, 1)
    way = step.sign()  # the lightest of some numbers is the darkest of their negatives
    padded = F.pad(pictures, (1, 1, 1, 1)) * way
    # On the flattened batch neighbours are slices without gaps, whose maxima take a third of the time of a picture's.
    flat, wide = padded.flatten(), padded.shape[2]
    most = flat.clone()
    inside = most[wide:-wide]
    for shift in (-wide, -1, 1, wide):
        torch.maximum(inside, flat[wide + shift : len(flat) - wide + shift], out=inside)
    return torch.lerp(padded, most.view_as(padded), step.abs()).mul_(way)[:, 1:-1, 1:-1]
