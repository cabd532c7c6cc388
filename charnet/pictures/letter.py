"""The letter in a photo: of all shapes on the paper or board the one that was written, with its dots and pieces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.pictures import images, photo, shapes
from charnet.pictures.shapes import Shapes, Side

Array = npt.NDArray[np.floating]

LEVELS = (1, 1.6, 2.5, 4, 6.3)  # times the lowest level: what is joined by a ruled line at one stands alone at the next
PALEST = 0.55  # a level above this cuts ink into pieces
LIKELY = 5  # shapes at each level are looked at closely
SMALLEST = 0.03  # of a picture's longer side; a letter is no smaller
NEAR = 0.35  # of a shape's size: pieces of one letter are no further apart
ABOVE = 1.0  # the same for a dot above or below; of a small shape FAR of the picture's longer side
FAR = 0.16
BROADEST = 0.7  # of a letter's size; its strokes are narrower wherever they are measured, most of them by far
CLEAR = 0.6  # the share of its outline where ink ends at once
LIKE = 0.35  # of the letter's own score: a second shape of this is another letter
SCRIBBLED = 9  # a line longer than so many times its shape's size is no letter


class Letter(NamedTuple):
    """The letter's ink, alone on its picture; its box (left, top, right, bottom) in pixels; what is odd about it."""

    ink: Array
    box: tuple[int, int, int, int]
    shapes: int  # how many as large as a letter there are
    note: str | None


class Candidate(NamedTuple):
    score: float
    there: Shapes
    main: int  # its number among them
    level: float
    side: Side


def find(light: Array) -> Letter | None:
    """Brightness (rows, columns) in [0, 1] -> its letter, dark on light or light on dark; None where there is none."""
    found = [candidate for side in photo.sides(light) for candidate in _candidates(side)]
    if not found:
        return None
    best = _alone(max(found, key=lambda candidate: candidate.score))
    chosen = together(best.there, best.main, best.side)
    others = _others(best, chosen)
    length = best.there.outline[chosen].sum() / 2
    note = images.SEVERAL if others else None
    if length > SCRIBBLED * best.there.size[chosen].max():
        note = "a scribble, no clear letter"
    return Letter(*_cut(best, chosen), 1 + others, note)


def _candidates(side: Side) -> list[Candidate]:
    """The likeliest letter at each level."""
    found = []
    for level in (side.level * factor for factor in LEVELS):
        if level < PALEST:
            there = shapes.find(side.ink, level)
            score = _scores(there, side)
            if score.max(initial=0) > 0:
                found.append(Candidate(float(score.max()), there, int(score.argmax()), level, side))
    return found


def _scores(there: Shapes, side: Side) -> Array:
    """How much each shape looks like the letter, (n,): long, thin, dark, away from the border, with paper around it."""
    possible = ~there.outside & (there.size >= SMALLEST * max(side.ink.shape))
    plain = np.where(possible, there.outline * there.darkness, 0)
    score = np.zeros(len(plain))
    for number in np.argsort(-plain)[:LIKELY]:
        if plain[number] > 0:
            ends, enclosed = shapes.edges(there, int(number), side)
            thin = min(1, there.outline[number] ** 2 / there.area[number] / 25)  # 12 for a disc, 4 x length to width
            slim = np.clip((BROADEST - shapes.breadth(there, int(number)) / there.size[number]) / 0.3, 0, 1)
            if ends > CLEAR:
                score[number] = plain[number] * ends**6 * (1 - enclosed) * thin**2 * slim
                score[number] *= _rare(there, int(number), side)
    return score


def _rare(there: Shapes, number: int, side: Side) -> float:
    """How little else is as bright as chalk; what is as bright as much of the picture is paper in the light."""
    if side.dark:
        return 1
    own = there.names == number + 1
    as_bright = np.count_nonzero(side.light > 0.8 * float(np.median(side.light[own]))) - np.count_nonzero(own)
    return max(0.2, 1 - 4 * int(as_bright) / int(own.size))


def _alone(found: Candidate) -> Candidate:
    """The same letter without the paler shapes that touch it: edges are where ink is half as dark as at its darkest."""
    own = found.there.names == found.main + 1
    level = max(found.level, 0.5 * float(np.percentile(found.side.ink[own], 98)))
    there = shapes.find(found.side.ink, level)
    reaching = np.concatenate([[False], found.there.outside])[found.there.names]
    outside = there.outside | (np.bincount(there.names[reaching], minlength=len(there.area) + 1)[1:] > 0)
    there = there._replace(outside=outside)  # a darker part of what reaches in, too
    inside = np.bincount(there.names[own], minlength=len(there.area) + 1)[1:] > 0
    score = np.where(inside, there.outline * there.darkness, 0)
    return found._replace(there=there, main=int(score.argmax()), level=level)


def together(there: Shapes, main: int, side: Side) -> npt.NDArray[np.int64]:
    """The numbers of the shapes that make up one letter: the main one first, then dots and strokes near it."""
    size, longer = there.size[main], max(side.ink.shape)
    left, top, right, bottom = there.boxes[main]
    x0, y0, x1, y1 = there.boxes.T
    dx = np.maximum(0, np.maximum(left - x1, x0 - right))
    dy = np.maximum(0, np.maximum(top - y1, y0 - bottom))
    near = np.hypot(dx, dy) < NEAR * size
    near |= (dx < 0.25 * size) & (dy < max(ABOVE * size, min(2.5 * size, FAR * longer)))
    alike = (there.darkness > shapes.PALE * there.darkness[main]) & (there.area > 0.003 * size**2)
    alike &= (there.size < 3 * size) & ~there.outside
    near[main] = False
    pieces = (int(number) for number in np.flatnonzero(near & alike))
    return np.array([main, *(piece for piece in pieces if shapes.edges(there, piece, side)[0] > CLEAR)])


def _others(found: Candidate, chosen: npt.NDArray[np.int64]) -> int:
    """How many more shapes as large and as dark as the letter there are; 0 where they are all pieces of it."""
    there, main = found.there, found.main
    alike = (there.outline * there.darkness > LIKE * there.outline[main] * there.darkness[main]) & ~there.outside
    alike &= there.size > LIKE * there.size[main]
    alike[main] = False
    rest = [int(number) for number in np.flatnonzero(alike)]
    rest = [number for number in rest if shapes.edges(there, number, found.side)[0] > CLEAR]
    return 0 if set(rest) <= set(chosen.tolist()) else len(rest)


def _cut(found: Candidate, chosen: npt.NDArray[np.int64]) -> tuple[Array, tuple[int, int, int, int]]:
    """The ink of some shapes alone, with what is left of it at their blurred edges, and its box."""
    left, top = found.there.boxes[chosen, :2].min(axis=0)
    right, bottom = found.there.boxes[chosen, 2:].max(axis=0)
    alone = np.zeros(found.side.ink.shape, np.float32)
    window = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    alone[window] = shapes.cut(found.side.ink[window], found.there.names[window], chosen)
    return alone, (int(left), int(top), int(right), int(bottom))
