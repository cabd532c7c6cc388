"""Ink of any size to ink of the size that a network reads. Framing is idempotent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import Array
from charnet.spec import Spec

ROUNDS = 2  # of measuring the ink while framing; a third changes nothing that can be seen
EDGE = 0.25  # of the darkest ink; the threshold from which a pixel counts as part of the letter
SPREAD = 0.21  # `moments`: standard deviation of the ink's place, as a share of the picture's side
MAX_SLANT = 1.0  # `moments`: slants up to this (45 degrees) are straightened
MAX_STRETCH = 3.0  # `moments`: height to width grows up to so many times, or a dash would be a block
MAX_WEIGHTS = 16_000_000  # numbers that resampling may hold at a time, 64 MB; pictures are framed in parts of that
DUSTY = 64  # pixels; a picture with both sides of this length may hold specks that no line of ink leads to


def frame(ink: Array, spec: Spec) -> Array:
    """Ink (..., rows, columns) -> framed ink (..., height, width) in [0, 1]. Framing twice changes nothing."""
    flat = ink.reshape(-1, *ink.shape[-2:])
    if spec.framing == "corner":
        framed = np.stack([_corner(one, spec) for one in flat])
    else:
        scaled = _moments if spec.framing == "moments" else _fit
        each = max(1, MAX_WEIGHTS // (spec.height * spec.width * max(ink.shape[-2:])))
        parts = range(0, len(flat), each)
        framed = np.concatenate([scaled(flat[at : at + each], spec) for at in parts] or [scaled(flat, spec)])
        framed /= framed.max(axis=(1, 2), keepdims=True)
    return framed.reshape(*ink.shape[:-2], spec.height, spec.width)


def to_bytes(framed: Array) -> npt.NDArray[np.uint8]:
    """Framed ink in [0, 1] -> the same in whole steps, 255 = ink, a quarter of the size."""
    return np.round(framed * 255).astype(np.uint8)


def _fit(ink: Array, spec: Spec) -> Array:
    """Crop to the ink, scale into the box less a margin with the proportions kept, centre."""
    margin = min(spec.width, spec.height) / 20  # half a pixel at 10 x 16
    top, bottom = _extent(ink, axis=2)
    left, right = _extent(ink, axis=1)
    for _ in range(ROUNDS):
        y, x = (top + bottom) / 2, (left + right) / 2  # the middle of the ink, in source pixels
        scale = np.minimum((spec.height - 2 * margin) / (bottom - top), (spec.width - 2 * margin) / (right - left))
        rows = _resampling(y, scale, ink.shape[1], spec.height)
        columns = _resampling(x, scale, ink.shape[2], spec.width)
        framed = rows @ ink @ columns.transpose(0, 2, 1)
        # A pen finer than the new pixels fades at its ends: measure again on what came out.
        top, bottom = (y + (edge - spec.height / 2) / scale for edge in _extent(framed, axis=2))
        left, right = (x + (edge - spec.width / 2) / scale for edge in _extent(framed, axis=1))
    if ink.shape[1:] == (spec.height, spec.width):
        # What is framed already passes as it is: resampling it again would only blur it.
        shift = np.hypot(y - spec.height / 2, x - spec.width / 2)
        same = (np.abs(scale - 1) < 0.15) & (shift < 0.75)
        framed = np.where(same[:, None, None], ink, framed)
    return framed


def _moments(ink: Array, spec: Spec) -> Array:
    """Moment normalization (Casey 1970): upright, the centre of mass in the middle, the ink's spread always the same.

    So the body of a letter has its place and size whatever tails it has, and a slanting hand looks like any other.
    Nothing is cut off (what reaches too far is scaled down as a whole) or made wider in proportion to its height.
    """
    y, x = (np.arange(length, dtype=np.float32) + 0.5 for length in ink.shape[1:])
    if min(ink.shape[1:]) >= DUSTY:
        ink = ink * _between(y, *_extent(ink, axis=2))[:, :, None] * _between(x, *_extent(ink, axis=1))[:, None, :]
    mass, each_row = ink.sum(axis=(1, 2)), ink @ x  # of x, for each row
    middle, centre = ink.sum(axis=2) @ y / mass, each_row.sum(axis=1) / mass
    dy = y - middle[:, None]  # (pictures, rows)
    pixel = 1 / 12  # variance of the place within a pixel
    high = (ink.sum(axis=2) * dy**2).sum(axis=1) / mass + pixel
    wide = (ink.sum(axis=1) * (x - centre[:, None]) ** 2).sum(axis=1) / mass + pixel
    both = (each_row * dy).sum(axis=1) / mass
    slant = np.clip(both / high, -MAX_SLANT, MAX_SLANT)
    wide = np.maximum(wide - 2 * slant * both + slant**2 * high, pixel)

    # How far the ink reaches from its centre of mass once it is upright.
    inked = ink >= EDGE * ink.max(axis=(1, 2), keepdims=True)
    rows = inked.any(axis=2)
    shifted = slant[:, None] * dy + centre[:, None]
    first, last = (ends.argmax(axis=2).astype(np.float32) for ends in (inked, inked[:, :, ::-1]))
    left = np.where(rows, shifted - first, 0).max(axis=1)
    right = np.where(rows, len(x) - last - shifted, 0).max(axis=1)
    above, below = np.where(rows, 0.5 - dy, 0).max(axis=1), np.where(rows, 0.5 + dy, 0).max(axis=1)

    margin = min(spec.width, spec.height) / 50
    down = np.minimum(SPREAD * spec.height / np.sqrt(high), (spec.height / 2 - margin) / np.maximum(above, below))
    across = np.minimum(SPREAD * spec.width / np.sqrt(wide), (spec.width / 2 - margin) / np.maximum(left, right))
    down = np.minimum(down, MAX_STRETCH * across)
    across = np.minimum(across, down)
    framed = np.empty((len(ink), spec.height, spec.width), np.float32)
    same = np.zeros(len(ink), np.bool_)
    if ink.shape[1:] == framed.shape[1:]:
        # What is framed already passes as it is; its centre of mass and its spread give it away.
        same = np.hypot(middle - spec.height / 2, centre - spec.width / 2) < 0.25
        same &= (np.minimum(down, across) > 0.67) & (np.minimum(down, across) < 1.5)
        framed[same] = ink[same]
    if not same.all():
        measures = (each[~same] for each in (middle, centre, slant, down, across))
        framed[~same] = _upright(ink[~same], spec, *measures)
    return framed


def _upright(ink: Array, spec: Spec, middle: Array, centre: Array, slant: Array, down: Array, across: Array) -> Array:
    """Resample to the framed size, scaled by `down` and `across`, with each row as far to the side as it slants."""
    vertical = _resampling(middle, down, ink.shape[1], spec.height) @ ink
    rise = (np.arange(spec.height, dtype=np.float32) + 0.5 - spec.height / 2) / down[:, None]  # from the middle
    place = (centre[:, None] + slant[:, None] * rise).ravel()  # of each row's own centre
    columns = _resampling(place, np.repeat(across, spec.height), ink.shape[2], spec.width)
    result: Array = (columns @ vertical.reshape(-1, ink.shape[2], 1)).reshape(-1, spec.height, spec.width)
    return result


def _between(place: Array, first: Array, last: Array) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = (place > first[:, None] - 1) & (place < last[:, None] + 1)
    return result


def _extent(ink: Array, axis: int) -> tuple[Array, Array]:
    """First and last edge of the ink along the other axis, in pixels; a half covered pixel counts as half."""
    profile = ink.max(axis=axis)  # (pictures, length)
    if min(ink.shape[1:]) >= DUSTY:
        # Dust: in a large picture a line of ink has neighbours.
        padded = np.pad(profile, ((0, 0), (1, 1)))
        joined = np.minimum(profile, np.maximum(padded[:, :-2], padded[:, 2:]))
        profile = np.where(joined.max(axis=1, keepdims=True) > 0, joined, profile)  # a hairline has none
    profile = profile / profile.max(axis=1, keepdims=True)
    inside = profile >= EDGE
    first = inside.argmax(axis=1)
    last = profile.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)
    each = np.arange(len(profile))
    start = first + 1 - profile[each, first]
    end = np.maximum(last + profile[each, last], start + 0.5)
    return start.astype(np.float32), end.astype(np.float32)


def _resampling(centre: Array, scale: Array, length: int, size: int) -> Array:
    """Matrices (pictures, size, length) that resample a line of `length` pixels to `size`, `centre` in the middle.

    A triangle filter, as wide as the coarser of the two grids: bilinear when enlarging, antialiased when reducing.
    """
    place = centre[:, None] + (np.arange(size, dtype=np.float32) + 0.5 - size / 2) / scale[:, None]
    pixel = np.arange(length, dtype=np.float32) + 0.5
    reach = np.maximum(1, 1 / scale)[:, None, None]
    weights: Array = pixel - place[:, :, None]
    np.abs(weights, out=weights)  # in place: new memory costs more than the sums
    weights /= -reach
    weights += 1
    np.maximum(weights, 0, out=weights)
    weights /= reach
    return weights


def _corner(ink: Array, spec: Spec) -> Array:
    """The framing of the original (2015), at ten pixels of drawing for one of the network's."""
    if ink.shape == (spec.height, spec.width):
        return ink
    side = 10 * spec.height
    square = np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BILINEAR))
    inked = square >= EDGE * square.max()
    left = inked.any(axis=0).argmax()
    bottom = side - inked.any(axis=1)[::-1].argmax()
    page = np.zeros((side, 10 * spec.width), np.float32)
    part = square[:bottom, left : left + page.shape[1]]
    page[side - part.shape[0] :, : part.shape[1]] = part
    small = Image.fromarray(page).resize((spec.width, spec.height), Image.Resampling.LANCZOS)
    result: Array = np.clip(np.asarray(small), 0, 1)
    return result
