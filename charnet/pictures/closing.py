"""Grey closing by an octagon (Serra 1982): dark parts narrower than it are filled, straight edges stay where they are.

A square would do for edges that are level or upright. Across a slanting one its corner reaches beyond the edge, inside
a broad stroke, and takes the shadow there for paper; an octagon's blunt corners hardly do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from charnet.pictures import Array

STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))  # rows and columns from one pixel to the next: the octagon's four directions
SIDE = 2**0.5 - 1  # of its width


def close(light: Array, width: int) -> Array:
    """Brightness (rows, columns) with its dark parts narrower than `width` pixels filled."""
    side = max(1, round(SIDE * width))
    slant = max(1, round((width - side) / 2) + 1)
    lengths = (side, side, slant, slant)
    result = np.pad(light, side + 2 * slant - 3, mode="edge")  # a strip at the border is wide, too
    for best in (np.maximum, np.minimum):
        for step, length in zip(STEPS, lengths, strict=True):
            result = _running_extremum(result, step, length, best)
    return result


def _running_extremum(light: Array, step: tuple[int, int], length: int, best: Callable[[Array, Array], Array]) -> Array:
    """The running maximum or minimum (`best`) over `length` pixels, by doubling; the margin is cut off."""
    done = 1
    while done < length:
        more = min(done, length - done)
        down, across = (more * each for each in step)
        rows, columns = light.shape
        right, left = max(0, across), max(0, -across)
        light = best(light[: rows - down, left : columns - right], light[down:, right : columns - left])
        done += more
    return light
