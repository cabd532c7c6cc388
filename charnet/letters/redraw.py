"""Letters drawn again from their ink, as another person might: the pen strokes are distorted, then framed as usual.

The distortions are affine maps and smooth bends as in charnet/training/augment.py (Simard et al. 2003), but of strokes
instead of pixels: lines stay as thin as a pen's, and every picture is framed. docs/log.md says what that gains. This
module does not import torch.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.letters import cache, mouse
from charnet.letters.folder import LetterSet
from charnet.pictures import images, ink
from charnet.spec import Spec
from charnet.system import pool
from charnet.system.progress import Progress

# Standard deviations; lengths as a share of half the letter's longer side.
SCALE = 0.12  # of the width and of the height, each on its own
SLANT = 0.2  # sideways for each unit of height
TILT = 0.06  # the other way round: baselines that rise or fall
TURN = 0.06  # radians
BEND = 0.06  # of the weight of each bump of a grid, across and down
APART = 0.03  # of the position of each stroke, so that gaps open and close
PEN = 0.15  # of the logarithm of the pen's width

GRID = np.array([(x, y) for y in np.linspace(-1, 1, 4) for x in np.linspace(-1, 1, 3)])  # (bumps, 2)

Points = npt.NDArray[np.float64]  # (n, 2): x to the right, y down


def distort(strokes: Sequence[npt.ArrayLike], random: np.random.Generator) -> list[Points]:
    """Strokes (n, 2 or more columns) -> distorted strokes (n, 2), in the same units."""
    originals = [np.asarray(stroke, dtype=np.float64)[:, :2] for stroke in strokes]
    points = np.concatenate(originals)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, side = (low + high) / 2, max(float((high - low).max()) / 2, 1e-3)
    half = np.maximum((high - low) / 2, 0.3 * side)
    turn = random.normal(0, TURN)
    cos, sin = np.cos(turn), np.sin(turn)
    affine = np.eye(2) + random.normal(0, 1, (2, 2)) * [[SCALE, SLANT], [TILT, SCALE]]
    affine = affine @ np.array([[cos, -sin], [sin, cos]])
    weights = random.normal(0, BEND, (len(GRID), 2))
    moved = []
    for stroke in originals:
        position = (stroke - middle) / half
        bumps = np.exp(-2 * ((position[:, None] - GRID) ** 2).sum(axis=2))  # (points, bumps)
        position = (stroke - middle) / side @ affine.T + bumps @ weights + random.normal(0, APART, 2)
        moved.append(middle + side * position)
    return moved


def versions(root: Path, letters: LetterSet, spec: Spec, count: int, by_mouse: int = 0) -> npt.NDArray[np.uint8]:
    """Further drawings of each letter below `root`, (count + by_mouse, letters, height, width); the same each time.

    First come `count` with a pen, then `by_mouse` on few pixels (charnet/letters/mouse.py). They are read from the
    cache if it has them. A letter whose file has no ink, or is gone, gives its picture each time.
    """
    paths, each = [str(path) for path in letters.paths], count + by_mouse
    name = cache.key(root, paths, spec, redraw=(count, by_mouse))
    entry = cache.read(name)
    if entry is None:
        drawn = np.empty((len(paths), each, spec.height, spec.width), np.uint8)
        done = 0
        work = partial(_draw, spec, count, by_mouse)
        with Progress("drawing letters again from their ink", len(paths)) as progress:
            for chunk in pool.in_chunks(work, zip(letters.paths, letters.pictures, strict=True)):
                drawn[done : done + len(chunk)] = chunk
                done += len(chunk)
                progress.show(done)
        entry = cache.Entry(drawn.transpose(1, 0, 2, 3).reshape(-1, spec.height, spec.width), {})
        cache.write(name, entry)
    return entry.pictures.reshape(each, -1, spec.height, spec.width)


def _draw(
    spec: Spec, count: int, by_mouse: int, letters: list[tuple[Path, npt.NDArray[np.uint8]]]
) -> npt.NDArray[np.uint8]:
    return np.stack([_versions(path, picture, spec, count, by_mouse) for path, picture in letters])


def _versions(
    path: Path, picture: npt.NDArray[np.uint8], spec: Spec, count: int, by_mouse: int
) -> npt.NDArray[np.uint8]:
    try:
        strokes = ink.from_png(path)
    except (ValueError, OSError):
        strokes = None
    if strokes is None:
        return np.repeat(picture[None], count + by_mouse, axis=0)
    # Seeded by the file's own name, so that a letter gives the same drawings whatever other letters there are.
    seed = zlib.crc32(os.fsencode(f"{path.parent.name}/{path.name}"))
    random, mouses = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    pens = ink.PEN * np.exp(random.normal(0, PEN, count))
    with_pen = ink.framed_many([(distort(strokes, random), pen) for pen in pens], spec)
    on_pixels = [mouse.drawn(distort(strokes, mouses), spec, mouses) for _ in range(by_mouse)]
    return images.to_bytes(np.concatenate([with_pen, *(picture[None] for picture in on_pixels)]))
