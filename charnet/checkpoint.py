"""checkpoint.pt: all that an interrupted run needs to end as if it had not been; plain types, no pickled classes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from charnet import files

NAME = "checkpoint.pt"

State = dict[str, Any]


class Optimizer(Protocol):
    """What moves the weights and remembers how; `step.Step`, or one of torch's."""

    def state_dict(self) -> State: ...

    def load_state_dict(self, state: State) -> None: ...


def save(folder: Path, state: State) -> None:
    file = io.BytesIO()
    torch.save(state, file)
    files.write_bytes(folder / NAME, file.getvalue())


def read(folder: Path) -> State:
    """The state of an interrupted run. `FileNotFoundError` without one, `ValueError` for a torn one."""
    path = folder / NAME
    if not path.is_file():
        raise FileNotFoundError(f"resume: {path} is not there; name the folder of an interrupted run")
    try:
        state: State = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler answers torn files with nearly anything
        raise ValueError(f"resume: {path} is torn; train anew") from error
    if not isinstance(state, dict) or "settings" not in state:
        raise ValueError(f"resume: {path} is not a charnet checkpoint; name the folder of an interrupted run")
    return state


def snapshot(model: nn.Module, optimizer: Optimizer, device: torch.device) -> State:
    """A copy of all that the next epoch depends on: weights, optimiser, random numbers."""
    random = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        random["cuda"] = torch.cuda.get_rng_state(device)
    return {"model": copy(model.state_dict()), "optimizer": copy(optimizer.state_dict()), "random": random}


def restore(state: State, model: nn.Module, optimizer: Optimizer, device: torch.device) -> None:
    """The inverse of `snapshot`."""
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"]["cpu"])
    if device.type == "cuda" and "cuda" in state["random"]:
        torch.cuda.set_rng_state(state["random"]["cuda"], device)


def copy(value: Any) -> Any:
    """A copy of nested dicts and lists whose tensors no later step changes."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: copy(inner) for key, inner in value.items()}
    return [copy(inner) for inner in value] if isinstance(value, list) else value
