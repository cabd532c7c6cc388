"""The settings that say which letters a program works on, for training and for the drawing page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charnet.spec import LOWERCASE, Spec
from charnet.system import files
from charnet.system.answer import has_control
from charnet.system.names import normalise


@dataclass(slots=True)
class LettersConfig:
    root: str = "data/letters"
    """Folder with one folder of pictures per label."""
    labels: str = ""
    """Labels in the order of the outputs: characters run together (abc), or names with spaces between ('yes no').
    Left out: the letter folders found, in the order of their names."""
    width: int = Spec().width
    """Width in pixels of what the network reads."""
    height: int = Spec().height
    """Height in pixels of what the network reads."""
    framing: str = Spec().framing
    """How a picture is brought to that size: moments (made upright, centre of mass in the middle, the spread of
    the ink always the same), fit (cropped to the ink, scaled with its proportions kept) or corner (the original's)."""

    def __post_init__(self) -> None:
        if not self.root:
            raise ValueError("data.root: empty; name a folder with one folder of pictures per label")
        self.root = files.expand_home(self.root)
        self.spec()

    def spec(self, found: Sequence[str] = LOWERCASE) -> Spec:
        """The spec that these settings ask for; `found` are the labels where the settings name none."""
        labels = parse(self.labels) or tuple(found)
        for label in labels:
            if has_control(label):
                raise ValueError(f"data.labels: {label!r} holds a control character; rename its letter folder")
        try:
            return Spec(labels, self.width, self.height, self.framing)
        except ValueError as error:
            raise ValueError(f"data.{error}") from None


def parse(labels: str) -> tuple[str, ...]:
    """The setting `data.labels` -> the labels; an empty setting gives none."""
    labels = normalise(labels)
    return tuple(labels.split() if " " in labels else labels)


def join(labels: Sequence[str]) -> str:
    """The inverse of `parse`. Raises `ValueError` for a label that `parse` would take apart."""
    if spaced := [label for label in labels if label.split() != [label]]:
        raise ValueError(f"data.labels: {spaced[0]!r} has a space in it; rename its letter folder")
    if all(len(label) == 1 for label in labels):
        return "".join(labels)
    return " ".join(labels) + " " * (len(labels) == 1)  # a space says that a name is one label
