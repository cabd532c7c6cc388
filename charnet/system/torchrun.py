"""The environment variables of torchrun, which starts one process per rank; elsewhere there is one, of rank 0."""

from __future__ import annotations

import os


def rank() -> int:
    """The number of this process, from 0."""
    return _variable("RANK", 0)


def world_size() -> int:
    """How many processes there are."""
    return _variable("WORLD_SIZE", 1)


def local_rank() -> int:
    """The number of this process among those of its machine."""
    return _variable("LOCAL_RANK", 0)


def local_world_size() -> int:
    """How many processes this machine has."""
    return _variable("LOCAL_WORLD_SIZE", 1)


def _variable(name: str, default: int) -> int:
    return int(os.environ.get(name, default)) if "TORCHELASTIC_RUN_ID" in os.environ else default
