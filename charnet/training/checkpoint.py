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
from torch import Tensor

from charnet.system import files
from charnet.training import safe_load
from charnet.training.adamw import AdamW
from charnet.training.config import TrainConfig
from charnet.training.network import Network

NAME = "checkpoint.pt"

StateDict = dict[str, Any]


@dataclass(slots=True)
class State:
    """How far a fit is. What is random depends on the seed, the fold and the epoch alone, so no generator is kept."""

    settings: dict[str, Any] = field(default_factory=dict)  # of the whole run
    letters: str = ""  # fingerprint of the pictures and their labels
    epoch: int = 0  # epochs that are done
    model: dict[str, Tensor] = field(default_factory=dict)  # weights after that epoch
    optimizer: dict[str, int | Tensor] = field(default_factory=dict)
    best_epoch: int = 0
    best_loss: float = math.inf
    best_model: dict[str, Tensor] = field(default_factory=dict)
    hidden_units: dict[int, Tensor] = field(default_factory=dict)  # epoch -> their input weights, of a few epochs
    held_out_logits: Tensor | None = None  # of a fold of a cross-validation, once it is done
    seconds: float = 0.0  # of training
    pictures: int = 0  # trained on, each as often as it came
    path: str = NAME  # where it was read

    def begin(self, network: Network, adamw: AdamW) -> None:
        """Put a network and its optimizer where this state is; note where they are if this state is new.

        Raises `ValueError` for weights that do not fit the settings.
        """
        if not (self.epoch or self.model):
            return self.update(0, network.state_dict(), adamw)
        try:
            if self.best_model:  # which is needed at the end only
                network.load_state_dict(self.best_model)
            network.load_state_dict(self.model)
            adamw.load_state_dict(self.optimizer)
            units = network.hidden_units()
            if any(units is None or each.shape != units.shape for each in self.hidden_units.values()):
                raise ValueError("hidden_units are those of another network")
        except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
            reason = str(error).strip().splitlines()[-1].strip() if str(error) else type(error).__name__
            raise ValueError(f"resume: {self.path} does not fit its own settings ({reason}); train anew") from None

    def check_numbers(self) -> None:
        """Raise `ValueError` for a number that no fit leaves."""
        for name in ("epoch", "best_epoch", "seconds", "pictures"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}")
        if math.isnan(self.best_loss):
            raise ValueError("best_loss is not a number")

    def update(self, epoch: int, parameters: StateDict, adamw: AdamW, loss: float = math.inf) -> None:
        """Note where a training is after so many epochs; as its best epoch too where the validation loss is lower."""
        model, optimizer = copied(parameters), adamw.state_dict()
        # From here on nothing is called, or Ctrl-C could come between.
        if loss < self.best_loss:
            self.best_epoch, self.best_loss, self.best_model = epoch, loss, model
        self.epoch, self.model, self.optimizer = epoch, model, optimizer


def copied(state: StateDict) -> StateDict:
    """A copy that no later step changes."""
    return {name: value.clone() for name, value in state.items()}


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
        content = safe_load.load(path)
    except ValueError as error:
        raise ValueError(f"resume: {path} is damaged; train anew") from error
    if not isinstance(content, dict) or "settings" not in content:
        raise ValueError(f"resume: {path} is not a charnet checkpoint; name the folder of an interrupted run")
    content["path"] = str(path)
    lacking = [item.name for item in fields(State) if item.name not in content]
    if lacking:
        raise ValueError(f"resume: {path} has no {lacking[0]}: another version of charnet wrote it; train anew")
    try:
        safe_load.check_types(content, State)
        safe_load.check_types(content["settings"], TrainConfig)
        state = State(**content)
        config = TrainConfig.from_dict(state.settings)
        state.check_numbers()
        return state, config
    except (TypeError, AttributeError, ValueError, KeyError) as error:
        text = f"resume: {path} does not fit this version of charnet ({str(error).split('() ')[-1]}); train anew"
        raise ValueError(text) from None
