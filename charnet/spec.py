"""What a network reads and what it answers: the facts that every artefact of a run carries with it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOWERCASE = tuple("abcdefghijklmnopqrstuvwxyz")
LONGEST_LABEL = 16  # characters
MAX_LABELS = 8_000  # more than any script has in common use: GB 2312 has 6,763 characters
FRAMINGS = ("moments", "fit", "corner")


@dataclass(frozen=True, slots=True)
class Spec:
    """The labels in the order of the outputs, the size in pixels, and how a picture is framed into that size.

    A label is a character or a short word, kept in Unicode's normal form C; letters/naming.py names its folder.
    The inputs are the pixels row by row from the top left, ink = 1, paper = 0. Raises `ValueError` that names the field
    at fault.
    """

    labels: tuple[str, ...] = LOWERCASE
    width: int = 10
    height: int = 16
    framing: str = "moments"

    def __post_init__(self) -> None:
        if not self.labels:
            raise ValueError("labels: none given; a network needs at least one")
        if len(self.labels) > MAX_LABELS:
            raise ValueError(f"labels: {len(self.labels):,} are more than {MAX_LABELS:,}; train on fewer")
        for label in self.labels:
            if not isinstance(label, str) or not label:
                raise ValueError(f"labels: {label!r} is no label; use characters or short words")
            if len(label) > LONGEST_LABEL:
                raise ValueError(
                    f"labels: {label[:LONGEST_LABEL]!r}... has {len(label)} characters; use at most {LONGEST_LABEL}"
                )
        object.__setattr__(self, "labels", tuple(unicodedata.normalize("NFC", label) for label in self.labels))
        twice = sorted(label for label, count in Counter(self.labels).items() if count > 1)
        if twice:
            raise ValueError(f"labels: {twice[0]!r} appears twice; each label may appear once")
        for name, value in (("width", self.width), ("height", self.height)):
            if type(value) is not int or not 1 <= value <= 256:
                raise ValueError(f"{name}: {value!r} is not a whole number of pixels from 1 to 256")
        if self.framing not in FRAMINGS:
            raise ValueError(f"framing: {self.framing!r} is not one of {', '.join(FRAMINGS)}")

    @property
    def inputs(self) -> int:
        return self.width * self.height

    @property
    def outputs(self) -> int:
        return len(self.labels)

    def to_dict(self) -> dict[str, Any]:
        """The spec in plain types, for JSON and checkpoints; `from_dict` is the inverse."""
        return {"labels": list(self.labels), "width": self.width, "height": self.height, "framing": self.framing}

    @classmethod
    def from_dict(cls, values: object) -> Spec:
        """A spec from plain types, which may be anything; raises `ValueError` for what is no spec."""
        if not isinstance(values, Mapping):
            raise ValueError(f"a spec is an object with labels, width, height and framing, found {values!r}")
        missing = [key for key in ("labels", "width", "height", "framing") if key not in values]
        if missing:
            raise ValueError(f"spec: {missing[0]} is missing")
        if not isinstance(values["labels"], list):
            raise ValueError(f"labels: {values['labels']!r} is not a list of names")
        return cls(tuple(values["labels"]), values["width"], values["height"], values["framing"])
