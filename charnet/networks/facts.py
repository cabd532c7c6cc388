"""What a training found out about its network, besides the weights; stored in the network's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from charnet.networks.letter_model import LetterModel
from charnet.networks.likeness import Likeness

DIGESTS = re.compile("[0-9a-f]{0,10000}")


@dataclass(frozen=True, slots=True)
class Facts:
    """None or "" where it is unknown, as in the original's files."""

    accuracy: float | None = None  # fraction of held-out pictures that it reads correctly
    split: str = ""  # how those were held out: sample, writer
    sure: float | None = None  # least confidence of a sure answer
    likeness: Likeness | None = None  # what the letters that it was trained on are like
    trained_on: str = ""  # digests of some of these letters, see letters/copies.py
    letters: LetterModel | None = None  # which letters follow others in the words that it was taught

    def to_dict(self) -> dict[str, Any]:
        """The known facts, in plain types; `from_dict` is the inverse."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {
            name: value.to_dict() if isinstance(value, Likeness | LetterModel) else value
            for name, value in known.items()
        }
        return {name: value for name, value in plain.items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, values: object) -> Facts:
        """The valid ones of some stored facts; the others are dropped, since a network can be read without."""
        if not isinstance(values, Mapping):
            return cls()
        split, trained_on = values.get("split"), values.get("trained_on")
        return cls(
            _fraction(values.get("accuracy")),
            split if isinstance(split, str) else "",
            _fraction(values.get("sure")),
            Likeness.from_dict(values.get("likeness")),
            trained_on if isinstance(trained_on, str) and DIGESTS.fullmatch(trained_on) else "",
            LetterModel.from_dict(values.get("letters")),
        )


def _fraction(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


NOTHING = Facts()
