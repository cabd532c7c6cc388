"""Connected components of ink (shapes), their measures, and cutting them out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array, Mask

PALE = 0.45  # of the letter's darkness; what is paler does not belong to it


MIN_LIGHT = 0.1  # of full brightness, added to the divisor; below it differences are mostly noise
RING = 8  # pixels around a shape within which its edges are measured


class Polarity(NamedTuple):
    """A picture's ink of one polarity: what is darker than its background, or what is lighter."""

    light: Array
    dark: bool
    ink: Array  # 0 on paper to near 1
    level: float  # the threshold of ink
    other: Mask  # where there is ink of the other polarity


class Shapes(NamedTuple):
    """Connected components: an image of their numbers from 1, 0 for none, and the measures of each in that order."""

    names: npt.NDArray[np.int32]
    boxes: npt.NDArray[np.int64]  # (n, 4): left, top, right, bottom
    mass: Array  # (n,) sum of ink
    area: Array  # (n,) pixels
    outline: (
        Array  # (n,) pixels with a neighbour that is no ink: about twice the length of a stroke, whatever its width
    )
    outside: Mask  # (n,) whether it touches the picture's border

    @property
    def darkness(self) -> Array:
        result: Array = self.mass / self.area
        return result

    @property
    def size(self) -> npt.NDArray[np.int64]:
        """The longer side of each box, (n,)."""
        longer: npt.NDArray[np.int64] = np.maximum(
            self.boxes[:, 2] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 1]
        )
        return longer


def find(ink: Array, level: float) -> Shapes:
    """Ink (rows, columns) -> its shapes: pixels above `level` that touch, by a side or a corner."""
    from scipy import ndimage

    dark = ink > level
    names, count = ndimage.label(dark, np.ones((3, 3)))
    boxes = [(wide.start, high.start, wide.stop, high.stop) for high, wide in ndimage.find_objects(names)]
    box = np.array(boxes, np.int64).reshape(-1, 4)
    rows, columns = ink.shape
    rim = max(1, round(0.002 * max(ink.shape)))
    outside = (box[:, :2] < rim).any(axis=1) | (box[:, 2] > columns - rim) | (box[:, 3] > rows - rim)
    mass = np.bincount(names.ravel(), ink.ravel(), count + 1)[1:].astype(np.float64)
    area = np.bincount(names.ravel(), minlength=count + 1)[1:].astype(np.float64)
    bare = ~dark
    edge = np.zeros_like(dark)
    edge[1:] |= bare[:-1]
    edge[:-1] |= bare[1:]
    edge[:, 1:] |= bare[:, :-1]
    edge[:, :-1] |= bare[:, 1:]
    outline = np.bincount(names[edge & dark], minlength=count + 1)[1:]
    return Shapes(names, box, mass, area, outline.astype(np.float64), outside)


def edges(there: Shapes, number: int, polarity: Polarity) -> tuple[float, float]:
    """The share of a shape's outline that is a sharp edge, and the share that borders ink of the other polarity.

    The corner of a shadow or a desk has no sharp edge on one side; the inside of an o borders ink on all sides.
    """
    from scipy import ndimage

    left, top, right, bottom = there.boxes[number]
    window = np.s_[max(0, top - RING) : bottom + RING, max(0, left - RING) : right + RING]
    own = there.names[window] == number + 1
    ring = ndimage.maximum_filter(own, 11) & ~ndimage.maximum_filter(own, 5)
    part = own.astype(np.float32)
    whole = np.maximum(ndimage.uniform_filter(part, 15), 1e-6)
    ink, light = (
        (ndimage.uniform_filter(what[window] * part, 15) / whole)[ring] for what in (polarity.ink, polarity.light)
    )
    paper = polarity.light[window][ring]
    step = share(paper, light) if polarity.dark else share(light, paper)
    return float((step > 0.5 * ink).mean()), float(polarity.other[window][ring].mean())


def breadth(there: Shapes, number: int) -> float:
    """The diameter in pixels of the largest disc that fits into a shape."""
    from scipy import ndimage

    left, top, right, bottom = there.boxes[number]
    own = there.names[top:bottom, left:right] == number + 1
    return 2 * float(ndimage.distance_transform_edt(np.pad(own, 1)).max())


def share(bright: Array, dark: Array) -> Array:
    """The difference of two brightnesses relative to the brighter one."""
    result: Array = (bright - dark) / (bright + MIN_LIGHT)
    return result


def cut(ink: Array, names: npt.NDArray[np.int32], chosen: npt.NDArray[np.int64]) -> Array:
    """A window's ink of the `chosen` shapes alone, 0 to 1, including their blurred edges."""
    from scipy import ndimage

    own = np.isin(names, chosen + 1)
    around = ndimage.maximum_filter(own, 5) & ((names == 0) | own)
    full = float(np.percentile(ink[own], 75))
    return np.where(around, np.clip((ink / full - 0.15) / 0.85, 0, 1), 0).astype(np.float32)
