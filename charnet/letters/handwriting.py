"""How the handwritings of different people vary a stroke template: slant, proportions, wobble, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from charnet.letters import curves
from charnet.letters.curves import Points
from charnet.letters.templates import Stroke
from charnet.pictures import ink

NORMAL = NormalDist()
# Of the drawing square, in sides of it from the top: charnet/web/paint.js draws a line there.
BASELINE = 0.72
UNIT = 0.034  # a tenth of the x-height


@dataclass(frozen=True, slots=True)
class Handwriting:
    """How one sample differs from its template. Lengths are in tenths of the x-height."""

    slant: float  # sideways shift for each unit of height
    turn: float  # radians
    width: float  # factor
    ascender: float  # factor on what is above the x-height
    descender: float  # factor on what is below the baseline
    round: float  # 0 polygon to 1 smooth curve
    jitter: float  # standard deviation of each point's position
    bend: float  # amplitude of a smooth deformation of the whole letter
    reach: float  # by how much the ends of strokes are longer (or shorter, if negative)
    pen: float  # width in framed pixels


def random_handwritings(count: int, rng: np.random.Generator) -> list[Handwriting]:
    """Draw `count` handwritings, with each trait spread evenly over its distribution (Latin hypercube sampling)."""

    def normal(mean: float, deviation: float, low: float = 0.005) -> list[float]:
        quantiles = (rng.permutation(count) + rng.random(count)) / count
        return [mean + deviation * NORMAL.inv_cdf(min(max(q, low), 1 - low)) for q in quantiles.tolist()]

    def factor(deviation: float, middle: float = 1.0) -> list[float]:
        return [middle * float(np.exp(x)) for x in normal(0, deviation)]

    return [
        Handwriting(*traits)
        for traits in zip(
            normal(0.08, 0.18),
            normal(0.0, 0.06),
            factor(0.28, 1.04),
            factor(0.28, 0.85),
            factor(0.35, 0.85),
            [min(1.0, max(0.3, x)) for x in normal(0.95, 0.25)],
            factor(0.4, 0.35),
            factor(0.4, 0.6),
            normal(0.0, 0.7),
            factor(0.25, ink.PEN),
            strict=True,
        )
    ]


def write(strokes: Sequence[Stroke], style: Handwriting, rng: np.random.Generator) -> list[Points]:
    """Write a template in a handwriting; returns ink in the drawing square, each stroke (points, 4)."""
    phase: Points = rng.uniform(0, 2 * np.pi, (2, 2))
    wave: Points = rng.uniform(0.12, 0.4, (2, 2))
    written = []
    for stroke in strokes:
        dropped = [number for number in range(1, int(stroke.optional.max()) + 1) if rng.random() < 0.5]
        kept = ~np.isin(stroke.optional, dropped)
        points, corner = stroke.points[kept], stroke.corner[kept]
        if len(points) == 1:
            points, corner = _dot(points[0], rng)
        else:
            points = points + rng.normal(0, style.jitter, points.shape)
            if len(strokes) > 1:  # strokes that should meet leave gaps or overlap
                points = points + rng.normal(0, 0.5, 2)
            points = _reach(points, style.reach + rng.normal(0, 0.3))
        line = curves.through(points, corner, style.round)
        x, y = line.T
        y = np.where(y > 10, 10 + (y - 10) * style.ascender, np.where(y < 0, y * style.descender, y))
        # A smooth bend of the paper: two waves across it in each direction.
        x, y = (
            x * style.width
            + style.bend * (np.sin(wave[0, 0] * y + phase[0, 0]) + 0.5 * np.sin(wave[0, 1] * x + phase[0, 1])),
            y + style.bend * (np.sin(wave[1, 0] * x + phase[1, 0]) + 0.5 * np.sin(wave[1, 1] * y + phase[1, 1])),
        )
        x = x + style.slant * y
        cos, sin = np.cos(style.turn), np.sin(style.turn)
        written.append(np.stack([x * cos - y * sin, -(x * sin + y * cos)], axis=1))
    return _on_square(written, rng)


def plain(strokes: Sequence[Stroke]) -> list[list[list[float]]]:
    """A template as it is, without what some writers leave out: strokes of points [x, y] on the page's guide lines."""
    lines = []
    for stroke in strokes:
        points, corner = stroke.points[stroke.optional == 0], stroke.corner[stroke.optional == 0]
        lines.append(curves.through(points, corner, 1.0) if len(points) > 1 else points)
    across = np.concatenate([line[:, 0] for line in lines])
    middle = (across.min() + across.max()) / 2
    placed = [line * (UNIT, -UNIT) + (0.5 - middle * UNIT, BASELINE) for line in lines]
    return [np.round(line, 4).tolist() for line in placed]


def _dot(centre: Points, rng: np.random.Generator) -> tuple[Points, npt.NDArray[np.bool_]]:
    """A dot as people draw it: a point, a dash or a tick in some direction, rarely a small ring."""
    centre = centre + rng.normal(0, (1.0, 1.2))
    if rng.random() < 0.08:
        angle = np.linspace(0, 2 * np.pi, 9)
        ring = centre + 1.2 * np.stack([np.sin(angle), np.cos(angle)], axis=1)
        return ring, np.zeros(len(ring), dtype=bool)
    length = rng.choice([0.2, 1.0, 2.5], p=[0.5, 0.3, 0.2])
    direction = rng.uniform(-0.6, 2.2)
    half = length / 2 * np.array([np.cos(direction), np.sin(direction)])
    return np.stack([centre + half, centre - half]), np.zeros(2, dtype=bool)


def _reach(points: Points, amount: float) -> Points:
    """Make both ends of a stroke longer (or shorter) in their direction."""
    points = points.copy()
    for end, inner in ((0, 1), (-1, -2)):
        along = points[end] - points[inner]
        length = float(np.hypot(*along))
        points[end] += along / max(length, 1e-6) * max(amount, -0.3 * length)
    return points


def _on_square(written: Sequence[Points], rng: np.random.Generator) -> list[Points]:
    """Lines (points, 2), y down -> strokes (points, 4) at a random place in the square, with times and pressure."""
    everything = np.concatenate(list(written))
    low, size = everything.min(axis=0), np.ptp(everything, axis=0)
    scale = rng.uniform(0.45, 0.8) / max(*size, 20.0)  # letters without ascenders stay smaller, as on a line
    corner = 0.05 + rng.uniform(0.25, 0.75, 2) * (0.9 - size * scale)
    strokes, clock = [], 0
    for line in written:
        time = clock + ink.TICK * np.arange(len(line))
        clock = int(time[-1]) + 200
        points = np.round((line - low) * scale + corner, 4)  # so that the last bit of a sine changes no byte of a file
        strokes.append(np.column_stack([points, time, np.full(len(line), 0.5)]))
    return strokes
