"""Grey levels to ink: which side is the paper, how bright it is where, and what stands out from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BLANK = 0.1  # a picture whose darkest ink stays under this (paper 0, black 1) is blank
PHOTO = 240  # pixels; a picture with a shorter side may be cut so close that its letter fills its border
MOST_CROSSED = 5  # times that a row of pixels meets the strokes of one letter
SMALL = 64  # pixels; pictures with a shorter side have even lighting and no dust

Array = npt.NDArray[np.floating]


def to_ink(grey: npt.NDArray[np.uint8]) -> Array:
    """Grey levels (..., rows, columns) -> ink of the same shape, 0 on paper to 1 for black.

    Light on dark is turned over; grey or unevenly lit paper becomes 0. Raises `ValueError` when nothing is drawn.
    """
    if 0 in grey.shape:
        raise ValueError("the picture has no pixels")
    light: Array = grey.astype(np.float32) / 255
    dark_paper = _looks_dark(light)
    light = np.where(dark_paper[..., None, None], 1 - light, light)
    paper = light.max(axis=(-2, -1), keepdims=True)
    ink: Array = 1 - light / np.maximum(paper, 1 / 255)
    if min(grey.shape[-2:]) >= SMALL:
        # Clean white paper, the usual case, needs no search for its level.
        for index in np.argwhere(np.median(light, axis=(-2, -1)) < 1):
            ink[tuple(index)] = _level(light[tuple(index)])
    if (np.ptp(ink, axis=(-2, -1)) < BLANK).any():
        raise ValueError("the picture is blank: no ink stands out from the paper")
    return ink


def clean(grey: npt.NDArray[np.uint8]) -> bool:
    """Whether a picture (rows, columns) was drawn or scanned, so that all its ink counts; else it is a photo."""
    if min(grey.shape) < SMALL:
        return True
    paper = 0 if np.count_nonzero(grey == 0) > grey.size / 2 else 255
    if np.count_nonzero(grey == paper) <= grey.size / 2:
        return False
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return min(grey.shape) < PHOTO or bool(np.count_nonzero(border == paper) > 0.9 * border.size)


def crowded(grey: npt.NDArray[np.uint8]) -> bool:
    """Whether a clean, large picture (rows, columns) may hold more than one letter, or a scribble: a quick look."""
    if min(grey.shape) < SMALL:
        return False
    ink: npt.NDArray[np.bool_] = np.abs(grey.astype(np.int16) - int(np.median(grey))) > 64
    beside: npt.NDArray[np.bool_] = np.asarray(ink.any(axis=0))
    crossed = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1).max(initial=0)
    return bool(np.count_nonzero(beside[1:] & ~beside[:-1]) > 1 or crossed > MOST_CROSSED)


def _looks_dark(light: Array) -> npt.NDArray[np.bool_]:
    """Whether the paper is the dark side: most of the picture and of its border, taken together, are."""
    middle = (light.min(axis=(-2, -1), keepdims=True) + light.max(axis=(-2, -1), keepdims=True)) / 2
    dark = light < middle
    border = np.concatenate([dark[..., 0, :], dark[..., -1, :], dark[..., :, 0], dark[..., :, -1]], axis=-1)
    result: npt.NDArray[np.bool_] = dark.mean(axis=(-2, -1)) + border.mean(axis=-1) > 1
    return result


def _level(light: Array) -> Array:
    """Ink of one picture on paper that is not clean white: relative to the paper's own, perhaps uneven, brightness."""
    rows, columns = light.shape
    # Lighting is smooth: a quadratic surface through the bright pixels of a 12 x 12 grid of tiles, fitted again
    # with less weight on tiles far below it (those that ink covers).
    grid, step = 12, max(1, min(rows, columns) // 240)
    sample = light[::step, ::step]
    tiles = [np.array_split(band, grid, axis=1) for band in np.array_split(sample, grid, axis=0)]
    levels = np.array([[np.percentile(tile, 80) for tile in band] for band in tiles]).ravel()
    centre = (np.arange(grid) + 0.5) / grid * 2 - 1
    surface = _quadratic(*np.meshgrid(centre, centre)).reshape(-1, 6)
    weight = np.ones_like(levels)
    for _ in range(10):
        fit = np.linalg.lstsq(surface * weight[:, None], levels * weight, rcond=None)[0]
        weight = 1 / (1 + np.abs(surface @ fit - levels) / 0.02)
    y, x = ((np.arange(n) + 0.5) / n * 2 - 1 for n in (rows, columns))
    paper = (_quadratic(*np.meshgrid(x, y)) @ fit).astype(np.float32)
    ink = 1 - light / np.maximum(paper, 1 / 255)
    # Grain of the paper: what stays within five standard deviations (by the median, which ink can't move) is paper.
    noise = min(0.5, 5 * 1.4826 * float(np.median(np.abs(ink[::step, ::step]))))
    levelled: Array = np.clip((ink - noise) / (1 - noise), 0, 1)
    return levelled


def _quadratic(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
