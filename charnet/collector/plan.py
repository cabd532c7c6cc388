"""What a writer is asked to draw, and how much of it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from charnet.collector.config import CollectConfig


@dataclass(slots=True)
class Plan:
    """Asks for one drawing of each label, then for a second one of each, and so on.

    Without labels it is free play: it asks for nothing, and the writer says which label a drawing is.
    """

    mode: str  # draw or analyze
    letters: tuple[str, ...]  # in the order of drawing
    count: int  # drawings of each label; 0 = no end
    drawn: Counter[str] = field(default_factory=Counter)  # so far, less those removed again

    @classmethod
    def of(cls, config: CollectConfig, samples: Mapping[str, int]) -> Plan:
        """The plan that the settings ask for, starting with the labels that have the fewest `samples`."""
        count = config.count
        letters = config.wanted or (config.spec.labels if count else ())
        if config.mode == "analyze":
            count = count or 1
        return cls(config.mode, tuple(sorted(letters, key=lambda label: samples.get(label, 0))), count)

    @property
    def label(self) -> str | None:
        """The label to draw now: the one drawn least; None in free play and when all is drawn."""
        if not self.letters or self.done:
            return None
        return min(self.letters, key=lambda label: self.drawn[label])

    @property
    def total(self) -> int | None:
        """Drawings in all; None without an end."""
        return self.count * len(self.letters) if self.count else None

    @property
    def left(self) -> int | None:
        """Drawings still to make; None without an end."""
        if not self.count:
            return None
        return sum(max(0, self.count - self.drawn[label]) for label in self.letters)

    @property
    def done(self) -> bool:
        return self.left == 0

    def to_dict(self) -> dict[str, object]:
        return {
            "mode": self.mode if self.letters else "free",
            "letters": list(self.letters),
            "label": self.label,
            "left": self.left,
            "total": self.total,
            "done": self.done,
        }


class PlanEntry(NamedTuple):
    """What a saved drawing counts towards."""

    label: str  # as it was asked for; the drawing may have another label by now
    plan: Plan  # its writer may have another plan by now
