"""Pictures to framed ink: one routine for training, prediction and the drawing page.

Three steps: `decode` turns any picture file into grey levels, `to_ink` finds paper and ink whatever the lighting, and
`frame` brings the ink to the size that a network reads. Arrays are (rows, columns); Pillow's sizes are (width, height).
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from charnet.spec import Spec

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"})
MAX_PIXELS = 100_000_000  # a 100-megapixel photo; what claims more is taken for a decompression bomb
ROUNDS = 2  # of measuring the ink while framing; a third changes nothing that can be seen
EDGE = 0.25  # the share of the darkest ink from which a pixel counts as part of the letter
BLANK = 0.1  # a picture whose darkest ink stays under this (paper 0, black 1) is blank
SMALL = 64  # pixels; pictures with a shorter side have even lighting and no dust
WAITING = 4_000_000  # decoded pixels that may wait to be framed together: 64 MB of work

# Pillow warns of a bomb before it refuses one; here both are refusals.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

Array = npt.NDArray[np.floating]  # float32, unless a caller brings more
Source = str | Path | bytes | IO[bytes] | Image.Image


def read(source: Source, spec: Spec) -> Array:
    """A picture file, its bytes or an open image -> framed ink, (height, width) float32 in [0, 1].

    Raises `ValueError` for what is no picture, is damaged, too large or blank; `OSError` for what can't be opened.
    """
    return frame(to_ink(decode(source)), spec)


def read_many(sources: Iterable[Source], spec: Spec) -> tuple[Array, dict[int, ValueError | OSError]]:
    """Pictures -> what `read` makes of each, (n, height, width) in their order, and what is wrong with the others.

    Pictures of one size are framed together, some ten times as quick as one by one. Those at fault are left out of the
    array; their errors, by their place among the sources, are the ones that `read` raises.
    """
    framed: dict[int, Array] = {}
    errors: dict[int, ValueError | OSError] = {}
    waiting: dict[tuple[int, ...], list[tuple[int, npt.NDArray[np.uint8]]]] = {}
    pixels = 0
    for place, source in enumerate(sources):
        try:
            grey = decode(source)
        except (ValueError, OSError) as error:
            errors[place] = error
            continue
        waiting.setdefault(grey.shape, []).append((place, grey))
        pixels += grey.size
        if pixels > WAITING:
            _frame_waiting(waiting, spec, framed, errors)
            pixels = 0
    _frame_waiting(waiting, spec, framed, errors)
    none = np.empty((0, spec.height, spec.width), np.float32)
    return np.stack([framed[place] for place in sorted(framed)]) if framed else none, errors


def _frame_waiting(
    waiting: dict[tuple[int, ...], list[tuple[int, npt.NDArray[np.uint8]]]],
    spec: Spec,
    framed: dict[int, Array],
    errors: dict[int, ValueError | OSError],
) -> None:
    for same in waiting.values():
        places = [place for place, _ in same]
        try:
            framed |= zip(places, frame(to_ink(np.stack([grey for _, grey in same])), spec), strict=True)
        except ValueError:  # one of them at least is blank
            for place, grey in same:
                try:
                    framed[place] = frame(to_ink(grey), spec)
                except ValueError as error:
                    errors[place] = error
    waiting.clear()


def read_array(grey: npt.ArrayLike, spec: Spec) -> Array:
    """A picture as an array, 0 black to 255 white, (rows, columns) or (rows, columns, 3 or 4) -> framed ink."""
    return read(Image.fromarray(np.asarray(grey, dtype=np.uint8)), spec)


def decode(source: Source) -> npt.NDArray[np.uint8]:
    """Any picture -> grey levels (rows, columns), 0 black to 255 white: EXIF rotation applied, alpha put on white."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    try:
        if isinstance(source, Image.Image):
            return _grey(source)
        with Image.open(source) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels is more than {MAX_PIXELS:,}; make it smaller")
            return _grey(image)
    except UnidentifiedImageError:
        raise ValueError("not a picture that can be read (PNG, JPEG, GIF, WebP, BMP, TIFF)") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"more than {MAX_PIXELS:,} pixels; make it smaller") from None
    except (OSError, SyntaxError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # missing, a folder, no permission: the system's words say so
        raise ValueError(f"damaged picture ({error})") from None


def _grey(image: Image.Image) -> npt.NDArray[np.uint8]:
    image.load()
    if "exif" in image.info or image.format in ("MPO", "TIFF"):
        image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits and more a pixel
        deep = np.asarray(image, dtype=np.float64)
        scale = 1.0 if deep.max(initial=0) <= 1 else 255 if deep.max() <= 255 else 65535
        return np.clip(deep / scale * 255, 0, 255).astype(np.uint8)
    if "A" in image.mode or "transparency" in image.info:
        colours = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    return np.asarray(image if image.mode == "L" else image.convert("L"))


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


def frame(ink: Array, spec: Spec) -> Array:
    """Ink (..., rows, columns) -> framed ink (..., height, width) in [0, 1]. Framing twice changes nothing."""
    flat = ink.reshape(-1, *ink.shape[-2:])
    framed = np.stack([_corner(one, spec) for one in flat]) if spec.framing == "corner" else _fit(flat, spec)
    return framed.reshape(*ink.shape[:-2], spec.height, spec.width)


def _fit(ink: Array, spec: Spec) -> Array:
    """Crop to the ink, scale into the box less a margin with the proportions kept, centre, darkest ink to 1.

    `squeeze` fills the height instead, and makes a letter that is too wide for that narrower: proportions go, but a
    small network reads better (docs/log.md).
    """
    margin = min(spec.width, spec.height) / 20  # half a pixel at 10 x 16
    top, bottom = _extent(ink, axis=2)
    left, right = _extent(ink, axis=1)
    for _ in range(ROUNDS):
        y, x = (top + bottom) / 2, (left + right) / 2  # the middle of the ink, in source pixels
        down = (spec.height - 2 * margin) / (bottom - top)
        across = np.minimum(down, (spec.width - 2 * margin) / (right - left))
        down = across if spec.framing == "fit" else down
        rows = _resampling(y, down, ink.shape[1], spec.height)
        columns = _resampling(x, across, ink.shape[2], spec.width)
        framed = rows @ ink @ columns.transpose(0, 2, 1)
        # A pen finer than the new pixels fades at its ends: measure again on what came out.
        top, bottom = (y + (edge - spec.height / 2) / down for edge in _extent(framed, axis=2))
        left, right = (x + (edge - spec.width / 2) / across for edge in _extent(framed, axis=1))
    if ink.shape[1:] == (spec.height, spec.width):
        # What is framed already passes as it is: resampling it again would only blur it.
        shift = np.hypot(y - spec.height / 2, x - spec.width / 2)
        same = (np.abs(down - 1) < 0.15) & (np.abs(across - 1) < 0.15) & (shift < 0.75)
        framed = np.where(same[:, None, None], ink, framed)
    result: Array = framed / framed.max(axis=(1, 2), keepdims=True)
    return result


def _extent(ink: Array, axis: int) -> tuple[Array, Array]:
    """First and last edge of the ink along the other axis, in pixels; a half covered pixel counts as half."""
    profile = ink.max(axis=axis)  # (pictures, length)
    if min(ink.shape[1:]) >= SMALL:
        # Dust: in a large picture a line of ink has neighbours.
        padded = np.pad(profile, ((0, 0), (1, 1)))
        profile = np.minimum(profile, np.maximum(padded[:, :-2], padded[:, 2:]))
    profile = profile / profile.max(axis=1, keepdims=True)
    inside = profile >= EDGE
    first = inside.argmax(axis=1)
    last = profile.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)
    each = np.arange(len(profile))
    start = first + 1 - profile[each, first]
    end = np.maximum(last + profile[each, last], start + 0.5)
    return start.astype(np.float32), end.astype(np.float32)


def _resampling(centre: Array, scale: Array, length: int, size: int) -> Array:
    """Matrices (pictures, size, length) that resample a line of `length` pixels to `size`, `centre` in the middle.

    A triangle filter, as wide as the coarser of the two grids: bilinear when enlarging, antialiased when reducing.
    """
    place = centre[:, None] + (np.arange(size, dtype=np.float32) + 0.5 - size / 2) / scale[:, None]
    pixel = np.arange(length, dtype=np.float32) + 0.5
    reach = np.maximum(1, 1 / scale)[:, None, None]
    weights: Array = np.maximum(0, 1 - np.abs(pixel - place[:, :, None]) / reach) / reach
    return weights


def _corner(ink: Array, spec: Spec) -> Array:
    """The framing of the original (2015), at ten pixels of drawing for one of the network's."""
    if ink.shape == (spec.height, spec.width):
        return ink
    side = 10 * spec.height
    square = np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BILINEAR))
    inked = square >= EDGE * square.max()
    left = inked.any(axis=0).argmax()
    bottom = side - inked.any(axis=1)[::-1].argmax()
    page = np.zeros((side, 10 * spec.width), np.float32)
    part = square[:bottom, left : left + page.shape[1]]
    page[side - part.shape[0] :, : part.shape[1]] = part
    small = Image.fromarray(page).resize((spec.width, spec.height), Image.Resampling.LANCZOS)
    result: Array = np.clip(np.asarray(small), 0, 1)
    return result


def walk(paths: Sequence[Path], every: bool = False) -> list[Path]:
    """Files as they are, folders by the pictures (or `every` file) below them, sorted; hidden ones are passed over."""
    found: list[Path] = []
    for path in paths:
        found += [Path(entry.path) for entry in scan(path, every)] if path.is_dir() else [path]
    return found


def scan(folder: str | Path, every: bool = False) -> Iterator[os.DirEntry[str]]:
    """The pictures (or `every` file) below a folder, sorted, hidden ones passed over; links to folders aren't followed.

    Entries and not paths: many times quicker for 50,000 files, and their `stat` is asked for once.
    """
    with os.scandir(folder) as entries:
        inside = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from scan(entry.path, every)
        elif (every or entry.name.lower().endswith(tuple(SUFFIXES))) and entry.is_file():
            yield entry
