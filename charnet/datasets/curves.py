"""The line that a pen draws through the points of a template: smooth, or broken at corners."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

STEP = 0.6  # distance of the points along a curve, in tenths of the x-height

Points = npt.NDArray[np.float64]


def through(points: Points, corner: npt.NDArray[np.bool_], smooth: float) -> Points:
    """Points (n, 2), n from 2 -> points about STEP apart on the curve through them: cubic Hermite pieces.

    The tangent at an inner point is that of the parabola through it and its neighbours (Catmull and Rom's, with the
    chord lengths as knots, so that unequal steps make no loops); `smooth` scales it down from 1 to the polygon's at 0.
    At a corner (n,) each piece keeps its own.
    """
    step = np.diff(points, axis=0)
    chord = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)
    slope = step / chord[:, None]  # of each piece, (n - 1, 2)
    start, end = _tangents(slope, chord, corner, smooth)
    return _pieces(points, chord, start, end)


def _tangents(slope: Points, chord: Points, corner: npt.NDArray[np.bool_], smooth: float) -> tuple[Points, Points]:
    """The tangents at the two ends of each piece, (n - 1, 2) each."""
    start, end = slope.copy(), slope.copy()
    before, after = chord[:-1, None], chord[1:, None]
    tangent = smooth * ((after * slope[:-1] + before * slope[1:]) / (before + after))
    inner = ~corner[1:-1]
    end[:-1][inner] = (tangent + (1 - smooth) * slope[:-1])[inner]
    start[1:][inner] = (tangent + (1 - smooth) * slope[1:])[inner]
    # A free end curves on: its tangent mirrors the other end's about the chord, as on an arc.
    if len(inner) and inner[0]:
        start[0] = 2 * (slope[0] @ end[0]) * slope[0] - end[0]
    if len(inner) and inner[-1]:
        end[-1] = 2 * (slope[-1] @ start[-1]) * slope[-1] - start[-1]
    return start, end


def _pieces(points: Points, chord: Points, start: Points, end: Points) -> Points:
    """The curve, each piece with its first point but, the last one's excepted, without its last."""
    steps = np.maximum(1, np.round(chord / STEP).astype(int))  # of each piece
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
