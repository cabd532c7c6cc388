"""A part of a network's labels, written as characters and ranges of them, as in `0-9a-f`: `--only` and `only=`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from charnet.system.names import normalise

SHOWN = 30  # labels that an error names


def indices(text: str, labels: Sequence[str]) -> list[int]:
    """Which of the labels the text names, in their order. Raises `ValueError` for any other character.

    A - between two characters makes them a range of Unicode; the first or the last - is the sign itself.
    """
    place = {label: index for index, label in enumerate(labels)}
    found = set()
    for first, last, single in re.findall("(.)-(.)|(.)", normalise(text), re.DOTALL):
        if first > last:
            raise ValueError(f"only: the range {first}-{last} runs backwards; write {last}-{first}")
        for code in range(ord(first or single), ord(last or single) + 1):
            if chr(code) not in place:
                known = " ".join(labels[:SHOWN]) + (" ..." if len(labels) > SHOWN else "")
                raise ValueError(f"only: {chr(code)!r} is not one of the network's labels: {known}")
            found.add(place[chr(code)])
    if not found:
        raise ValueError("only: empty; name characters and ranges, as in 0-9a-f")
    return sorted(found)
