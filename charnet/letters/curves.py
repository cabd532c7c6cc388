"""The curve that a pen draws through the points of a template: smooth, except at corners."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

STEP = 0.6  # distance of the points along a curve, in tenths of the x-height

Points = npt.NDArray[np.float64]  # (n, 2)


def through(points: Points, corner: npt.NDArray[np.bool_], smooth: float) -> Points:
    """Two or more points (n, 2) -> points about STEP apart on a curve through them, made of cubic Hermite pieces.

    The tangent at an inner point is that of the parabola through it and its neighbours: a Catmull-Rom spline with the
    chord lengths as knots, so that unequal steps make no loops. `smooth` blends from the polygon (0) to the
    spline (1). At a corner, a mask (n,), the pieces on both sides keep the directions of their chords.
    """
    step = np.diff(points, axis=0)
    chord = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)  # length of each piece, (n - 1,)
    direction = step / chord[:, None]  # of each piece, (n - 1, 2)
    start, end = _tangents(direction, chord, corner, smooth)
    return _pieces(points, chord, start, end)


def _tangents(direction: Points, chord: Points, corner: npt.NDArray[np.bool_], smooth: float) -> tuple[Points, Points]:
    """The tangents at the start and the end of each piece, (n - 1, 2) each."""
    start, end = direction.copy(), direction.copy()
    before, after = chord[:-1, None], chord[1:, None]
    tangent = smooth * ((after * direction[:-1] + before * direction[1:]) / (before + after))
    inner = ~corner[1:-1]
    end[:-1][inner] = (tangent + (1 - smooth) * direction[:-1])[inner]
    start[1:][inner] = (tangent + (1 - smooth) * direction[1:])[inner]
    # The tangent at a free end mirrors the one at the piece's other end about the chord, as on an arc.
    if len(inner) and inner[0]:
        start[0] = 2 * (direction[0] @ end[0]) * direction[0] - end[0]
    if len(inner) and inner[-1]:
        end[-1] = 2 * (direction[-1] @ start[-1]) * direction[-1] - start[-1]
    return start, end


def _pieces(points: Points, chord: Points, start: Points, end: Points) -> Points:
    """Sample the pieces. Each includes its first point; only the last piece also includes its last point."""
    steps = np.maximum(1, np.round(chord / STEP).astype(int))  # in each piece
    piece = np.append(np.repeat(np.arange(len(chord)), steps), len(chord) - 1)
    t = (np.arange(len(piece)) - (np.cumsum(steps) - steps)[piece]) * (1 / steps)[piece]
    t[-1] = 1
    t, length = t[:, None], chord[piece, None]
    square, cube = t**2, t**3
    curve: Points = (
        (2 * cube - 3 * square + 1) * points[piece]
        + (cube - 2 * square + t) * length * start[piece]
        + (3 * square - 2 * cube) * points[piece + 1]
        + (cube - square) * length * end[piece]
    )
    return curve
