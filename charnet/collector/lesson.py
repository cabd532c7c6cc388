"""What is asked of a training from the page -> the words that `train.py` would be called with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from charnet.letters.config import LettersConfig, join
from charnet.letters.folder import MAX_MISSING
from charnet.networks import json_file, stored
from charnet.spec import LOWERCASE
from charnet.system.compose import quoted

CURRENT = "current"  # names the network in use


class Lacking(ValueError):
    """Letters have no drawings; whoever asks may leave them out."""

    def __init__(self, labels: list[str]) -> None:
        named = join_words(labels)
        super().__init__(f"no drawings of {named} yet: draw some, or train without {named}")
        self.labels = labels


@dataclass(slots=True)
class Lesson:
    hidden: int | None = None
    epochs: int | None = None
    init: str = ""
    seed: int | None = None
    without: tuple[str, ...] = ()
    current: str | None = None  # the network that reads on the page, where it is not the one in use


def words(lesson: Lesson, data: LettersConfig, counts: Mapping[str, int]) -> list[str]:
    """The settings of the training, as they are typed. `ValueError` is a sentence for the page."""
    letters = asdict(data) | {"labels": _labels(lesson, data, counts)}
    usual = asdict(LettersConfig())
    found = [f"data.{name}={_value(value)}" for name, value in letters.items() if value != usual[name]]
    for name, value in (("optim.epochs", lesson.epochs), ("seed", lesson.seed)):
        found += [] if value is None else [f"{name}={value}"]
    return found + (_from_network(lesson) if lesson.init else _hidden(lesson.hidden))


def join_words(words: list[str]) -> str:
    """q; q and x; q, x and y."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _labels(lesson: Lesson, data: LettersConfig, counts: Mapping[str, int]) -> str:
    there = [label for label, n in counts.items() if n and label not in lesson.without]
    lacking = [label for label, n in counts.items() if not n and label not in lesson.without]
    if not there:
        raise ValueError("no drawings yet: draw two or more of some letters, then train")
    # Of an alphabet a few may have been forgotten; five letters that someone drew are a set of their own.
    if lacking and (data.labels or (set(counts) == set(LOWERCASE) and len(lacking) <= MAX_MISSING)):
        raise Lacking(lacking)
    if max(counts[label] for label in there) < 2:
        raise ValueError(
            "one drawing of each letter is too few to hold some out: draw a second one of some, then train"
        )
    return join(there) if lesson.without or data.labels else ""


def _from_network(lesson: Lesson) -> list[str]:
    path = find(lesson.init, lesson.current)
    start = f"init={quoted(str(path))}"
    if path.suffix == ".onnx":
        if lesson.hidden is not None:
            raise ValueError(
                "hidden: the network to start from is convolutional; leave hidden out, or start from scratch"
            )
        return ["model=cnn", start]
    units = len(json_file.read(path).hidden_bias)
    if lesson.hidden not in (None, units):
        raise ValueError(
            f"hidden: the network to start from has {units} hidden units; choose {units}, or start from scratch"
        )
    return [start, *_hidden(units)]


def find(name: str, current: str | None = None) -> Path:
    """The file of a network that the page may name: the one that reads there, a shipped one, or a run's.

    `ValueError` for any other: the page has no business elsewhere on the disk.
    """
    try:
        path = stored.find(current if name == CURRENT else name)
    except (OSError, ValueError):
        raise ValueError(f"init: there is no network {name[:60]!r}; {CURRENT} is the one in use") from None
    ours = (stored.OUTPUTS.resolve(), stored.SHIPPED.resolve())
    if name != CURRENT and not any(path.resolve().is_relative_to(folder) for folder in ours):
        raise ValueError(f"init: {name[:60]!r} is no run and no shipped network; {CURRENT} is the one in use")
    return path


def _hidden(units: int | None) -> list[str]:
    return [] if units is None else [f"model.hidden={units}"]


def _value(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value)
