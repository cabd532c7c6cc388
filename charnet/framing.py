"""Ink of any size to ink of the size that a network reads; framing what is framed changes nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.spec import Spec

ROUNDS = 2  # of measuring the ink while framing; a third changes nothing that can be seen
EDGE = 0.25  # the share of the darkest ink from which a pixel counts as part of the letter
DUSTY = 64  # pixels; a picture with both sides of this length may hold specks that no line of ink leads to

Array = npt.NDArray[np.floating]


def frame(ink: Array, spec: Spec) -> Array:
    """Ink (..., rows, columns) -> framed ink (..., height, width) in [0, 1]. Framing twice changes nothing."""
    flat = ink.reshape(-1, *ink.shape[-2:])
    framed = np.stack([_corner(one, spec) for one in flat]) if spec.framing == "corner" else _fit(flat, spec)
    return framed.reshape(*ink.shape[:-2], spec.height, spec.width)


def _fit(ink: Array, spec: Spec) -> Array:
    """Crop to the ink, scale into the box less a margin with the proportions kept, centre, darkest ink to 1.

    `squeeze` fills the height instead, and makes a letter that is too wide for that narrower: proportions go, but a
    small network reads better (docs/log.md).
    """
    margin = min(spec.width, spec.height) / 20  # half a pixel at 10 x 16
    top, bottom = _extent(ink, axis=2)
    left, right = _extent(ink, axis=1)
    for _ in range(ROUNDS):
        y, x = (top + bottom) / 2, (left + right) / 2  # the middle of the ink, in source pixels
        down = (spec.height - 2 * margin) / (bottom - top)
        across = np.minimum(down, (spec.width - 2 * margin) / (right - left))
        down = across if spec.framing == "fit" else down
        rows = _resampling(y, down, ink.shape[1], spec.height)
        columns = _resampling(x, across, ink.shape[2], spec.width)
        framed = rows @ ink @ columns.transpose(0, 2, 1)
        # A pen finer than the new pixels fades at its ends: measure again on what came out.
        top, bottom = (y + (edge - spec.height / 2) / down for edge in _extent(framed, axis=2))
        left, right = (x + (edge - spec.width / 2) / across for edge in _extent(framed, axis=1))
    if ink.shape[1:] == (spec.height, spec.width):
        # What is framed already passes as it is: resampling it again would only blur it.
        shift = np.hypot(y - spec.height / 2, x - spec.width / 2)
        same = (np.abs(down - 1) < 0.15) & (np.abs(across - 1) < 0.15) & (shift < 0.75)
        framed = np.where(same[:, None, None], ink, framed)
    result: Array = framed / framed.max(axis=(1, 2), keepdims=True)
    return result


def _extent(ink: Array, axis: int) -> tuple[Array, Array]:
    """First and last edge of the ink along the other axis, in pixels; a half covered pixel counts as half."""
    profile = ink.max(axis=axis)  # (pictures, length)
    if min(ink.shape[1:]) >= DUSTY:
        # Dust: in a large picture a line of ink has neighbours.
        padded = np.pad(profile, ((0, 0), (1, 1)))
        profile = np.minimum(profile, np.maximum(padded[:, :-2], padded[:, 2:]))
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
    weights: Array = np.maximum(0, 1 - np.abs(pixel - place[:, :, None]) / reach) / reach
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
