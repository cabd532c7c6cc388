"""A page straightened: found by its codes, bent as its marks say, seen from above at a fixed size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.sheets import find, geometry, layout
from charnet.sheets.geometry import Points, View
from charnet.sheets.layout import MARK, Page

FINE = 6  # pixels a millimetre of the straightened page
CELL = 5.0  # millimetres that are straightened as a quadrilateral
AROUND = 5.0  # millimetres around a mark's place in which it is looked for
DARK = 0.7  # of the paper's light; a mark has less
FEW = 0.6  # of the marks; where fewer are seen the page is too bent or too blurred

Grey = npt.NDArray[np.uint8]


def straighten(photo: Grey) -> tuple[Page, Grey]:
    """A photo -> its page and the page's picture, FINE pixels a millimetre. Errors as those of `find`."""
    page, corners = find.find(photo)
    return page, flatten(photo, view(photo, page, corners), page.size)


def view(photo: Grey, page: Page, corners: Points) -> View:
    """How the photo shows the page, from the corners of its codes and from its marks.

    `ValueError` where too few of the marks are seen.
    """
    first = geometry.flat(find.places(page.paper), corners, page.size)
    expected = np.array(layout.marks(page.paper))
    places, pixels = [], []
    for place in expected:
        if (seen := _mark(photo, first, place)) is not None:
            places.append(place)
            pixels.append(seen)
    if len(places) < FEW * len(expected):
        raise ValueError(
            f"only {len(places)} of the {len(expected)} dots around the boxes were found, so the page is bent, "
            f"covered or blurred: {find.AGAIN}"
        )
    there, seen_at = np.array(places), np.array(pixels)  # ten times as exact as the corners of the codes
    return geometry.bent(geometry.flat(there, seen_at, page.size), there, seen_at)


def flatten(photo: Grey, view: View, size: tuple[float, float]) -> Grey:
    """The page seen from above, FINE pixels a millimetre."""
    width, height = (round(length * FINE) for length in size)
    source = Image.fromarray(photo)
    columns, rows = (np.append(np.arange(0, length, CELL * FINE), length) for length in (width, height))
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1)
    seen = view.pixels(nodes.reshape(-1, 2) / FINE).reshape(nodes.shape)
    if (reduced := int(_scale(seen) // 1.5)) > 1:  # a photo much finer than needed would come out jagged
        source, seen = source.reduce(reduced), seen / reduced
    mesh = [
        (
            (int(columns[j]), int(rows[i]), int(columns[j + 1]), int(rows[i + 1])),
            tuple(np.concatenate([seen[i, j], seen[i + 1, j], seen[i + 1, j + 1], seen[i, j + 1]]).tolist()),
        )
        for i in range(len(rows) - 1)
        for j in range(len(columns) - 1)
    ]
    return np.asarray(source.transform((width, height), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC))


def _scale(seen: Points) -> float:
    """Pixels of the photo for one of the page."""
    return float(np.median(np.hypot(*np.moveaxis(np.diff(seen[:-1, :-1], axis=1), 2, 0)))) / (CELL * FINE)


def _mark(photo: Grey, view: View, place: Points) -> Points | None:
    """The pixels of the middle of the mark that belongs at a place in millimetres; None where none is seen."""
    from scipy import ndimage

    side = round(2 * AROUND * FINE)
    steps = (np.arange(side) + 0.5) / FINE - AROUND
    around = place + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    seen = view.pixels(around)
    light = ndimage.map_coordinates(photo, seen.T[::-1] - 0.5, output=np.float32, order=1, mode="nearest")
    light = ndimage.gaussian_filter(light.reshape(side, side), 1.5)
    labels, count = ndimage.label(light < DARK * ndimage.grey_closing(light, size=(side // 3, side // 3)))
    numbers = np.arange(1, count + 1)
    areas = ndimage.sum_labels(np.ones_like(light), labels, numbers) / FINE**2
    whole = np.pi * (MARK / 2) ** 2
    middles = np.array(ndimage.center_of_mass(np.ones_like(light), labels, numbers)).reshape(-1, 2)
    away = np.hypot(*(middles + 0.5 - side / 2).T) / FINE
    fitting = (areas > 0.4 * whole) & (areas < 2.5 * whole) & (away < AROUND - MARK)
    if not fitting.any():
        return None
    row, column = middles[np.where(fitting, away, np.inf).argmin()]
    offset = (np.array([column, row]) + 0.5) / FINE - AROUND
    result: Points = view.pixels((place + offset)[None])[0]
    return result
