"""Pen strokes, pictures of them, and strokes kept inside PNG files.

A stroke is an array (points, 4) of x (right), y (down), milliseconds and pressure (0 to 1); x and y are in units of the
drawing square's side. Ink is a list of strokes. The picture of a sample can be made again at any size from its ink.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, PngImagePlugin

from charnet.pictures import images
from charnet.pictures.opening import embedded
from charnet.spec import Spec

CHUNK = "charnet:ink"  # the key of the PNG's iTXt chunk
FINE = 10  # strokes are drawn ten times finer than the framed picture, as in the original
PEN = 1.15  # width of the pen in framed pixels
BATCH_PIXELS = 600_000  # pixels drawn before they are framed together, about what a processor core keeps at hand

MAX_TEXT = 1 << 20  # characters of ink in a file; of what is compressed, Pillow reads no more either
MOST_POINTS = 20_000  # of a drawing; the page takes no more
MAX_COORDINATE = 1e6  # sides of the square from its corner
MAX_VALUE = 1e15  # milliseconds, and whatever else a point may hold

TICK = 12.0  # milliseconds between any two points of a stroke that a program wrote, about what a tablet reports
EVEN = 10  # steps of just that from which ink is a program's

Stroke = npt.NDArray[np.float64]


def draw(strokes: Sequence[npt.ArrayLike], spec: Spec, pen: float = PEN) -> images.Array:
    """Ink -> its picture, (rows, columns) float32, FINE times the framed size or the whole square for `corner`.

    `pen` is the width of the line in framed pixels. Raises `ValueError` where there is not a single point.
    """
    arrays = [np.asarray(stroke, dtype=np.float64) for stroke in strokes]
    points = [stroke[:, :2] for stroke in arrays if len(stroke)]
    if not points:
        raise ValueError("the drawing is blank: it has no points")
    if spec.framing == "corner":
        size = (FINE * spec.height, FINE * spec.height)
        points = [stroke * FINE * spec.height for stroke in points]
    else:
        size = (FINE * spec.width, FINE * spec.height)
        points = _fit(points, size, pen)
    width = max(1, round(pen * FINE))
    picture = Image.new("L", size)
    canvas = ImageDraw.Draw(picture)
    for stroke in points:
        corners = [(float(x), float(y)) for x, y in stroke - 0.5]  # Pillow counts from the middle of the first pixel
        if len(corners) > 1:
            canvas.line(corners, fill=255, width=width, joint="curve")
        for x, y in (corners[0], corners[-1]):
            canvas.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(picture, dtype=np.float32) / 255


def _fit(points: list[Stroke], size: tuple[int, int], pen: float) -> list[Stroke]:
    """Points in pixels of a canvas, centred and as large as leaves room for the pen."""
    everything = np.concatenate(points)
    low, high = everything.min(axis=0), everything.max(axis=0)
    room = np.maximum(1, np.array(size) - FINE * (pen + 1))
    scale = (room / np.maximum(high - low, 1e-3)).min()
    return [(stroke - (low + high) / 2) * scale + np.array(size) / 2 for stroke in points]


def framed(strokes: Sequence[npt.ArrayLike], spec: Spec, pen: float = PEN) -> images.Array:
    """Ink -> the picture that a network reads, (height, width) float32 in [0, 1]."""
    return images.frame(draw(strokes, spec, pen), spec)


def framed_many(drawings: Iterable[tuple[Sequence[npt.ArrayLike], float]], spec: Spec) -> images.Array:
    """Ink and pen of each -> `framed` pictures (n, height, width), in half of the time and in bounded memory."""
    left = iter(drawings)
    chunk = max(1, BATCH_PIXELS // (FINE * FINE * spec.height * max(spec.width, spec.height)))
    framed = [np.empty((0, spec.height, spec.width), np.float32)]
    while drawn := [draw(strokes, spec, pen) for strokes, pen in itertools.islice(left, chunk)]:
        framed.append(images.frame(np.stack(drawn), spec))
    return np.concatenate(framed)


def to_png(picture: images.Array, strokes: Sequence[npt.ArrayLike] | None = None) -> bytes:
    """Framed ink -> a grey PNG, black on white, with its strokes inside when they are given."""
    grey = 255 - images.to_bytes(picture)
    chunks = PngImagePlugin.PngInfo()
    if strokes is not None:
        rounded = [np.round(np.asarray(stroke, dtype=np.float64), 4).tolist() for stroke in strokes]
        chunks.add_itxt(CHUNK, json.dumps({"version": 1, "strokes": rounded}, separators=(",", ":")), zip=True)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def from_png(path: Path | IO[bytes]) -> list[Stroke] | None:
    """The strokes inside a PNG file, or None where it has none. Raises `ValueError` for ink that can't be read.

    Errors of a file that is no whole picture are those of `images.decode`.
    """
    text = embedded(path, CHUNK)
    if text is None:
        return None
    try:
        return _strokes(text)
    except ValueError as error:
        raise ValueError(f"{path}: its {CHUNK} chunk {error}") from None


def _strokes(text: str) -> list[Stroke]:
    if len(text) > MAX_TEXT:
        raise ValueError(f"has {len(text):,} characters; up to {MAX_TEXT:,} are read")
    try:
        values = json.loads(text, parse_int=float)["strokes"]  # a number of 400 digits is infinite, then
        count = sum(map(len, values))
        strokes = [np.array(stroke, dtype=np.float64) for stroke in values] if count <= MOST_POINTS else []
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("does not hold strokes") from None
    if count > MOST_POINTS:
        raise ValueError(f"holds {count:,} points; up to {MOST_POINTS:,} are read")
    if not strokes or any(s.ndim != 2 or s.shape[1] < 2 or not np.isfinite(s).all() for s in strokes):
        raise ValueError("does not hold strokes of points")
    if any(np.abs(s[:, :2]).max(initial=0) > MAX_COORDINATE or np.abs(s).max(initial=0) > MAX_VALUE for s in strokes):
        raise ValueError("holds strokes far outside the drawing square")
    return strokes
