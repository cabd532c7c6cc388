"""The network in use: setting it, and describing it and the change in one line."""

from __future__ import annotations

from pathlib import Path

from charnet.networks import classify, stored
from charnet.networks.classify import Classifier


def set_current(where: str | Path) -> str:
    """Make a network (see `stored.find`) the one in use; returns a line that says so, and how to go back.

    Raises what `classify.load` raises for a network that can't be read, and leaves the one in use as it is.
    """
    path = stored.find(where)
    new = classify.load(path)
    with stored.changing_current():
        before = current()
        stored.copy_to_current(path)
    now = f"in use now: {describe(new)}"
    return f"{now} (before: {describe(before)}); back: charnet use {before.name}" if before else now


def set_current_if_useful(path: Path) -> str:
    """`set_current` a network just trained, unless it reads no better than chance; returns a line that says which."""
    new = classify.load(path)
    accuracy, labels = new.facts.accuracy, new.spec.outputs
    if accuracy is None or accuracy > 1 / labels or labels == 1:
        return set_current(path)
    return (
        f"not in use: {accuracy:.1%} right is no better than a guess among {labels} labels; "
        f"charnet use {stored.name_of(path)} switches to it anyway"
    )


def current() -> Classifier | None:
    """The network in use or, where none is, the shipped one; None if it can't be read."""
    try:
        return classify.load()
    except (ValueError, OSError):
        return None


def describe(network: Classifier) -> str:
    """A network's labels and, if known, its accuracy: "5 labels, 96 %"."""
    labels = network.spec.outputs
    accuracy = "" if network.facts.accuracy is None else f", {100 * network.facts.accuracy:.0f} %"
    return f"{labels} label{'s' if labels != 1 else ''}{accuracy}"
