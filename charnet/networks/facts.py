"""What is known of a network besides its weights and its spec; it travels in the network's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """Told to people who use a network; a file without them is as good."""

    run: str = ""
    """The folder of the run that trained it, or its name."""
    accuracy: float | None = None
    """Share read right of pictures that did not train it."""
    split: str = ""
    """What kept those pictures apart: sample or writer."""
    sure: float = 0.8
    """How far ahead an answer must be (`classify.lead`) to be called sure: measured on those pictures."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: object) -> Facts:
        """The inverse of `to_dict`; what is lacking or makes no sense is left at its default, for it is only told."""
        if not isinstance(values, Mapping):
            return cls()
        texts = {name: values.get(name) for name in ("run", "split")}
        found: dict[str, Any] = {
            name: text for name, text in texts.items() if isinstance(text, str) and len(text) < 500
        }
        for name in ("accuracy", "sure"):
            if isinstance(values.get(name), float | int) and 0 <= values[name] <= 1:
                found[name] = float(values[name])
        return cls(**found)
