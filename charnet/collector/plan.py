"""What to draw next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from charnet.collector.config import CollectConfig


@dataclass(slots=True)
class Plan:
    """Labels in turn, one of each a round. Without labels it is free play: whoever draws names the label."""

    mode: str  # draw or analyze
    letters: tuple[str, ...]  # in the order of drawing
    count: int  # drawings of each; 0 = no end
    drawn: Counter[str] = field(default_factory=Counter)  # so far; a drawing that is taken back counts no more

    @classmethod
    def of(cls, config: CollectConfig, samples: Mapping[str, int]) -> Plan:
        """The plan that was asked for; `samples` each label has already: the fewest come first."""
        count = config.count
        letters = config.wanted or (config.spec.labels if count else ())
        if config.mode == "analyze":
            count = count or 1
        return cls(config.mode, tuple(sorted(letters, key=lambda label: samples.get(label, 0))), count)

    @property
    def label(self) -> str | None:
        """What to draw now: the least drawn label; None in free play and when all is done."""
        if not self.letters or self.done:
            return None
        return min(self.letters, key=lambda label: self.drawn[label])

    @property
    def total(self) -> int | None:
        return self.count * len(self.letters) if self.count else None

    @property
    def left(self) -> int | None:
        """Drawings to go; None where there is no end."""
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


class Asked(NamedTuple):
    """What a drawing answered."""

    label: str
    plan: Plan  # which counts it; by now its writer may have another
