"""What the statements of a UNIPEN file say about the ink that follows them."""

from __future__ import annotations

from typing import NamedTuple

RATE = 100.0  # points a second where the file doesn't say


class State(NamedTuple):
    """What the statements so far say about the ink that follows."""

    donor: str  # the top folder of the ink; a writer's name is unique within it
    writer: str = ""
    style: str = ""
    columns: tuple[str, ...] = ("X", "Y")
    rate: float = RATE
    per_inch: tuple[float, float] = (1.0, 1.0)  # x and y; only their ratio counts


def changed(state: State, keyword: str, words: list[str]) -> State:
    """The state after a statement; one without a usable value changes nothing."""
    if keyword == "WRITER_ID" and words:
        return state._replace(writer=" ".join(words))
    if keyword == "STYLE" and words:
        return state._replace(style=words[0].lower())
    if keyword == "COORD":
        columns = tuple(word.upper() for word in words)
        return state._replace(columns=columns) if {"X", "Y"} <= set(columns) else state
    if keyword.endswith(("_PER_INCH", "_PER_MM", "_PER_SECOND")) and keyword[0] in "XYP":
        try:
            value = float(words[0])
        except (ValueError, IndexError):
            return state
        if keyword == "POINTS_PER_SECOND":
            # Some files give the line's 9600 baud here: no tablet samples a thousand times a second.
            return state._replace(rate=value) if 1 <= value <= 1000 else state
        if 0 < value < 1e6:
            across, up = state.per_inch
            return state._replace(per_inch=(value, up) if keyword[0] == "X" else (across, value))
    return state
