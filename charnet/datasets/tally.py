"""How often something was met, for the summary of an import."""

from __future__ import annotations

from charnet.system.answer import printable


class Tally(dict[str, tuple[int, str]]):
    """Reason -> how often, and the first place where it was met."""

    def count(self, reason: str, where: str, times: int = 1) -> None:
        known, first = self.get(reason, (0, where))
        self[reason] = (known + times, first)

    def merge(self, other: Tally) -> None:
        for reason, (times, where) in other.items():
            self.count(reason, where, times)

    @property
    def total(self) -> int:
        return sum(times for times, _ in self.values())

    def lines(self) -> list[str]:
        """For the summary, most frequent first; what files say is shown as a terminal may show it."""
        ordered = sorted(self.items(), key=lambda item: (-item[1][0], item[0]))
        return [f"  {times:>7,}  {printable(f'{reason} (such as {where})')}" for reason, (times, where) in ordered]
