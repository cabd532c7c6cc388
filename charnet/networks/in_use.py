"""Which network answers from now on, and what is said when that changes."""

from __future__ import annotations

from pathlib import Path

from charnet.networks import classify, stored
from charnet.networks.classify import Classifier


def switch(where: str | Path) -> str:
    """Make a network (see `stored.find`) the one in use; a line that says so, and how to go back.

    Raises what `classify.load` raises for one that can't be read; the one in use then stays.
    """
    path = stored.find(where)
    new, before = classify.load(path), current()
    stored.use(path)
    now = f"in use now: {describe(new)}"
    return f"{now} (before: {describe(before)}); back: charnet use {before.name}" if before else now


def adopt(path: Path) -> str:
    """`switch` to a network just trained, unless it reads no better than chance; the line that says which."""
    new = classify.load(path)
    accuracy, labels = new.facts.accuracy, new.spec.outputs
    if accuracy is None or accuracy > 1 / labels or labels == 1:
        return switch(path)
    return (
        f"not in use: {accuracy:.1%} right is no better than a guess among {labels} labels; "
        f"charnet use {stored.name_of(path)} switches to it anyway"
    )


def current() -> Classifier | None:
    """The network in use, or the shipped one where none is; None where it can't be read."""
    try:
        return classify.load()
    except (ValueError, OSError):
        return None


def describe(network: Classifier) -> str:
    """Its labels and accuracy, as far as they are known: "5 labels, 96 %"."""
    labels = network.spec.outputs
    share = "" if network.facts.accuracy is None else f", {100 * network.facts.accuracy:.0f} %"
    return f"{labels} label{'s' if labels != 1 else ''}{share}"
