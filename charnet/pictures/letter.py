"""The letter in a photo: of all shapes on the paper or board the one that was written, with its dots and pieces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.pictures import photo, shapes
from charnet.pictures.shapes import Shapes, Side

Array = npt.NDArray[np.floating]

SEVERAL = "more than one shape"  # a note
LEVELS = (1, 1.6, 2.5, 4, 6.3)  # times the lowest level: what is joined by a ruled line at one stands alone at the next
PALEST = 0.55  # a level above this cuts ink into pieces
LIKELY = 5  # shapes at each level are looked at closely
SMALLEST = 0.03  # of a picture's longer side; a letter is no smaller
NEAR = 0.35  # of a shape's size: pieces of one letter are no further apart
BELOW = 0.2  # the same below a letter, where more often another line begins
ABOVE = 1.0  # the same for a dot above; of a small shape FAR of the picture's longer side
FAR = 0.16
BROADEST = 0.7  # of a letter's size; its strokes are narrower wherever they are measured, most of them by far
LARGE = 0.3  # of a picture's longer side; a letter that the border cuts off is larger,
REACHING = 0.05  # and its score is so much lower
STILL = 0.4  # of its score; a letter that keeps so much of it at a lower level is whole there
NEARBY = 1.0  # of a stroke's width: how dark a stroke is, is seen around as far as that
EDGE = 0.4  # of a stroke's darkness in its middle; its edge is where it is so dark
SHARP, BLURRED = 0.25, 0.4  # of a stroke's width: how broad its edges are
PALE, FAINT = (
    0.5,
    0.1,
)  # of the letter's darkness; what is paler does not belong to it, in sharp and in blurred pictures
CLEAR = 0.6  # the share of its outline where ink ends at once
LIKE = 0.35  # of the letter's own score: a second shape of this is another letter
SCRIBBLED = 8  # a line longer than so many times its shape's size is no letter


class Letter(NamedTuple):
    """The letter's ink, alone on its picture; its box (left, top, right, bottom) in pixels; what is odd about it."""

    ink: Array
    box: tuple[int, int, int, int]
    shapes: int  # how many as large as a letter there are
    note: str | None


class Candidate(NamedTuple):
    scores: Array  # of each shape
    there: Shapes
    main: int  # the letter's number among them
    level: float
    side: Side


def find(light: Array) -> Letter | None:
    """Brightness (rows, columns) in [0, 1] -> its letter, dark on light or light on dark; None where there is none."""
    found = [candidate for side in photo.sides(light) for candidate in _candidates(side)]
    if found and not _best(found).side.dark:
        found = _candidates(photo.sides(1 - light)[0]) or found  # a picture and its negative read alike
    if not found:
        return None
    best = _best(found)
    best, even = _alone(_whole(best, found))
    chosen = together(best.there, best.main, best.side)
    others = _others(best, chosen)
    length = best.there.outline[chosen].sum() / 2
    note = SEVERAL if others else None
    if length > SCRIBBLED * best.there.size[chosen].max():
        note = "a scribble, no clear letter"
    return Letter(*_cut(best.there, even, chosen), 1 + others, note)


def _best(found: list[Candidate]) -> Candidate:
    return max(found, key=lambda candidate: float(candidate.scores.max()))


def _candidates(side: Side) -> list[Candidate]:
    """The likeliest letter at each level."""
    found = []
    for level in (side.level * factor for factor in LEVELS):
        if level < PALEST:
            there = shapes.find(side.ink, level)
            scores = _scores(there, side)
            if scores.max(initial=0) > 0:
                found.append(Candidate(scores, there, int(scores.argmax()), level, side))
    return found


def _scores(there: Shapes, side: Side) -> Array:
    """How much each shape looks like the letter, (n,): long, thin, dark, away from the border, with paper around it."""
    longer = max(side.ink.shape)
    cut_off = there.outside & (there.size > LARGE * longer) & (_at_border(there) < 0.1 * there.outline)
    possible = (there.size >= SMALLEST * longer) & (cut_off | ~there.outside)
    plain = np.where(possible, there.outline * there.darkness, 0) * np.where(cut_off, REACHING, 1)
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


def _at_border(there: Shapes) -> npt.NDArray[np.int64]:
    """How many of its pixels each shape has at the picture's border, (n,)."""
    names = there.names
    border = np.concatenate([names[0], names[-1], names[:, 0], names[:, -1]])
    return np.bincount(border, minlength=len(there.area) + 1)[1:]


def _rare(there: Shapes, number: int, side: Side) -> float:
    """How little else is as bright as chalk; what is as bright as much of the picture is paper in the light."""
    if side.dark:
        return 1
    own = there.names == number + 1
    as_bright = np.count_nonzero(side.light > 0.8 * float(np.median(side.light[own]))) - np.count_nonzero(own)
    return max(0.2, 1 - 4 * int(as_bright) / int(own.size))


def _whole(best: Candidate, found: list[Candidate]) -> Candidate:
    """The same letter at the lowest level where it still looks like one: higher ones cut pale strokes into pieces."""
    own = best.there.names == best.main + 1
    for other in found:
        if other.side is best.side and other.level < best.level:
            main = int(np.bincount(other.there.names[own]).argmax()) - 1
            if main >= 0 and other.scores[main] > STILL * best.scores[best.main]:
                return other._replace(main=main)
    return best


def _alone(found: Candidate) -> tuple[Candidate, Array]:
    """The same letter without the paler shapes that touch it, and the picture's ink with all strokes evenly dark.

    A stroke ends where it is half as dark as in its middle; where it is pale, or narrower than the camera's blur, that
    is less than elsewhere.
    """
    from scipy import ndimage

    there, ink, number = found.there, found.side.ink, found.main
    own = there.names == number + 1
    darkest = float(np.percentile(ink[own], 98))
    width = 2 * float(there.area[number] / there.outline[number])
    left, top, right, bottom = there.boxes[number]
    steep = np.hypot(*np.gradient(ink[top:bottom, left:right]))[own[top:bottom, left:right]]
    blur = darkest / float(np.percentile(steep, 90)) / width  # how broad edges are, in widths of a stroke
    faintest = darkest * float(np.interp(blur, (SHARP, BLURRED), (PALE, FAINT)))
    around = 1 + 2 * round(NEARBY * width)
    nearby = ndimage.uniform_filter(ndimage.maximum_filter(np.where(ink > found.level, ink, 0), around), around)
    even = np.clip(ink / np.maximum(nearby, max(found.level, faintest) / EDGE), 0, 1)
    alone = shapes.find(even, EDGE)
    reaching = np.concatenate([[False], there.outside])[there.names] & ~own
    outside = alone.outside | (np.bincount(alone.names[reaching], minlength=len(alone.area) + 1)[1:] > 0)
    inside = np.bincount(alone.names[own], minlength=len(alone.area) + 1)[1:] > 0
    main = int(np.where(inside, alone.outline * alone.darkness, 0).argmax())
    outside[main] = False
    mass = np.bincount(alone.names.ravel(), ink.ravel(), len(alone.area) + 1)[1:].astype(np.float64)
    alone = alone._replace(outside=outside, mass=mass)  # a darker part of what reaches in, too
    return found._replace(there=alone, main=main, level=EDGE), even


def together(there: Shapes, main: int, side: Side) -> npt.NDArray[np.int64]:
    """The numbers of the shapes that make up one letter: the main one first, then dots and strokes near it."""
    size, longer = there.size[main], max(side.ink.shape)
    left, top, right, bottom = there.boxes[main]
    x0, y0, x1, y1 = there.boxes.T
    dx = np.maximum(0, np.maximum(left - x1, x0 - right))
    dy = np.maximum(0, np.maximum(top - y1, y0 - bottom))
    near = np.hypot(dx, dy) < np.where(y0 > bottom, BELOW, NEAR) * size
    near |= (y0 < bottom) & (dx < 0.25 * size) & (dy < max(ABOVE * size, min(2.5 * size, FAR * longer)))
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


def _cut(there: Shapes, ink: Array, chosen: npt.NDArray[np.int64]) -> tuple[Array, tuple[int, int, int, int]]:
    """The ink of some shapes alone, with what is left of it at their blurred edges, and its box."""
    left, top = there.boxes[chosen, :2].min(axis=0)
    right, bottom = there.boxes[chosen, 2:].max(axis=0)
    alone = np.zeros(ink.shape, np.float32)
    window = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    alone[window] = shapes.cut(ink[window], there.names[window], chosen)
    return alone, (int(left), int(top), int(right), int(bottom))
