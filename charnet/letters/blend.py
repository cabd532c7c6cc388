"""Letters between two hands: each stroke partly as one writer draws it and partly as another does.

Only of letters that both draw in about the same way: as many strokes, in the same order and direction.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

POINTS = 32  # along each stroke
NEAR = 0.5  # mean distance of two letters' points, as a share of half their longer side, up to which they are alike
MOST = 0.5  # the other hand's share

Points = npt.NDArray[np.float64]


def even(strokes: Sequence[npt.ArrayLike]) -> list[Points]:
    """Ink -> its strokes by POINTS places (x, y) each, evenly apart; centred, and two units in their longer side."""
    lines = [_along(np.asarray(stroke, dtype=np.float64)[:, :2]) for stroke in strokes]
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(float((high - low).max()) / 2, 1e-9)
    return [(line - (low + high) / 2) / side for line in lines]


def alike(mine: Sequence[Points], theirs: Sequence[Points]) -> bool:
    """Whether two letters, as `even` gives them, are drawn in about the same way."""
    if len(mine) != len(theirs):
        return False
    apart = np.concatenate(mine) - np.concatenate(theirs)
    return bool(np.hypot(*apart.T).mean() < NEAR)


def between(mine: Sequence[Points], theirs: Sequence[Points], random: np.random.Generator) -> list[Points]:
    """Somewhere between the two, nearer to the first."""
    share = random.uniform(0, MOST)
    return [(1 - share) * one + share * other for one, other in zip(mine, theirs, strict=True)]


def _along(line: Points) -> Points:
    """The same line by POINTS places, evenly apart; a dot stays where it is."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    places = np.linspace(0, way[-1], POINTS)
    return np.stack([np.interp(places, way, line[:, axis]) for axis in (0, 1)], axis=1)
