"""Grey levels to ink: whether paper is light or dark, its background level, and the contrast to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array, Grey, Mask

BLANK = 0.1  # a picture whose darkest ink stays under this (paper 0, black 1) is blank
GRAIN = 6  # levels to either side of the mode within which noise of a camera or scanner spreads
MIN_MODE_SHARE = 0.6  # of the pixels within GRAIN; paper without noise has more at the mode,
MAX_NEXT_TO_MODE = 0.4  # and fewer than this share of those at any other level
LINE_COVERAGE = 0.95  # of a picture's side; ink that covers so much of it may be a rule, or part of a frame
LINE_TOLERANCE = 0.06  # of the darkest ink; the most that darkness varies along most of a ruled line
MAX_INK_SHARE = 0.6  # of a picture; ink that covers more may be another paper
PALE_LINE = 0.75  # of the darkest ink; a single ruled line is paler
MIN_DARK_SHARE = 0.4  # of the ink; where less is half as dark as the darkest, the rest may be another paper
MAX_STROKE_RADIUS = 0.04  # of the picture's shorter side; ink that reaches so far in all directions is no stroke
MAX_CROSSINGS = 5  # times that a row of pixels meets the strokes of one letter
TILES = 12  # a side; the level of paper is measured in each


def to_ink(grey: Grey, even: bool = False) -> Array:
    """Grey levels (..., rows, columns) -> ink of the same shape, 0 on paper to 1 for black.

    Light on dark is turned over; grey or unevenly lit paper becomes 0. Paper that is known to be `even` needs no search
    for its level. Raises `ValueError` when nothing is drawn.
    """
    if 0 in grey.shape:
        raise ValueError("the picture has no pixels")
    light: Array = grey.astype(np.float32) / 255
    dark_paper = _looks_dark(light)
    light = np.where(dark_paper[..., None, None], 1 - light, light)
    paper = light.max(axis=(-2, -1), keepdims=True)
    ink: Array = 1 - light / np.maximum(paper, 1 / 255)
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
    counts = np.bincount((flat + 256 * np.arange(len(flat))[:, None]).ravel(), minlength=256 * len(flat))
    counts = np.pad(counts.reshape(-1, 256), ((0, 0), (GRAIN, GRAIN)))
    each, most = np.arange(len(flat)), counts.argmax(axis=1)
    near = np.stack([counts[each, most + by] for by in range(-GRAIN, GRAIN + 1)])
    beside = np.sort(near, axis=0)[-2]  # the commonest level but one
    level = near[GRAIN]
    return most - GRAIN, (level > MIN_MODE_SHARE * near.sum(axis=0)) & (beside < MAX_NEXT_TO_MODE * level)


def plain(greys: Grey) -> Mask:
    """Whether each picture (n, rows, columns) shows nothing but ink on paper without noise, (n,).

    Pictures with ruled lines, a frame, or a sheet of another colour are not plain; `letter.find` handles those.
    """
    paper, result = level(greys)
    contrast = np.abs(greys.astype(np.int16) - paper[:, None, None].astype(np.int16))
    ink = contrast > np.maximum(4, contrast.max(axis=(1, 2), keepdims=True) // 8)
    rows, columns = (ink.mean(axis=axis) > LINE_COVERAGE for axis in (2, 1))
    dark = contrast > contrast.max(axis=(1, 2), keepdims=True) // 2
    pale = dark.sum(axis=(1, 2)) < MIN_DARK_SHARE * ink.sum(axis=(1, 2))
    odd = rows.any(axis=1) | columns.any(axis=1) | pale | (ink.mean(axis=(1, 2)) > MAX_INK_SHARE)
    for place in np.flatnonzero(result & odd):
        one = ink[place]
        result[place] = not (_has_frame(one) or _is_mostly_broad(one) or any(
            _has_rules(*lines) for lines in ((rows[place], contrast[place]), (columns[place], contrast[place].T))
        ))  # fmt: skip
    return result


def unframed(grey: Grey) -> Grey:
    """A picture (rows, columns) without a frame of lines along its border, of however many sides."""
    paper, _ = level(grey[None])
    contrast = np.abs(grey.astype(np.int16) - int(paper[0]))
    return _without_frame(grey, contrast > max(4, contrast.max() // 8))


def _has_frame(ink: Mask) -> bool:
    return _without_frame(ink, ink).shape != ink.shape


def _without_frame(picture: npt.NDArray[Any], ink: Mask) -> npt.NDArray[Any]:
    """Crop lines along the border, unless they touch other ink: then they may be part of a letter."""
    inside, cut, sides = ink, picture, []
    for _ in range(4):  # each side in its turn
        first = 0
        while first < len(inside) and inside[first].mean() > LINE_COVERAGE:
            first += 1
        sides.append(first > 0)
        inside, cut = np.rot90(inside[first:]), np.rot90(cut[first:])
    touched = [bool(inside.size and np.rot90(inside, turn)[0].any()) for turn in range(4)]
    return picture if not inside.any() or any(map(min, sides, touched)) else cut


def _has_rules(across: Mask, contrast: npt.NDArray[np.int16]) -> bool:
    """Whether rows of ink from side to side are ruled lines: evenly dark, and several, or one that is pale."""
    most, inner = int(contrast.max()), across.copy()
    for end in (inner, inner[::-1]):
        end[: int(np.argmin(end))] = False  # along the border: a frame's, or a letter's own
    darkness = np.median(contrast, axis=1)
    inner &= (np.abs(contrast - darkness[:, None]) <= LINE_TOLERANCE * most).mean(axis=1) > 0.5
    inner &= (np.abs(contrast[:, [0, -1]] - darkness[:, None]) <= LINE_TOLERANCE * most).all(axis=1)
    count = np.count_nonzero(inner[1:] & ~inner[:-1])
    return bool(count > 1 or (count == 1 and darkness[inner].max() < PALE_LINE * most))


def _is_mostly_broad(ink: Mask) -> bool:
    """Whether most of the ink survives an erosion that no stroke would: it is another sheet of paper."""
    reach = max(2, round(MAX_STROKE_RADIUS * min(ink.shape)))
    inside = ink
    for _ in range(2):
        inside = np.pad(inside, ((reach, reach), (0, 0)))
        inside = inside[: -2 * reach] & inside[reach:-reach] & inside[2 * reach :]
        inside = inside.T
    return bool(2 * np.count_nonzero(inside) > np.count_nonzero(ink))


def crowded(greys: Grey) -> Mask:
    """Whether clean pictures (n, rows, columns) may hold several letters, or a scribble, (n,): a fast test."""
    level = np.median(greys.reshape(len(greys), -1), axis=1).astype(np.int16)
    ink = np.abs(greys.astype(np.int16) - level[:, None, None]) > 64
    columns = ink.any(axis=1)
    groups = np.count_nonzero(columns[:, 1:] & ~columns[:, :-1], axis=1)
    crossings = np.count_nonzero(ink[:, :, 1:] & ~ink[:, :, :-1], axis=2).max(axis=1, initial=0)
    result: Mask = (groups > 1) | (crossings > MAX_CROSSINGS)
    return result


def _looks_dark(light: Array) -> Mask:
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
