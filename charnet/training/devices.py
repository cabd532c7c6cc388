"""Where a training computes: its device, its threads, and the random numbers there."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from charnet.system import torchrun


def choose(name: str) -> torch.device:
    """The device that a setting names. `ValueError` for one that this machine has not."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[name]:
        raise ValueError(f"device: torch finds no {name} on this machine; use device=cpu")
    return torch.device(f"cuda:{torchrun.rank_here()}" if name == "cuda" else name)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """So many of torch's threads within the block; a program that trains by calling us keeps its own number."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def seeded(device: torch.device, *numbers: int) -> torch.Generator:
    """The device's own generator, from which dropout draws too, started anew from these numbers.

    `torch.manual_seed` does the same for all devices at once, in a fifth of the time of an epoch.
    """
    random = torch.default_generator
    if device.type == "mps":
        random = torch.mps._get_default_mps_generator()
    elif device.type == "cuda":
        random = torch.cuda.default_generators[device.index or torch.cuda.current_device()]
    return random.manual_seed(seed(*numbers))


def seed(*numbers: int) -> int:
    """One number out of several."""
    return zlib.crc32(repr(numbers).encode())
