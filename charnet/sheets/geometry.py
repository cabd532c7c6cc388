"""From millimetres of the page to pixels of the photo: a homography, and a smooth bend for paper that isn't flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DEGREE = 3  # of the polynomials that describe a bend
ROUNDS = 20  # of the fit, with less weight on marks that the last one missed
TYPICAL = 0.1  # millimetres by which a mark is missed where all is well

Points = npt.NDArray[np.floating]  # (n, 2)


@dataclass(frozen=True, slots=True)
class View:
    """How a photo shows a page."""

    matrix: Points  # (3, 3), from millimetres of the flat page to pixels
    bend: Points  # (terms, 2), how far each place is moved, in millimetres, before that
    size: tuple[float, float]  # of the page in millimetres

    def pixels(self, places: Points) -> Points:
        """Places on the page in millimetres -> their pixels in the photo."""
        return apply(self.matrix, places + _terms(places, self.size) @ self.bend)


def flat(places: Points, pixels: Points, size: tuple[float, float]) -> View:
    """The view of a flat page whose `places` in millimetres are seen at those `pixels`."""
    return View(homography(places, pixels), np.zeros((len(_terms(places[:1], size)[0]), 2)), size)


def bent(view: View, places: Points, pixels: Points) -> View:
    """The flat view with a bend that brings the `places` to the `pixels` where they were found."""
    seen = apply(np.linalg.inv(view.matrix), pixels)
    terms = _terms(places, view.size)
    weight = np.ones((len(places), 1))
    for _ in range(ROUNDS):  # least squares that a few wrong marks can't move (Cauchy's weights)
        bend = np.linalg.lstsq(terms * weight, (seen - places) * weight, rcond=1e-6)[0]
        missed = np.hypot(*(seen - places - terms @ bend).T)[:, None]
        weight = 1 / np.hypot(1, missed / TYPICAL)
    return View(view.matrix, bend, view.size)


def homography(source: Points, target: Points) -> Points:
    """The 3 x 3 matrix that takes at least four points to others, by least squares (Hartley's normalized DLT)."""
    from_source, from_target = _normal(source), _normal(target)
    x, y = apply(from_source, source).T
    u, v = apply(from_target, target).T
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, one, none, none, none, -u * x, -u * y, -u]),
            np.column_stack([none, none, none, x, y, one, -v * x, -v * y, -v]),
        ]
    )
    between = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    matrix: Points = np.linalg.inv(from_target) @ between @ from_source
    matrix /= matrix[2, 2]
    return matrix


def apply(matrix: Points, points: Points) -> Points:
    """A homography to points (n, 2)."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    result: Points = moved[:, :2] / moved[:, 2:]
    return result


def _normal(points: Points) -> Points:
    """The matrix that brings points around the origin, at a mean distance of the root of 2."""
    middle = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.hypot(*(points - middle).T).mean()), 1e-9)
    return np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])


def _terms(places: Points, size: tuple[float, float]) -> Points:
    x, y = (2 * places / size - 1).T
    return np.column_stack([x**i * y**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)])
