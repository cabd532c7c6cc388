"""Which pictures are clean: nothing but ink on paper without noise. They need only framing, which takes little time.

Others have ruled lines, frames, boxes, specks or another sheet of paper in view. Frames along the border and specks are
taken off here; `letter.find` handles the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.pictures import Grey, Mask, rules, shapes
from charnet.pictures.paper import level

LINE_COVERAGE = 0.95  # of a picture's side; ink that covers so much of it may be a rule, or part of a frame
LINE_TOLERANCE = 0.06  # of the darkest ink; the most that darkness varies along most of a ruled line
MAX_INK_SHARE = 0.6  # of a picture; ink that covers more may be another paper
ROOM = (
    24  # pixels; smaller pictures have none for a box or a card around a letter, or for specks finer than its strokes
)
MIN_CARD_FILL = 0.5  # of its bounding box; a card of paper on another ground covers more
CORNER = 0.1  # of a card's shorter side; its corners are of paper for so much
BROAD = 0.16  # of its longer side; strokes are not so broad
MAX_STROKES = 2  # of one letter that a row and a column of its pixels cross, usually
SPECK = 0.5  # of the stroke width; what is smaller is no dot of a letter,
DOT = 1.5  # nor is what is smaller than this
MAX_DOTS = 4  # if there are more of them
PALE_LINE = 0.75  # of the darkest ink; a single ruled line is paler
MIN_DARK_SHARE = 0.4  # of the ink; where less is half as dark as the darkest, the rest may be another paper
MAX_STROKE_RADIUS = 0.04  # of the picture's shorter side; ink that reaches so far in all directions is no stroke
MAX_CROSSINGS = 5  # times that a row of pixels meets the strokes of one letter


def plain(greys: Grey) -> Mask:
    """Whether each picture (n, rows, columns) shows nothing but ink on paper without noise, (n,).

    Pictures with ruled lines, a frame, a box, specks, or a sheet of another colour are not plain.
    """
    paper, result = level(greys)
    contrast = np.abs(greys.astype(np.int16) - paper[:, None, None].astype(np.int16))
    ink = contrast > np.maximum(4, contrast.max(axis=(1, 2), keepdims=True) // 8)
    rows, columns = (ink.mean(axis=axis) > LINE_COVERAGE for axis in (2, 1))
    dark = contrast > contrast.max(axis=(1, 2), keepdims=True) // 2
    pale = dark.sum(axis=(1, 2)) < MIN_DARK_SHARE * ink.sum(axis=(1, 2))
    odd = rows.any(axis=1) | columns.any(axis=1) | pale | (ink.mean(axis=(1, 2)) > MAX_INK_SHARE)
    full = several = np.zeros(len(greys), bool)
    if min(greys.shape[1:]) >= ROOM:
        full, several = _fill(dark) > MIN_CARD_FILL, _may_hold_another(ink)
    for place in np.flatnonzero(result & (odd | full | several)):
        one = ink[place]
        found = full[place] and _card(dark[place])
        found = found or (several[place] and (rules.has_box(one) or _specks(one) is not None))
        result[place] = not found and not (odd[place] and (_has_frame(one) or _is_mostly_broad(one) or any(
            _has_rules(*lines) for lines in ((rows[place], contrast[place]), (columns[place], contrast[place].T))
        )))  # fmt: skip
    return result


def _fill(ink: Mask) -> npt.NDArray[np.float64]:
    """How much of the bounding box of its ink is ink, (n,)."""
    high, wide = (np.count_nonzero(ink.any(axis=axis), axis=1) for axis in (2, 1))
    result: npt.NDArray[np.float64] = ink.sum(axis=(1, 2)) / np.maximum(1, high * wide)
    return result


def _may_hold_another(ink: Mask) -> Mask:
    """A fast test, (n,): whether some row and some column are crossed three times, or are empty within the ink."""
    crossed: Mask = np.ones(len(ink), bool)
    parted: Mask = np.zeros(len(ink), bool)
    for each in (ink, ink.transpose(0, 2, 1)):
        starts = np.count_nonzero(each[:, :, 1:] & ~each[:, :, :-1], axis=2) + each[:, :, 0]
        crossed &= (starts > MAX_STROKES).any(axis=1)
        profile = np.asarray(each.any(axis=2))
        begins = np.count_nonzero(profile[:, 1:] & ~profile[:, :-1], axis=1) + profile[:, 0]
        parted |= np.greater(begins, 1)
    return crossed | parted


def without_specks(grey: Grey) -> Grey:
    """A picture (rows, columns) of which specks are painted over."""
    paper, _ = level(grey[None])
    contrast = np.abs(grey.astype(np.int16) - int(paper[0]))
    specks = _specks(contrast > max(4, contrast.max() // 8))
    return grey if specks is None else np.where(specks, paper[0], grey).astype(np.uint8)


def _specks(ink: Mask) -> Mask | None:
    """Where shapes are too small, or as small as dots and too many, to be parts of the largest; None without any."""
    there = shapes.find(ink.astype(np.float32), 0.5)
    main = int(there.outline.argmax())
    stroke = 2 * there.area[main] / there.outline[main]
    small = there.size < SPECK * stroke
    tiny = there.size < DOT * stroke
    if np.count_nonzero(tiny) > MAX_DOTS:
        small |= tiny
    small[main] = False
    return small[there.names - 1] & (there.names > 0) if small.any() else None


def unframed(grey: Grey) -> Grey:
    """A picture (rows, columns) cut to its card, or without the lines, on however many sides, along its border."""
    paper, _ = level(grey[None])
    contrast = np.abs(grey.astype(np.int16) - int(paper[0]))
    card = _card(contrast > contrast.max() // 2)
    return grey[card] if card else _without_frame(grey, contrast > max(4, contrast.max() // 8))


def _card(ink: Mask) -> tuple[slice, slice] | None:
    """Where what is taken for ink is a card of paper with something on it, on another ground; None for real ink.

    It has corners and a hole, and most of it is broader than strokes are.
    """
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    card = ink[window]
    corner = max(1, round(CORNER * min(card.shape)))
    ends = np.r_[:corner, -corner:0]
    broad = max(3, round(BROAD * max(card.shape)))
    if (
        card[np.ix_(ends % card.shape[0], ends % card.shape[1])].mean() < LINE_COVERAGE
        or not MIN_CARD_FILL < card.mean() < 1
    ):
        return None
    from scipy import ndimage  # here: it takes longer to import than a clean picture to read

    opened = ndimage.maximum_filter(ndimage.minimum_filter(card, broad, mode="constant"), broad)
    has_hole = (ndimage.binary_fill_holes(card) & ~card).any()
    return window if has_hole and 2 * np.count_nonzero(opened) > np.count_nonzero(card) else None


def _has_frame(ink: Mask) -> bool:
    return _without_frame(ink, ink).shape != ink.shape


def _without_frame(picture: npt.NDArray[Any], ink: Mask) -> npt.NDArray[Any]:
    """Crop lines along the border, unless they touch other ink: then they may be part of a letter."""
    inside, cut, sides = ink, picture, []
    for _ in range(4):  # each side in its turn
        first = 0
        while first < len(inside) and inside[first].mean() > LINE_COVERAGE:
            first += 1
        sides.append(first > 0)
        inside, cut = np.rot90(inside[first:]), np.rot90(cut[first:])
    touched = [bool(inside.size and np.rot90(inside, turn)[0].any()) for turn in range(4)]
    return picture if not inside.any() or any(map(min, sides, touched)) else cut


def _has_rules(across: Mask, contrast: npt.NDArray[np.int16]) -> bool:
    """Whether rows of ink from side to side are ruled lines: evenly dark, and several, or one that is pale."""
    most, inner = int(contrast.max()), across.copy()
    for end in (inner, inner[::-1]):
        end[: int(np.argmin(end))] = False  # along the border: a frame's, or a letter's own
    darkness = np.median(contrast, axis=1)
    inner &= (np.abs(contrast - darkness[:, None]) <= LINE_TOLERANCE * most).mean(axis=1) > 0.5
    inner &= (np.abs(contrast[:, [0, -1]] - darkness[:, None]) <= LINE_TOLERANCE * most).all(axis=1)
    count = np.count_nonzero(inner[1:] & ~inner[:-1])
    return bool(count > 1 or (count == 1 and darkness[inner].max() < PALE_LINE * most))


def _is_mostly_broad(ink: Mask) -> bool:
    """Whether most of the ink survives an erosion that no stroke would: it is another sheet of paper."""
    reach = max(2, round(MAX_STROKE_RADIUS * min(ink.shape)))
    inside = ink
    for _ in range(2):
        inside = np.pad(inside, ((reach, reach), (0, 0)))
        inside = inside[: -2 * reach] & inside[reach:-reach] & inside[2 * reach :]
        inside = inside.T
    return bool(2 * np.count_nonzero(inside) > np.count_nonzero(ink))


def crowded(greys: Grey) -> Mask:
    """Whether clean pictures (n, rows, columns) may hold several letters, or a scribble, (n,): a fast test."""
    level = np.median(greys.reshape(len(greys), -1), axis=1).astype(np.int16)
    ink = np.abs(greys.astype(np.int16) - level[:, None, None]) > 64
    columns = ink.any(axis=1)
    groups = np.count_nonzero(columns[:, 1:] & ~columns[:, :-1], axis=1)
    crossings = np.count_nonzero(ink[:, :, 1:] & ~ink[:, :, :-1], axis=2).max(axis=1, initial=0)
    result: Mask = (groups > 1) | (crossings > MAX_CROSSINGS)
    return result
