"""Grey levels to ink: whether paper is light or dark, its background level, and the contrast to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array, Grey, Mask

BLANK = 0.1  # a picture whose darkest ink stays under this (paper 0, black 1) is blank
GRAIN = 6  # levels to either side of the mode within which noise of a camera or scanner spreads
MIN_MODE_SHARE = 0.6  # of the pixels within GRAIN; paper without noise has more at the mode,
MAX_NEXT_TO_MODE = 0.4  # and fewer than this share of those at any other level
MIN_PAPER_SHARE = 0.25  # of the pixels of a picture's brighter half; a level of fewer may not be that of the paper
TILES = 12  # a side; the level of paper is measured in each


def to_ink(grey: Grey, even: bool = False) -> Array:
    """Grey levels (..., rows, columns) -> ink of the same shape, 0 on paper to 1 for black.

    Light on dark is turned over; grey or unevenly lit paper becomes 0. Paper that is known to be `even` needs no search
    for its level. Raises `ValueError` when nothing is drawn.
    """
    if 0 in grey.shape:
        raise ValueError("the picture has no pixels")
    light: Array = grey.astype(np.float32) / 255
    dark_paper = looks_dark(light)[..., None, None]
    light = np.where(dark_paper, 1 - light, light)
    paper = _commonest_bright(np.where(dark_paper, 255 - grey, grey)) / np.float32(255)
    ink: Array = np.maximum(0, 1 - light / np.maximum(paper, 1 / 255))
    if not even:
        _, grainless = level(grey.reshape(-1, *grey.shape[-2:]))
        for index in np.argwhere(~grainless.reshape(grey.shape[:-2]) & (min(grey.shape[-2:]) >= 3)):
            ink[tuple(index)] = _levelled(light[tuple(index)])
    if (np.ptp(ink, axis=(-2, -1)) < BLANK).any():
        raise ValueError("the picture is blank: no ink stands out from the paper")
    return ink


def level(greys: Grey) -> tuple[npt.NDArray[np.intp], Mask]:
    """Pictures (n, rows, columns) -> the mode of each picture's levels, its paper, and whether it is free of noise.

    Drawn paper has exactly one level; on a photo the pixels spread over about a dozen, whatever its size.
    """
    flat = greys.reshape(len(greys), -1)
    counts = np.pad(_counts(flat), ((0, 0), (GRAIN, GRAIN)))
    each, most = np.arange(len(flat)), counts.argmax(axis=1)
    near = np.stack([counts[each, most + by] for by in range(-GRAIN, GRAIN + 1)])
    beside = np.sort(near, axis=0)[-2]  # the commonest level but one
    level = near[GRAIN]
    return most - GRAIN, (level > MIN_MODE_SHARE * near.sum(axis=0)) & (beside < MAX_NEXT_TO_MODE * level)


def _commonest_bright(greys: Grey) -> Grey:
    """The commonest level of each picture's brighter half, (..., 1, 1), if it is common; else the brightest.

    Edges that were sharpened may be brighter than the paper.
    """
    flat = greys.reshape(-1, greys.shape[-2] * greys.shape[-1])
    counts = _counts(flat)
    middle = (flat.min(axis=1).astype(int) + flat.max(axis=1)) / 2
    counts[np.arange(256) < middle[:, None]] = 0
    common = counts.max(axis=1) > MIN_PAPER_SHARE * counts.sum(axis=1)
    found: Grey = np.where(common, counts.argmax(axis=1), flat.max(axis=1)).astype(np.uint8)
    return found.reshape(*greys.shape[:-2], 1, 1)


def _counts(flat: Grey) -> npt.NDArray[np.intp]:
    """How many pixels of each picture (n, pixels) have each level, (n, 256)."""
    places = flat + 256 * np.arange(len(flat))[:, None]
    return np.bincount(places.ravel(), minlength=256 * len(flat)).reshape(-1, 256)


def looks_dark(light: Array) -> Mask:
    """Whether the paper is dark: the dark shares of the whole picture and of its border add up to more than 1."""
    middle = (light.min(axis=(-2, -1), keepdims=True) + light.max(axis=(-2, -1), keepdims=True)) / 2
    dark = light < middle
    border = np.concatenate([dark[..., 0, :], dark[..., -1, :], dark[..., :, 0], dark[..., :, -1]], axis=-1)
    result: Mask = dark.mean(axis=(-2, -1)) + border.mean(axis=-1) > 1
    return result


def _levelled(light: Array) -> Array:
    """Ink of one picture relative to the brightness of its paper, which may be uneven."""
    rows, columns = light.shape
    # Lighting is smooth: a quadratic surface through the bright pixels of a grid of tiles, fitted again
    # with less weight on tiles far below it (those that ink covers).
    grid, step = min(TILES, max(3, min(rows, columns) // 5)), max(1, min(rows, columns) // 240)
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
