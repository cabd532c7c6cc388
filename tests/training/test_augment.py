import numpy as np
import pytest
import torch

from charnet.training import augment
from charnet.training.config import AugmentConfig

PICTURE = torch.zeros(1, 16, 10)
PICTURE[0, 3:13, 3] = 1
PICTURE[0, 11:13, 3:8] = 1  # an L
MANY = PICTURE.repeat(500, 1, 1)


def distort(pictures: torch.Tensor, **by: float) -> torch.Tensor:
    """Distorted by the settings named, and by nothing else."""
    none = dict.fromkeys(("scale", "rotation", "shear", "shift", "bend", "thickness"), 0.0)
    return augment.distort(pictures, AugmentConfig(**{**none, **by}))


def middle(pictures: torch.Tensor) -> np.ndarray:
    """Centre of the ink, (n, 2): row and column."""
    p = pictures.numpy()
    mass = p.sum(axis=(1, 2))
    rows = (p.sum(axis=2) @ np.arange(p.shape[1])) / mass
    return np.stack([rows, (p.sum(axis=1) @ np.arange(p.shape[2])) / mass], axis=1)


def test_nothing_asked_nothing_done():
    assert distort(MANY) is MANY


def test_hardly_anything_asked_hardly_anything_done():
    tiny = distort(MANY, scale=1e-6, rotation=1e-6, shear=1e-6, shift=1e-6, bend=1e-6, thickness=1e-6)
    assert (tiny - MANY).abs().max() < 1e-4


def test_shift_is_a_share_of_half_the_side():
    torch.manual_seed(0)
    dot = torch.zeros(2000, 40, 20)
    dot[:, 19:21, 9:11] = 1
    moved = middle(distort(dot, shift=0.1)) - middle(dot)
    assert np.abs(moved.mean(axis=0)).max() < 0.1
    assert moved.std(axis=0) == pytest.approx((2, 1), rel=0.1)  # 0.1 of 20 rows and of 10 columns


def test_rotation_is_in_radians_and_keeps_lengths():
    torch.manual_seed(0)
    ends = torch.zeros(2000, 40, 20)
    ends[:, 4:6, 9:11] = 1  # 15 pixels above the middle
    moved = middle(distort(ends, rotation=0.1))
    assert (moved[:, 1] - 9.5).std() == pytest.approx(1.5, rel=0.1)
    radius = np.hypot(moved[:, 0] - 19.5, moved[:, 1] - 9.5)
    assert np.abs(radius - 15).max() < 1


def test_scale_is_a_share_of_each_side():
    torch.manual_seed(0)
    box = torch.zeros(500, 40, 40)
    box[:, 10:30, 10:30] = 1
    scaled = distort(box, scale=0.1)
    width, height = scaled.amax(dim=1).sum(dim=1), scaled.amax(dim=2).sum(dim=1)
    assert abs(width.std() / 20 - 0.1) < 0.02
    assert abs(np.corrcoef(width.numpy(), height.numpy())[0, 1]) < 0.2


def test_never_a_flip():
    """What grows to the right still does, and what grows downwards, in the middle of every distorted picture."""
    torch.manual_seed(0)
    right = torch.linspace(0, 1, 10).expand(2000, 16, 10)
    down = torch.linspace(0, 1, 16)[:, None].expand(2000, 16, 10)
    across = augment.distort(right, AugmentConfig())[:, 5:11]
    assert (across[:, :, 6] > across[:, :, 3]).float().mean() > 0.99
    along = augment.distort(down, AugmentConfig())[:, :, 3:7]
    assert (along[:, 10] > along[:, 5]).float().mean() > 0.99


def test_thickness_goes_both_ways_and_stays_in_range():
    torch.manual_seed(0)
    changed = distort(MANY, thickness=0.5)
    mass = changed.sum(dim=(1, 2)) / PICTURE.sum()
    assert mass.min() < 0.7
    assert mass.max() > 1.3
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_each_picture_is_distorted_in_its_own_way_and_by_the_generator():
    torch.manual_seed(0)
    first = distort(MANY[:2], shift=0.5, bend=0.5)
    assert (first[0] - first[1]).abs().max() > 0.1
    torch.manual_seed(0)
    assert torch.equal(first, distort(MANY[:2], shift=0.5, bend=0.5))


def test_strength_multiplies_all_of_it():
    config = AugmentConfig()
    half = AugmentConfig(*(value / 2 for value in (0.15, 0.03, 0.15, 0.06, 0.075, 0.1)))
    once, twice = (torch.Generator().manual_seed(3) for _ in range(2))
    expected = augment.distort(MANY, half, generator=once)
    assert torch.allclose(augment.distort(MANY, config, strength=0.5, generator=twice), expected, atol=1e-6)


def test_a_generator_of_ones_own_draws_all_of_it():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first, second = (augment.distort(MANY[:3], AugmentConfig(), 1, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)
