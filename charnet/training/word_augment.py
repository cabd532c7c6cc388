"""Words drawn anew: as the same hand might write them another time, and as paper, cameras and faxes leave their ink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from charnet.pictures import Array, writing
from charnet.pictures.writing import HEIGHT, STEP
from charnet.training.config import AugmentConfig
from charnet.training.word_samples import SMALL_LETTER, WordSample

MAX_COLUMNS = 30 * HEIGHT  # of a line


class Strokes(NamedTuple):
    """Strokes in the network's pixels, how many columns they take, and the pen's width."""

    strokes: list[Array]
    columns: int
    pen: float


Drawing = Strokes | Array  # of a line: its strokes, or its ink (HEIGHT, columns)


def undistorted(word: WordSample) -> Drawing:
    """As it was written."""
    if word.ink is not None:
        return word.ink
    return _placed(np.concatenate(word.strokes), word, 1.7, 0, 0)


def distort(word: WordSample, config: AugmentConfig, strength: float, random: np.random.Generator) -> Drawing:
    """As it may be written another time; `config` gives standard deviations in heights of a small letter."""
    if word.ink is not None:
        return _warped(word.ink, config, strength, random)
    points = np.concatenate(word.strokes)
    noise = random.standard_normal(12).astype(np.float32) * strength
    wide, slant, slope = (
        np.exp(config.scale * noise[0] + 0.05),
        config.shear * 1.6 * noise[1],
        config.rotation * noise[2],
    )
    x, y = points[:, 0], points[:, 1]
    lengths = [len(stroke) for stroke in word.strokes]
    apart = random.standard_normal((len(lengths), 2)).astype(np.float32) * (0.5 * config.bend * strength)
    each = np.repeat(apart, lengths, axis=0)
    # Slow waves along the word: letters grow and shrink, rise and fall, come near each other and go apart.
    w = 2 * np.pi / random.uniform(1.5, 6, 3).astype(np.float32)
    phase = random.uniform(0, 2 * np.pi, 3).astype(np.float32)
    tall = 1 + config.scale * 0.7 * noise[3] * np.sin(w[0] * x + phase[0])
    rise = config.bend * noise[4] * np.sin(w[1] * x + phase[1])
    shift = config.bend * 1.5 * noise[5] * np.sin(w[2] * x + phase[2])
    moved = np.empty_like(points)
    moved[:, 0] = (x + shift - slant * y) * wide + each[:, 0]
    moved[:, 1] = y * tall + rise + slope * x + each[:, 1]
    pen = float(np.clip(np.exp(0.5 + 3.5 * config.thickness * noise[6]), 0.7, 3.3))
    return _placed(moved, word, pen, config.scale * 0.6 * noise[7], config.shift * 8 * noise[8])


def _warped(ink: Array, config: AugmentConfig, strength: float, random: np.random.Generator) -> Array:
    """A picture's ink, wider or narrower, larger or smaller, slanted, sloping, higher or lower."""
    noise = random.standard_normal(5) * strength
    wide, tall = np.exp(config.scale * noise[0]), np.exp(0.6 * config.scale * noise[1])
    slant, slope = 1.6 * config.shear * noise[2], config.rotation * noise[3]
    rows, columns = ink.shape
    size = (max(STEP, round(columns * wide) + abs(round(HEIGHT * slant))), HEIGHT)
    x, y = size[0] / 2, HEIGHT / 2 + 8 * config.shift * noise[4]
    # Where each pixel of the result comes from: x' = a x + b y + c, y' = d x + e y + f.
    a, b, d, e = 1 / wide, slant / wide, -slope / tall, 1 / tall
    source = (a, b, columns / 2 - a * x - b * y, d, e, rows / 2 - d * x - e * y)
    warped = Image.fromarray(ink).transform(size, Image.Transform.AFFINE, source, Image.Resampling.BILINEAR)
    return np.array(warped, np.float32)


def _placed(points: Array, word: WordSample, pen: float, larger: float, lower: float) -> Strokes:
    """Array in heights of a small letter -> strokes in the network's pixels, by the spread of their ink."""
    lengths = [len(stroke) for stroke in word.strokes]
    ends = np.cumsum(lengths)[:-1]
    dx, dy = np.diff(points, axis=0).T
    mass = np.hypot(dx, dy)
    mass[ends - 1] = 0  # from one stroke to the next
    mass += 0.02  # of a dot
    middles = points[:-1, 1] + dy / 2
    total = float(mass.sum())
    middle = float(mass @ middles) / total if total else float(points[0, 1])
    spread = float(np.sqrt(mass @ ((middles - middle) ** 2 + dy**2 / 12) / total)) if total else 0.0
    low, high = points.min(axis=0), points.max(axis=0)
    rim = pen / 2 / SMALL_LETTER
    spread = float(np.hypot(spread, rim / 1.7))
    scale, middle = writing.fitted(middle, spread, float(low[1]) - rim, float(high[1]) + rim)
    scale = min(scale * float(np.exp(larger)), 40.0)
    columns = int(np.ceil(float(high[0] - low[0]) * scale + pen + 6))
    placed = (points - np.array([low[0], middle], np.float32)) * np.float32(scale)
    placed += np.array([pen / 2 + 3, HEIGHT / 2 + lower], np.float32)
    return Strokes(np.split(placed, ends), min(columns, MAX_COLUMNS), pen)


def stack(drawn: Sequence[Drawing]) -> Array:
    """Drawings side by side in a batch (n, HEIGHT, columns), blank behind their ends."""
    widths = [each.shape[1] if isinstance(each, np.ndarray) else each.columns for each in drawn]
    pictures = np.zeros((len(drawn), HEIGHT, -(-max(widths) // STEP) * STEP), np.float32)
    for picture, each, wide in zip(pictures, drawn, widths, strict=True):
        ink = (
            each if isinstance(each, np.ndarray) else writing.rasterize(each.strokes, (HEIGHT, wide), each.pen, fine=3)
        )
        picture[:, :wide] = ink
    return pictures


def degrade(ink: Array, strength: float, random: np.random.Generator) -> Array:
    """Ink as paper, cameras and faxes leave it: pale or uneven, blurred, in coarse pixels, with specks and rules."""
    count, rows, columns = ink.shape
    kind = random.random(count)
    # Uneven ink: a pen that skips, or light that falls off.
    uneven = np.flatnonzero(kind < 0.4)
    if len(uneven):
        coarse = random.random((len(uneven), 9, columns // 3 + 2), np.float32)
        depth = random.uniform(0, 0.7, (len(uneven), 1, 1)).astype(np.float32) * strength
        smooth = np.repeat(np.repeat(coarse, 4, axis=1), 3, axis=2)[:, :rows, :columns]
        ink[uneven] *= 1 - depth * smooth
    for sigma in (0.5, 0.8, 1.1):  # of the camera, or of a small picture that is enlarged
        some = np.flatnonzero(random.random(count) < 0.2)
        if len(some):
            ink[some] = ndimage.gaussian_filter(ink[some], (0, sigma, sigma))
    peak = ink.max(axis=(1, 2), keepdims=True)
    ink /= np.maximum(peak, 0.2)
    sharp = np.flatnonzero(random.random(count) < 0.3)  # a scan in black and white, or a hard contrast
    if len(sharp):
        level = random.uniform(0.25, 0.6, (len(sharp), 1, 1)).astype(np.float32)
        steep = random.choice([2, 4, 20], (len(sharp), 1, 1)).astype(np.float32)
        ink[sharp] = np.clip((ink[sharp] - level) * steep + 0.5, 0, 1)
    noisy = np.flatnonzero(random.random(count) < 0.3)
    if len(noisy):
        amount = random.uniform(0, 0.12, (len(noisy), 1, 1)).astype(np.float32) * strength
        ink[noisy] += random.standard_normal((len(noisy), rows, columns), np.float32) * amount
    for index in np.flatnonzero(random.random(count) < 0.08).tolist():  # a rule, or what a crop leaves of a neighbour
        row = (
            int(random.choice([0, 1, 2, rows - 3, rows - 2, rows - 1]))
            if random.random() < 0.6
            else int(random.integers(rows))
        )
        start, stop = sorted(random.integers(0, columns + 1, 2).tolist())
        ink[index, row : row + int(random.integers(1, 3)), start:stop] = random.uniform(0.3, 1)
    for index in np.flatnonzero(random.random(count) < 0.1).tolist():  # specks
        for _ in range(int(random.integers(1, 6))):
            y, x, size = int(random.integers(rows)), int(random.integers(columns)), int(random.integers(1, 3))
            ink[index, y : y + size, x : x + size] = random.uniform(0.3, 1)
    return np.clip(ink, 0, 1, out=ink)
