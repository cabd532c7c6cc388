"""From UNIPEN components to charnet's ink: the points that a segment refers to, in the drawing square, with times."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from charnet.datasets.unipen_format import State, UnipenFile
from charnet.pictures import ink

PART = re.compile(r"(\d{1,9})(?::(\d{1,9}))?(?:-(\d{1,9})(?::(\d{1,9}))?)?")
MOST_HEIGHT, MOST_WIDTH = 0.9, 0.55  # of a letter, in sides of the square: `corner` framing then cuts nothing off
MOST_RANGES = 100  # of component numbers in a segment; the distribution's have up to 3
MOST_READS = 5  # of all ink of a file, by its segments together
HUGE = 1e15  # beyond any coordinate, and any time in milliseconds

Points = npt.NDArray[np.float64]  # (points, columns)


def strokes(file: UnipenFile, components: str) -> tuple[list[Points], State]:
    """Component numbers such as `3-4` or `12:0-12:45,14` -> pen-down strokes in the square, and the first one's state.

    A stroke is (points, 4): x right and y down in units of the square's side, milliseconds from the first point,
    pressure from 0 to 1. Raises `ValueError` with the reason where the numbers refer to no ink.
    """
    found: list[Points] = []
    clock = 0.0
    ranges = [_range(part) for part in re.sub(r"\s", "", components).split(",", MOST_RANGES) if part]
    for first, start, last, end in ranges:
        if last >= len(file.components):
            raise ValueError("index past the last component")
        for number in range(first, last + 1):
            down, text, state = file.components[number]
            file.characters_read += len(text)
            if file.characters_read > MOST_READS * file.bytes:
                raise ValueError("segments that name the same ink again and again")
            rows = points(text, state.columns)
            low = start if number == first else 0
            high = end if number == last and end is not None else len(rows) - 1
            if max(low, high) >= len(rows):
                raise ValueError("index past the last point of a component")
            rows = rows[low : high + 1]
            if down and len(rows):
                found.append(_stroke(rows, state, clock))
            clock += len(rows) * 1000 / state.rate  # the pen takes its time in the air, too
    count = sum(map(len, found))
    if count < 2:
        raise ValueError("fewer than two points with the pen down")
    if count > ink.MOST_POINTS:
        raise ValueError(f"more than {ink.MOST_POINTS:,} points")
    if not all((np.abs(stroke) < HUGE).all() for stroke in found):  # false for NaN too
        raise ValueError("coordinates that are not usable numbers")
    state = file.components[ranges[0][0]].state
    return _centred(found), state if state.writer else state._replace(writer=file.writer)


def _range(part: str) -> tuple[int, int, int, int | None]:
    """`a:p-b:q` -> a, p, b, q: from point p of component a to point q of b, None for its last."""
    match = PART.fullmatch(part)
    if not match:
        raise ValueError("component numbers that can't be read")
    first, start, last, end = (None if text is None else int(text) for text in match.groups())
    assert first is not None
    if last is None:
        last, end = first, start
    if last < first or (last == first and end is not None and end < (start or 0)):
        raise ValueError("component numbers that run backwards")
    return first, start or 0, last, end


def points(text: str, columns: tuple[str, ...]) -> Points:
    """Parse the numbers of a component. Lines with too many or too few numbers are cut or padded."""
    width = len(columns)
    try:
        values = np.array([float(word) for word in text.split()])
        if len(values) == width * (text.strip().count("\n") + 1):
            return values.reshape(-1, width)
    except ValueError:
        pass
    lines = [line.split() for line in text.splitlines() if line.strip()]
    rows = []
    for line in lines:
        row = [_number(word) for word in line]
        if len(row) % width == 0:  # several points on a line
            rows += [row[at : at + width] for at in range(0, len(row), width)]
        else:
            rows.append((row + [0.0] * width)[:width])
    x = columns.index("X")
    usable = [row for row in rows if row[x] == row[x]]  # text among numbers is NaN, which differs from itself
    return np.array(usable, dtype=np.float64).reshape(-1, width)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _stroke(rows: Points, state: State, clock: float) -> Points:
    """Bring the file's columns into the order x, y, milliseconds, pressure, with x and y in the same unit."""

    def column(name: str, default: Points | float) -> Points | float:
        return rows[:, state.columns.index(name)] if name in state.columns else default

    x_per_inch, y_per_inch = state.per_inch
    stroke = np.empty((len(rows), 4))
    with np.errstate(over="ignore"):  # `strokes` refuses infinity
        stroke[:, 0] = rows[:, state.columns.index("X")] * (y_per_inch / x_per_inch)
    stroke[:, 1] = rows[:, state.columns.index("Y")]
    stroke[:, 2] = column("T", clock + np.arange(len(rows)) * 1000 / state.rate)
    stroke[:, 3] = column("P", 0.5)
    return stroke


def _centred(found: list[Points]) -> list[Points]:
    """Scale the strokes as far as MOST_WIDTH and MOST_HEIGHT allow and centre them; y points down, time starts at 0."""
    rows = np.concatenate(found)
    low, high = rows.min(axis=0), rows.max(axis=0)
    width, height = (high - low)[:2]
    side = max(width / MOST_WIDTH, height / MOST_HEIGHT) or 1.0  # 0 for a dot
    rows[:, :2] = 0.5 + (rows[:, :2] - (low + high)[:2] / 2) * (1 / side, -1 / side)
    rows[:, 2] -= rows[0, 2]
    rows[:, 3] = np.clip(rows[:, 3] / max(1, high[3]), 0, 1)
    return np.split(rows, np.cumsum([len(stroke) for stroke in found[:-1]]))
