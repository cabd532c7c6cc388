"""What a training knows of its network beyond the weights; it travels in the network's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """None or "" where nobody knows, as in the original's files."""

    accuracy: float | None = None  # share of held-out pictures that it reads right
    split: str = ""  # how those were held out: sample, writer
    sure: float | None = None  # first answers of at least this confidence are called sure

    def to_dict(self) -> dict[str, Any]:
        """What is known, in plain types; `from_dict` is its inverse."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, values: object) -> Facts:
        """What of it makes sense: a network is not refused for what is said about it."""
        if not isinstance(values, Mapping):
            return cls()
        split = values.get("split")
        return cls(_share(values.get("accuracy")), split if isinstance(split, str) else "", _share(values.get("sure")))


def _share(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


NOTHING = Facts()
