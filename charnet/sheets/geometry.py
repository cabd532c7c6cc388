"""From millimetres on the page to pixels of the photo: a homography, and a smooth bend for paper that isn't flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DEGREE = 3  # of the polynomials that describe a bend
ITERATIONS = 20  # of the reweighted least squares
RESIDUAL = 0.1  # millimetres, a mark's typical residual; much larger ones lose weight

Points = npt.NDArray[np.floating]  # (n, 2)


@dataclass(frozen=True, slots=True)
class View:
    """How a photo shows a page."""

    matrix: Points  # (3, 3), from millimetres on the flat page to pixels
    bend: Points  # (terms, 2), coefficients of the shift, in millimetres, that comes before the matrix
    size: tuple[float, float]  # of the page in millimetres

    def to_pixels(self, points: Points) -> Points:
        """Points on the page in millimetres -> their pixels in the photo."""
        return transform(self.matrix, points + _terms(points, self.size) @ self.bend)


def flat_view(points: Points, pixels: Points, size: tuple[float, float]) -> View:
    """The view of a flat page whose `points` in millimetres are seen at `pixels`."""
    return View(homography(points, pixels), np.zeros((len(_terms(points[:1], size)[0]), 2)), size)


def bent_view(flat: View, points: Points, pixels: Points) -> View:
    """The flat view with a bend fitted so that `points` are seen at `pixels`.

    Iteratively reweighted least squares with Cauchy's weights: a few wrong marks can't move the fit.
    """
    target = transform(np.linalg.inv(flat.matrix), pixels)
    terms = _terms(points, flat.size)
    weight = np.ones((len(points), 1))
    for _ in range(ITERATIONS):
        bend = np.linalg.lstsq(terms * weight, (target - points) * weight, rcond=1e-6)[0]
        residual = np.hypot(*(target - points - terms @ bend).T)[:, None]
        weight = 1 / np.hypot(1, residual / RESIDUAL)
    return View(flat.matrix, bend, flat.size)


def homography(source: Points, target: Points) -> Points:
    """The 3 x 3 matrix that maps four or more points to others, by least squares (Hartley's normalized DLT)."""
    from_source, from_target = _normalisation(source), _normalisation(target)
    x, y = transform(from_source, source).T
    u, v = transform(from_target, target).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u]),
            np.column_stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v]),
        ]
    )
    normalised = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    matrix: Points = np.linalg.inv(from_target) @ normalised @ from_source
    matrix /= matrix[2, 2]
    return matrix


def transform(matrix: Points, points: Points) -> Points:
    """Apply a homography to points (n, 2)."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    result: Points = moved[:, :2] / moved[:, 2:]
    return result


def _normalisation(points: Points) -> Points:
    """The matrix that moves the centre of points to the origin and scales their mean distance from it to sqrt(2)."""
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.hypot(*(points - centre).T).mean()), 1e-9)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def _terms(points: Points, size: tuple[float, float]) -> Points:
    """The monomials x^i y^j up to DEGREE, (n, terms), with x and y from -1 to 1 across the page."""
    x, y = (2 * points / size - 1).T
    return np.column_stack([x**i * y**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)])
