"""Words and lines of writing: drawn from their strokes, and brought to the height that a network reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from charnet.pictures import Array

HEIGHT = 32  # rows that a network reads
STEP = 4  # columns that become one of the network's steps
SPREAD = 0.14  # standard deviation of the ink's row, as a share of the height: small letters are 12 rows high
MARGIN = 1  # rows that stay free above and below
MAX_LENGTH = 60  # heights; a longer line is made narrower

DRAWN_HEIGHT = 64  # of the picture of a word whose strokes are known
DRAWN_PEN = 3.0
MAX_DRAWN = 20  # heights that it is long, at most
FINE = 4  # strokes are drawn so many times finer


def draw(strokes: Sequence[npt.ArrayLike], height: int = DRAWN_HEIGHT, pen: float = DRAWN_PEN) -> Array:
    """Strokes (n, 2 or more columns) -> their ink, (height, columns) float32 in [0, 1], cropped to it."""
    points = [array[:, :2] for stroke in strokes if len(array := np.asarray(stroke, np.float64))]
    if not points:
        raise ValueError("the drawing is blank: it has no points")
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    wide, tall = np.maximum(high - low, 1e-9)
    room = height - 2 * MARGIN - pen
    scale = min(room / tall, MAX_DRAWN * height / wide)
    columns = int(np.ceil(wide * scale + pen + 2 * MARGIN))
    middle = np.array([columns / 2, height / 2])
    return rasterize([(stroke - (low + high) / 2) * scale + middle for stroke in points], (height, columns), pen)


def rasterize(
    strokes: Sequence[npt.NDArray[np.floating]], shape: tuple[int, int], pen: float, fine: int = FINE
) -> Array:
    """Strokes (n, 2) in pixels -> ink (rows, columns) float32 in [0, 1], drawn `fine` times finer and averaged."""
    rows, columns = shape
    picture = Image.new("L", (columns * fine, rows * fine))
    canvas = ImageDraw.Draw(picture)
    width = max(1, round(pen * fine))
    for stroke in strokes:
        corners = (stroke * fine - 0.5).ravel().tolist()
        if len(corners) > 2:
            canvas.line(corners, fill=255, width=width, joint="curve" if width > 4 else None)
        for x, y in (corners[:2], corners[-2:]):
            canvas.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(picture.reduce(fine), np.float32) / 255


def line_scale(ink: Array) -> tuple[float, float]:
    """Ink (rows, columns) -> how many rows it becomes a row of it, and which row comes to the middle.

    The spread of the ink is brought to the same, so that small letters are about as high whether the line has long ones
    or not; nothing is cut off.
    """
    rows = ink.sum(axis=1, dtype=np.float64)
    place = np.arange(len(rows)) + 0.5
    there = np.flatnonzero(rows > 0)
    top, bottom = float(there[0]), float(there[-1] + 1)
    middle = float(rows @ place / rows.sum())
    return fitted(middle, float(np.sqrt(rows @ (place - middle) ** 2 / rows.sum())), top, bottom)


def fitted(middle: float, spread: float, top: float, bottom: float) -> tuple[float, float]:
    """The scale, and the row that comes to the middle, of ink with these measures in rows."""
    room = HEIGHT - 2 * MARGIN
    scale = min(SPREAD * HEIGHT / max(spread, 1e-6), room / max(bottom - top, 1e-6))
    half = room / 2 / scale
    return scale, min(max(middle, bottom - half), top + half)


def resized(ink: Array, wide: float, tall: float) -> Array:
    """A line's ink (HEIGHT, columns), so many times as wide and as tall, with its middle where it was."""
    columns = max(1, round(ink.shape[1] * wide))
    middle = HEIGHT / 2
    source = (ink.shape[1] / columns, 0, 0, 0, 1 / tall, middle - middle / tall)
    size = (columns, ink.shape[0])
    picture = Image.fromarray(ink).transform(size, Image.Transform.AFFINE, source, Image.Resampling.BILINEAR)
    return np.array(picture, np.float32)
