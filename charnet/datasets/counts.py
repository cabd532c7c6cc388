"""How often something happened during an import, for its summary."""

from __future__ import annotations

from charnet.system.answer import printable


class ReasonCounts(dict[str, tuple[int, str]]):
    """Reason -> how often it occurred, and where it occurred first."""

    def add(self, reason: str, where: str, times: int = 1) -> None:
        count, first = self.get(reason, (0, where))
        self[reason] = (count + times, first)

    def merge(self, other: ReasonCounts) -> None:
        for reason, (count, first) in other.items():
            self.add(reason, first, count)

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.values())

    def lines(self) -> list[str]:
        """One line a reason, the most frequent first. Text that came from a file is escaped for the terminal."""
        ordered = sorted(self.items(), key=lambda item: (-item[1][0], item[0]))
        return [f"  {count:>7,}  {printable(f'{reason} (such as {first})')}" for reason, (count, first) in ordered]
