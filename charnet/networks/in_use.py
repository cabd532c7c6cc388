"""The network in use: setting it, and describing it and the change in one line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from charnet.networks import classify, stored
from charnet.networks.classify import Classifier


class Use(NamedTuple):
    """Whether a network just trained is the one in use."""

    now: bool
    line: str  # that says so at a terminal, with the command that changes it
    why: str = ""  # it is not


def set_current(where: str | Path, though: str = "") -> str:
    """Make a network (see `stored.find`) the one in use; returns a line that says so, and how to go back.

    `though` is what else the line says of it. Raises what `classify.load` raises for a network that can't be read, and
    leaves the one in use as it is.
    """
    path = stored.find(where)
    new = classify.load(path)
    with stored.changing_current():
        before = current()
        back = f"; back: charnet use {quote(before.name)}" if before and still_there(before) else ""
        stored.copy_to_current(path)
    now = f"in use now: {describe(new)}"
    return f"{now} (before: {describe(before)}){though}{back}" if before else now


def set_current_if_useful(path: Path, guess: float | None = None, though: str = "") -> Use:
    """`set_current` a network just trained, unless it reads no better than a guess.

    `guess` is the share that is right where the most frequent label is always answered; None if it is unknown.
    """
    new = classify.load(path)
    accuracy, labels = new.facts.accuracy, new.spec.outputs
    by_chance = max(guess or 0, 1 / labels)
    if labels == 1:
        return unused(path, "a network of one label can't be wrong, and says nothing")
    if accuracy is None or accuracy > by_chance:
        return Use(True, set_current(path, though))
    why = f"{accuracy:.1%} right is no better than a guess among {labels} labels"
    if by_chance > 1 / labels:
        most = f"{labels} labels, {by_chance:.1%}"
        why = f"{accuracy:.1%} right is no better than always answering the most frequent of {most}"
    return unused(path, why)


def unused(path: Path, why: str = "") -> Use:
    """Why a network just trained is not in use, and how to use it all the same."""
    line = f"not in use{why and ': '}{why}; charnet use {quote(stored.name_of(path))} switches to it anyway"
    return Use(False, line, why)


def still_there(network: Classifier) -> bool:
    """Whether the network in use is found by its name once another one is in use."""
    with suppress(OSError, ValueError):
        path, used = stored.find(network.name), stored.find()
        return path.parent != stored.CURRENT and path.read_bytes() == used.read_bytes()
    return False


def current() -> Classifier | None:
    """The network in use or, where none is, the shipped one; None if it can't be read."""
    try:
        return classify.load()
    except (ValueError, OSError, ImportError):
        return None


def describe(network: Classifier) -> str:
    """A network's labels and, if known, its accuracy: "5 labels, 96 %"."""
    labels = network.spec.outputs
    accuracy = "" if network.facts.accuracy is None else f", {100 * network.facts.accuracy:.0f} %"
    return f"{labels} label{'s' if labels != 1 else ''}{accuracy}"
