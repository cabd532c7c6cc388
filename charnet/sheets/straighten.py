"""Straighten a page: find it by its codes, fit its bend by its marks, and show it from above at a fixed size."""

from __future__ import annotations

import numpy as np
from PIL import Image

from charnet.sheets import find, geometry, layout
from charnet.sheets.geometry import Points, View
from charnet.sheets.layout import MARK, Page
from charnet.sheets.light import Grey

PIXELS_PER_MM = 6  # of the straightened page
CELL = 5.0  # millimetres, the side of a square that is mapped as one quadrilateral
SEARCH = 5.0  # millimetres around a mark's expected position in which it is searched
DARK = 0.7  # fraction of the paper's light; a mark is darker
LEAST_MARKS = 0.6  # fraction of the marks that must be found; else the page is too bent or too blurred


def straighten(photo: Grey) -> tuple[Page, Grey]:
    """A photo -> its page and the straightened picture of it. Raises the errors of `find` and `fit_view`."""
    page, corners = find.find(photo)
    return page, rectify(photo, fit_view(photo, page, corners), page.size)


def fit_view(photo: Grey, page: Page, corners: Points) -> View:
    """Fit the view of the page: roughly to the corners of its codes, then to its marks.

    `ValueError` where too few of the marks are found.
    """
    rough = geometry.flat_view(find.code_corners(page.paper), corners, page.size)
    expected = np.array(layout.marks(page.paper))
    found, found_at = [], []
    for mark in expected:
        if (pixel := _find_mark(photo, rough, mark)) is not None:
            found.append(mark)
            found_at.append(pixel)
    if len(found) < LEAST_MARKS * len(expected):
        raise ValueError(
            f"only {len(found)} of the {len(expected)} dots around the boxes were found, so the page is bent, "
            f"covered or blurred: {find.RETAKE}"
        )
    marks, pixels = np.array(found), np.array(found_at)  # ten times as exact as the corners of the codes
    return geometry.bent_view(geometry.flat_view(marks, pixels, page.size), marks, pixels)


def rectify(photo: Grey, view: View, size: tuple[float, float]) -> Grey:
    """The page as seen from above, with PIXELS_PER_MM."""
    width, height = (round(length * PIXELS_PER_MM) for length in size)
    source = Image.fromarray(photo)
    columns, rows = (np.append(np.arange(0, length, CELL * PIXELS_PER_MM), length) for length in (width, height))
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1)
    pixels = view.to_pixels(nodes.reshape(-1, 2) / PIXELS_PER_MM).reshape(nodes.shape)
    if (factor := int(_scale(pixels) // 1.5)) > 1:  # a photo much finer than needed would come out jagged
        source, pixels = source.reduce(factor), pixels / factor
    mesh = [
        (
            (int(columns[j]), int(rows[i]), int(columns[j + 1]), int(rows[i + 1])),
            tuple(np.concatenate([pixels[i, j], pixels[i + 1, j], pixels[i + 1, j + 1], pixels[i, j + 1]]).tolist()),
        )
        for i in range(len(rows) - 1)
        for j in range(len(columns) - 1)
    ]
    return np.asarray(source.transform((width, height), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC))


def _scale(pixels: Points) -> float:
    """Pixels of the photo for one pixel of the page, from the grid of nodes (rows, columns, 2)."""
    steps = np.diff(pixels[:-1, :-1], axis=1)
    return float(np.median(np.hypot(*np.moveaxis(steps, 2, 0)))) / (CELL * PIXELS_PER_MM)


def _find_mark(photo: Grey, view: View, expected: Points) -> Points | None:
    """The pixel at the centre of the mark expected at a point in millimetres; None where there is none."""
    from scipy import ndimage

    side = round(2 * SEARCH * PIXELS_PER_MM)
    steps = (np.arange(side) + 0.5) / PIXELS_PER_MM - SEARCH
    grid = expected + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    pixels = view.to_pixels(grid)
    light = ndimage.map_coordinates(photo, pixels.T[::-1] - 0.5, output=np.float32, order=1, mode="nearest")
    light = ndimage.gaussian_filter(light.reshape(side, side), 1.5)
    components, count = ndimage.label(light < DARK * ndimage.grey_closing(light, size=(side // 3, side // 3)))
    numbers = np.arange(1, count + 1)
    areas = ndimage.sum_labels(np.ones_like(light), components, numbers) / PIXELS_PER_MM**2
    whole = np.pi * (MARK / 2) ** 2
    centres = np.array(ndimage.center_of_mass(np.ones_like(light), components, numbers)).reshape(-1, 2)
    distance = np.hypot(*(centres + 0.5 - side / 2).T) / PIXELS_PER_MM
    plausible = (areas > 0.4 * whole) & (areas < 2.5 * whole) & (distance < SEARCH - MARK)
    if not plausible.any():
        return None
    row, column = centres[np.where(plausible, distance, np.inf).argmin()]
    offset = (np.array([column, row]) + 0.5) / PIXELS_PER_MM - SEARCH
    result: Points = view.to_pixels((expected + offset)[None])[0]
    return result
