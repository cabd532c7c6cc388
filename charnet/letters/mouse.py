"""Letters as a mouse leaves them on few pixels: the source of the drawings of 2015, made from anyone's ink.

A hand on a mouse goes from corner to corner and trembles; the programme of 2015 then kept 10 x 16 pixels, cut to the
letter's left and lower edge. Whoever frames such a picture again frames what is blurred and has lost its thin gaps. A
network that met none of it in training reads it worse than it reads a pen (docs/log.md has by how much).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from charnet.pictures import images, ink
from charnet.spec import Spec

PIXELS = Spec(framing="corner")  # the square of 2015: 16 pixels high, of which it kept 10 across
SIZES = (0.5, 1.0)  # of the letter, as a share of what fits
PEN = 1.1  # pixels wide,
PENS = 0.3  # and the standard deviation of its logarithm
STEPS = (0.02, 0.15)  # from corner to corner, as a share of the letter's longer side
TREMBLE = 0.012  # standard deviation of a corner's place, as such a share

Points = npt.NDArray[np.float64]


def drawn(strokes: Sequence[Points], spec: Spec, random: np.random.Generator) -> images.Array:
    """Strokes, arrays (n, 2) in any unit -> the framed picture (height, width) in [0, 1] of them, drawn so."""
    if random.random() < 0.5:
        strokes = by_mouse(strokes, random)
    pen = PEN * np.exp(random.normal(0, PENS))
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum(np.array([PIXELS.width, PIXELS.height]) - pen, 1) / PIXELS.height  # in sides of the square
    scale = (random.uniform(*SIZES) * room / np.maximum(high - low, 1e-3)).min()
    placed = [(stroke - low) * scale + pen / 2 / PIXELS.height for stroke in strokes]
    return images.frame(images.frame(ink.draw(placed, PIXELS, pen), PIXELS), spec)


def by_mouse(strokes: Sequence[Points], random: np.random.Generator) -> list[Points]:
    """The strokes, each reduced to corners that stand apart, and those moved a little."""
    points = np.concatenate(strokes)
    side = max(float((points.max(axis=0) - points.min(axis=0)).max()), 1e-3)
    step = side * random.uniform(*STEPS)
    moved = []
    for stroke in strokes:
        kept = stroke[corners(stroke, step)]
        moved.append(kept + random.normal(0, TREMBLE * side, kept.shape))
    return moved


def corners(stroke: Points, step: float) -> list[int]:
    """Which points (n, 2) to keep so that each is `step` or more from the one before; the first and the last always."""
    kept = [0]
    for place in range(1, len(stroke)):
        if np.hypot(*(stroke[place] - stroke[kept[-1]])) >= step:
            kept.append(place)
    return kept if kept[-1] == len(stroke) - 1 else [*kept, len(stroke) - 1]
