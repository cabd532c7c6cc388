"""Pen strokes, pictures of them, and strokes kept inside PNG files.

A stroke is an array (points, 4) of x (right), y (down), milliseconds and pressure (0 to 1); x and y are in units of the
drawing square's side. Ink is a list of strokes. The picture of a sample can be made again at any size from its ink.

    python -m charnet.ink reframe data/letters --width 28 --height 28 --out data/letters-28
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, PngImagePlugin

from charnet import files, images
from charnet.spec import FRAMINGS, Spec

CHUNK = "charnet:ink"  # the key of the PNG's iTXt chunk
FINE = 10  # strokes are drawn ten times finer than the framed picture, as in the original
PEN = 1.15  # width of the pen in framed pixels

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


def to_png(picture: images.Array, strokes: Sequence[npt.ArrayLike] | None = None) -> bytes:
    """Framed ink -> a grey PNG, black on white, with its strokes inside when they are given."""
    grey = np.round((1 - picture) * 255).astype(np.uint8)
    chunks = PngImagePlugin.PngInfo()
    if strokes is not None:
        rounded = [np.round(np.asarray(stroke, dtype=np.float64), 4).tolist() for stroke in strokes]
        chunks.add_itxt(CHUNK, json.dumps({"version": 1, "strokes": rounded}, separators=(",", ":")), zip=True)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def from_png(path: Path) -> list[Stroke] | None:
    """The strokes inside a PNG file, or None where it has none. Raises `ValueError` for ink that can't be read."""
    with Image.open(path) as image:
        image.load()
        text: Any = getattr(image, "text", {}).get(CHUNK)
    if text is None:
        return None
    try:
        strokes = [np.array(stroke, dtype=np.float64) for stroke in json.loads(text)["strokes"]]
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{path}: its {CHUNK} chunk does not hold strokes") from None
    if not strokes or any(s.ndim != 2 or s.shape[1] < 2 or not np.isfinite(s).all() for s in strokes):
        raise ValueError(f"{path}: its {CHUNK} chunk does not hold strokes of points")
    return strokes


def reframe(root: Path, out: Path, spec: Spec) -> tuple[int, int]:
    """Make every sample below `root` again at another size, from its ink, into `out`.

    Returns how many came from ink and how many, having none, from their picture. Files that are there stay.
    """
    from_ink = from_picture = 0
    for path in images.walk([root]):
        target = (out / path.relative_to(root)).with_suffix(".png")
        if target.exists():
            raise ValueError(f"{target} exists; name a folder that is new or empty with --out")
        strokes = from_png(path) if path.suffix.lower() == ".png" else None
        picture = images.read(path, spec) if strokes is None else framed(strokes, spec)
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(target, to_png(picture, strokes))
        from_ink, from_picture = from_ink + (strokes is not None), from_picture + (strokes is None)
    if not from_ink + from_picture:
        raise ValueError(f"{root}: no pictures below it")
    return from_ink, from_picture


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m charnet.ink", description="Work on the ink inside samples.")
    command = parser.add_subparsers(required=True).add_parser("reframe", help="make samples of another size")
    command.add_argument("root", type=Path, help="folder of letter folders")
    command.add_argument("--out", type=Path, required=True, help="folder to write to")
    command.add_argument("--width", type=int, default=Spec().width, help="pixels (default %(default)s)")
    command.add_argument("--height", type=int, default=Spec().height, help="pixels (default %(default)s)")
    command.add_argument("--framing", choices=FRAMINGS, default=Spec().framing, help="default %(default)s")
    given = parser.parse_args(argv)
    try:
        if not given.root.is_dir():
            raise ValueError(f"{given.root}: no such folder; name a folder of letter folders")
        spec = replace(Spec(), width=given.width, height=given.height, framing=given.framing)
        from_ink, from_picture = reframe(given.root, given.out, spec)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{given.out}: {from_ink} samples from their ink, {from_picture} from their picture (they hold no ink)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
