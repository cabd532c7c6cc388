"""What torchrun tells the processes that it starts, one a rank; elsewhere there is one, of rank 0. Free of torch."""

from __future__ import annotations

import os


def rank() -> int:
    return _told("RANK", 0)


def ranks() -> int:
    return _told("WORLD_SIZE", 1)


def rank_here() -> int:
    """Among the ranks of this machine."""
    return _told("LOCAL_RANK", 0)


def ranks_here() -> int:
    """Of this machine."""
    return _told("LOCAL_WORLD_SIZE", 1)


def _told(name: str, alone: int) -> int:
    return int(os.environ.get(name, alone)) if "TORCHELASTIC_RUN_ID" in os.environ else alone
