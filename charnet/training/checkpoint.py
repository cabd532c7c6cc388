"""checkpoint.pt: all that an interrupted fit needs to end as if it had not been; plain types, no pickled classes.

That of the fit whose network is kept lies in the run's folder, those of a cross-validation's in fold-1, fold-2, ...
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from charnet.system import files
from charnet.training.config import TrainConfig
from charnet.training.optimiser import Optimiser

NAME = "checkpoint.pt"

Values = dict[str, Any]  # what a `state_dict` gives


@dataclass(slots=True)
class State:
    """How far a fit is. What is random depends on the seed, the fold and the epoch alone, so no generator is kept."""

    settings: Values  # of the whole run, as nested dicts
    letters: str = ""  # fingerprint of the pictures and their labels
    epoch: int = 0  # that are done
    model: Values = field(default_factory=dict)  # weights after that epoch
    optimiser: Values = field(default_factory=dict)
    best_epoch: int = 0
    best_loss: float = math.inf
    best_model: Values = field(default_factory=dict)
    units: dict[int, Tensor] = field(default_factory=dict)  # epoch -> the hidden units' input weights, of a few epochs
    held: Tensor | None = None  # logits of what a fold of a cross-validation held out, once it is done
    seconds: float = 0.0  # of training
    seen: int = 0  # pictures trained on, each as often as it came

    def note(self, epoch: int, model: nn.Module, optimiser: Optimiser, loss: float = math.inf) -> None:
        """Take over where a training is after so many epochs, and with which loss on what chooses the best one."""
        weights, steps = copy(model.state_dict()), copy(optimiser.state_dict())
        # From here on nothing is called, or Ctrl-C could come between.
        if loss < self.best_loss:
            self.best_epoch, self.best_loss, self.best_model = epoch, loss, weights
        self.epoch, self.model, self.optimiser = epoch, weights, steps


def clear(folder: Path) -> None:
    """Remove what another run left in the same folder."""
    for path in [folder / NAME, *folder.glob(f"fold-*/{NAME}")]:
        path.unlink(missing_ok=True)


def save(folder: Path, state: State) -> None:
    file = io.BytesIO()
    torch.save({item.name: getattr(state, item.name) for item in fields(state)}, file)
    files.write_bytes(folder / NAME, file.getvalue())


def read(folder: Path) -> tuple[State, TrainConfig]:
    """The state of an interrupted fit and the settings of its run.

    `FileNotFoundError` without one, `ValueError` for one that is torn or that another version of charnet wrote.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise FileNotFoundError(f"resume: {folder}: no such folder; name that of an interrupted run")
    if not path.is_file():
        raise FileNotFoundError(f"resume: {path} is not there; name the folder of an interrupted run")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler answers torn files with nearly anything
        raise ValueError(f"resume: {path} is damaged; train anew") from error
    if not isinstance(content, dict) or "settings" not in content:
        raise ValueError(f"resume: {path} is not a charnet checkpoint; name the folder of an interrupted run")
    lacking = [item.name for item in fields(State) if item.name not in content]
    if lacking:
        raise ValueError(f"resume: {path} has no {lacking[0]}: another version of charnet wrote it; train anew")
    try:
        state = State(**content)
        return state, TrainConfig.from_dict(state.settings)
    except (TypeError, AttributeError, ValueError) as error:
        text = f"resume: {path} does not fit this version of charnet ({str(error).split('() ')[-1]}); train anew"
        raise ValueError(text) from None


def restore(folder: Path, state: State, model: nn.Module, optimiser: Optimiser) -> None:
    """Put a network and its optimiser where the state says. `ValueError` for weights that do not fit the settings."""
    try:
        model.load_state_dict(state.model)
        optimiser.load_state_dict(state.optimiser)
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = str(error).strip().splitlines()[-1].strip() if str(error) else type(error).__name__
        raise ValueError(f"resume: {folder / NAME} does not fit its own settings ({reason}); train anew") from None


def copy(value: Any) -> Any:
    """A copy of nested dicts and lists whose tensors no later step changes."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: copy(inner) for key, inner in value.items()}
    return [copy(inner) for inner in value] if isinstance(value, list) else value
