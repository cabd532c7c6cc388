"""Finds the letter in a photo: the connected component that most looks like writing, with its dots and other parts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array, photo, shapes
from charnet.pictures.paper import looks_dark
from charnet.pictures.shapes import Polarity, Shapes

MORE_THAN_ONE = "more than one shape"  # a note
LEVELS = (1, 1.6, 2.5, 4, 6.3)  # thresholds, times the lowest; a higher one separates a letter from a fainter line
MAX_LEVEL = 0.55  # a higher threshold breaks strokes
CANDIDATES = 5  # shapes at each threshold that are measured in detail
MIN_SIZE = 0.03  # of a picture's longer side; a letter is no smaller
NEAR = 0.35  # of a shape's size: pieces of one letter are no further apart
BELOW = 0.2  # the same below a letter, where more often another line begins
ABOVE = 1.0  # the same for a dot above; of a small shape FAR of the picture's longer side
FAR = 0.16
MAX_BREADTH = 0.7  # of a letter's size; strokes are narrower
MIN_CUT_OFF_SIZE = 0.3  # of a picture's longer side; a letter that the border cuts off is larger,
CUT_OFF_WEIGHT = 0.05  # and its score is so much lower
KEPT_SCORE = 0.4  # of a letter's score; where a lower threshold keeps so much, it is preferred
NEIGHBOURHOOD = 1.0  # of the stroke width; the radius within which the local darkness is measured
EDGE = 0.4  # of the darkness in the middle of a stroke, at which it ends
SHARP, BLURRED = 0.25, 0.4  # width of a stroke's edge, in stroke widths
PALE, FAINT = 0.5, 0.1  # of the letter's darkness; paler ink is not part of it, on sharp and on blurred pictures
MIN_SHARP_OUTLINE = 0.6  # the least share of a shape's outline that is sharp
MIN_SIMILARITY = 0.35  # of the letter's own measure; a shape with more is another letter
MAX_LENGTH = 8  # of the strokes, in sizes of the letter; longer ones are a scribble


class Letter(NamedTuple):
    """The picture's ink without all but the letter, the letter's box (left, top, right, bottom), and a note."""

    ink: Array
    box: tuple[int, int, int, int]
    shapes: int  # how many as large as a letter there are
    note: str | None


class Candidate(NamedTuple):
    scores: Array  # of each shape
    there: Shapes
    main: int  # the letter's number among them
    level: float
    polarity: Polarity


def find(light: Array) -> Letter | None:
    """Brightness (rows, columns) in [0, 1] -> its letter, dark on light or light on dark; None where there is none."""
    if looks_dark(light):  # a picture and its negative read alike: light ink counts less than dark ink
        light = 1 - light
    found = [candidate for polarity in photo.polarities(light) for candidate in _candidates(polarity)]
    if found and not _best(found).polarity.dark:
        found = _candidates(photo.polarities(1 - light)[0]) or found
    if not found:
        return None
    best = _best(found)
    best, even = _isolate(_at_lowest_level(best, found))
    chosen = _pieces(best.there, best.main, best.polarity)
    others = _others(best, chosen)
    length = best.there.outline[chosen].sum() / 2
    note = MORE_THAN_ONE if others else None
    if not others and length > MAX_LENGTH * best.there.size[chosen].max():
        note = "a scribble, no clear letter"
    return Letter(*_cut(best.there, even, chosen), 1 + others, note)


def _best(found: list[Candidate]) -> Candidate:
    return max(found, key=lambda candidate: float(candidate.scores.max()))


def _candidates(polarity: Polarity) -> list[Candidate]:
    """The shape with the best score at each threshold."""
    found = []
    for level in (polarity.level * factor for factor in LEVELS):
        if level < MAX_LEVEL:
            there = shapes.find(polarity.ink, level)
            scores = _scores(there, polarity)
            if scores.max(initial=0) > 0:
                found.append(Candidate(scores, there, int(scores.argmax()), level, polarity))
    return found


def _scores(there: Shapes, polarity: Polarity) -> Array:
    """Score each shape, (n,): long, thin and dark shapes with sharp outlines, away from the border, score most."""
    longer = max(polarity.ink.shape)
    cut_off = there.outside & (there.size > MIN_CUT_OFF_SIZE * longer) & (_at_border(there) < 0.1 * there.outline)
    possible = (there.size >= MIN_SIZE * longer) & (cut_off | ~there.outside)
    plain = np.where(possible, there.outline * there.darkness, 0) * np.where(cut_off, CUT_OFF_WEIGHT, 1)
    score = np.zeros(len(plain))
    for number in np.argsort(-plain)[:CANDIDATES]:
        if plain[number] > 0:
            ends, enclosed = shapes.edges(there, int(number), polarity)
            thin = min(1, there.outline[number] ** 2 / there.area[number] / 25)  # 12 for a disc, 4 x length to width
            slim = np.clip((MAX_BREADTH - shapes.breadth(there, int(number)) / there.size[number]) / 0.3, 0, 1)
            if ends > MIN_SHARP_OUTLINE:
                score[number] = plain[number] * ends**6 * (1 - enclosed) * thin**2 * slim
                score[number] *= _rarity_of_brightness(there, int(number), polarity)
    return score


def _at_border(there: Shapes) -> npt.NDArray[np.int64]:
    """How many of its pixels each shape has at the picture's border, (n,)."""
    names = there.names
    border = np.concatenate([names[0], names[-1], names[:, 0], names[:, -1]])
    return np.bincount(border, minlength=len(there.area) + 1)[1:]


def _rarity_of_brightness(there: Shapes, number: int, polarity: Polarity) -> float:
    """For light ink, a factor that falls with the area of equally bright pixels, which may be paper in the light."""
    if polarity.dark:
        return 1
    own = there.names == number + 1
    as_bright = np.count_nonzero(polarity.light > 0.8 * float(np.median(polarity.light[own]))) - np.count_nonzero(own)
    return max(0.2, 1 - 4 * int(as_bright) / int(own.size))


def _at_lowest_level(best: Candidate, found: list[Candidate]) -> Candidate:
    """The same letter at the lowest threshold that keeps its score; higher ones break pale strokes."""
    own = best.there.names == best.main + 1
    for other in found:
        if other.polarity is best.polarity and other.level < best.level:
            main = int(np.bincount(other.there.names[own]).argmax()) - 1
            if main >= 0 and other.scores[main] > KEPT_SCORE * best.scores[best.main]:
                return other._replace(main=main)
    return best


def _isolate(found: Candidate) -> tuple[Candidate, Array]:
    """Separate the letter from paler shapes that touch it; also the ink divided by its local maximum.

    A stroke ends at a fixed share of the local darkness, so pale strokes, and those narrower than the camera's blur,
    end at a lower level than dark ones.
    """
    from scipy import ndimage

    there, ink, number = found.there, found.polarity.ink, found.main
    own = there.names == number + 1
    darkest = float(np.percentile(ink[own], 98))
    width = 2 * float(there.area[number] / there.outline[number])
    left, top, right, bottom = there.boxes[number]
    if bottom - top < 2 or right - left < 2:  # a line one pixel thin, and a gradient takes two
        left, top, right, bottom = max(0, left - 1), max(0, top - 1), right + 1, bottom + 1
    steep = np.hypot(*np.gradient(ink[top:bottom, left:right]))[own[top:bottom, left:right]]
    blur = darkest / float(np.percentile(steep, 90)) / width  # how broad edges are, in widths of a stroke
    faintest = darkest * float(np.interp(blur, (SHARP, BLURRED), (PALE, FAINT)))
    around = 1 + 2 * round(NEIGHBOURHOOD * width)
    nearby = ndimage.uniform_filter(ndimage.maximum_filter(np.where(ink > found.level, ink, 0), around), around)
    even = np.clip(ink / np.maximum(nearby, max(found.level, faintest) / EDGE), 0, 1)
    isolated = shapes.find(even, EDGE)
    reaching = np.concatenate([[False], there.outside])[there.names] & ~own
    outside = isolated.outside | (np.bincount(isolated.names[reaching], minlength=len(isolated.area) + 1)[1:] > 0)
    inside = np.bincount(isolated.names[own], minlength=len(isolated.area) + 1)[1:] > 0
    main = int(np.where(inside, isolated.outline * isolated.darkness, 0).argmax())
    outside[main] = False
    mass = np.bincount(isolated.names.ravel(), ink.ravel(), len(isolated.area) + 1)[1:].astype(np.float64)
    isolated = isolated._replace(outside=outside, mass=mass)  # parts of shapes at the border are outside too
    return found._replace(there=isolated, main=main, level=EDGE), even


def _pieces(there: Shapes, main: int, polarity: Polarity) -> npt.NDArray[np.int64]:
    """The indices of the shapes that make up the letter: the main one first, then dots and strokes near it."""
    size, longer = there.size[main], max(polarity.ink.shape)
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
    return np.array([main, *(piece for piece in pieces if shapes.edges(there, piece, polarity)[0] > MIN_SHARP_OUTLINE)])


def _others(found: Candidate, chosen: npt.NDArray[np.int64]) -> int:
    """How many other shapes are about as large and dark as the letter; 0 where they are all parts of it."""
    there, main = found.there, found.main
    alike = (
        there.outline * there.darkness > MIN_SIMILARITY * there.outline[main] * there.darkness[main]
    ) & ~there.outside
    alike &= there.size > MIN_SIMILARITY * there.size[main]
    alike[main] = False
    rest = [int(number) for number in np.flatnonzero(alike)]
    rest = [number for number in rest if shapes.edges(there, number, found.polarity)[0] > MIN_SHARP_OUTLINE]
    return 0 if set(rest) <= set(chosen.tolist()) else len(rest)


def _cut(there: Shapes, ink: Array, chosen: npt.NDArray[np.int64]) -> tuple[Array, tuple[int, int, int, int]]:
    """The ink of the chosen shapes with their blurred edges, on an otherwise empty picture, and its bounding box."""
    left, top = there.boxes[chosen, :2].min(axis=0)
    right, bottom = there.boxes[chosen, 2:].max(axis=0)
    alone = np.zeros(ink.shape, np.float32)
    window = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    alone[window] = shapes.cut(ink[window], there.names[window], chosen)
    return alone, (int(left), int(top), int(right), int(bottom))
