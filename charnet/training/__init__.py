"""From letters to a network."""

from __future__ import annotations

import os
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charnet.networks import stored
from charnet.system import compose, pool, torchrun
from charnet.training.config import TrainConfig

if TYPE_CHECKING:
    from charnet.training.data import LetterFolder
    from charnet.training.network import Network

# OpenMP's threads, torch's among them, spin while they wait, unless told before torch is imported: with another busy
# process beside, they would take the cores that the others wait for. A few microseconds of it (GNU's OpenMP) cost those
# little, and a training alone is as quick as with all of it.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")

__all__ = ["LetterFolder", "TrainConfig", "load", "run"]


def run(config: TrainConfig, folder: str | Path | None = None, use: bool = True) -> dict[str, Any]:
    """Train from a program: `run(TrainConfig())`; the figures of metrics.json, and as `folder` where the run is.

    Left out, the folder is the one that `train.py` would take: outputs/<name>, or outputs/<date>/<time>. One that is
    not empty is left alone, and the run goes into folder-2, folder-3, ... The network becomes the one in use, unless
    it reads no better than a guess, was interrupted, is a cross-validation's, or `use` is false. Raises `ValueError`
    and `FileNotFoundError` for what a user can mend, `OSError` where files can't be written. Under torchrun all call
    it; `folder` is in the first one's result.
    """
    with pool.without_garbage_collection():
        from charnet.training import experiment  # here, since who only reads settings needs no torch

    if torchrun.rank():  # the first rank has the folder
        return experiment.run(deepcopy(config), Path(), use)
    where = Path(config.resume) if config.resume else claim(config, folder)
    try:
        return {**experiment.run(deepcopy(config), where, use), "folder": where}  # a run notes the labels it found
    except BaseException:
        if where.is_dir() and not any(where.iterdir()):
            where.rmdir()
        raise


def load(where: str | Path | None = None) -> Network:
    """The PyTorch module of a stored network, in eval mode: framed pictures (batch, height, width) -> logits.

    It is given by its file, the folder or name of its run, or its shipped name; None is the network in use. Raises what
    `charnet.load` raises.
    """
    from charnet.training import fitting

    return fitting.load(stored.find(where))


def claim(config: TrainConfig, folder: str | Path | None = None) -> Path:
    """Make the folder of a run, which no other run has."""
    if folder is None:
        return compose.claim(stored.OUTPUTS / (config.name or f"{datetime.now():%Y-%m-%d/%H-%M-%S}"), "")
    if Path(folder).is_dir() and not any(Path(folder).iterdir()):
        return Path(folder)
    return compose.claim(Path(folder), "")


def __getattr__(name: str) -> Any:
    if name == "LetterFolder":  # imports torch and torchvision
        from charnet.training.data import LetterFolder

        return LetterFolder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
