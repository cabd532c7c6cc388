"""What a training found out about its network, besides the weights; stored in the network's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from charnet.networks.likeness import Likeness


@dataclass(frozen=True, slots=True)
class Facts:
    """None or "" where it is unknown, as in the original's files."""

    accuracy: float | None = None  # fraction of held-out pictures that it reads correctly
    split: str = ""  # how those were held out: sample, writer
    sure: float | None = None  # least confidence of a sure answer
    likeness: Likeness | None = None  # what the letters that it was trained on are like

    def to_dict(self) -> dict[str, Any]:
        """The known facts, in plain types; `from_dict` is the inverse."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        values = {name: value.to_dict() if isinstance(value, Likeness) else value for name, value in known.items()}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, values: object) -> Facts:
        """The valid ones of some stored facts; the others are dropped, since a network can be read without."""
        if not isinstance(values, Mapping):
            return cls()
        split = values.get("split")
        return cls(
            _fraction(values.get("accuracy")),
            split if isinstance(split, str) else "",
            _fraction(values.get("sure")),
            Likeness.from_dict(values.get("likeness")),
        )


def _fraction(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


NOTHING = Facts()
