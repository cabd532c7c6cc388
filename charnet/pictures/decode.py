"""Any picture file -> grey levels: upright, on an opaque background, large pictures reduced while they are decoded.

Arrays are (rows, columns); Pillow's sizes are (width, height).
"""

from __future__ import annotations

import struct
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps

from charnet.pictures.opening import Source, load, open_unchecked, opened, without_warnings
from charnet.pictures.paper import BLANK
from charnet.system.answer import note

TARGET_PIXELS = 1_200_000  # larger pictures are reduced to at most so many
BLOCK_ROWS = 8  # rows of a JPEG's blocks
BAND_ROWS = 16  # rows of the reduced picture that are computed at a time
# Where a picture says which side is up.
ORIENTATION_KEYS = frozenset({"exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"})
ORIENTATION_FORMATS = ("MPO", "TIFF")  # formats that store the orientation elsewhere
ORIENTATION = ExifTags.Base.Orientation
WHITES = (1.0, 255.0, 65535.0)  # of floats, of bytes, of 16 bits
OVERSHOOT = 1.1  # times white; resampling makes edges so bright
MIN_RELATIVE_CONTRAST = 1 / 3  # of the contrast on black, or of the best channel, below which that is used instead


def decode(source: Source) -> npt.NDArray[np.uint8]:
    """Any picture -> grey levels (rows, columns), 0 black to 255 white, upright.

    Transparent pictures are put on white, or on black where the ink is hardly visible on white. Grey is luminance, or
    the channel of red, green and blue with the most contrast where luminance has hardly any. A truncated JPEG is
    decoded as far as it goes, with a note on standard error.
    """
    if isinstance(source, Image.Image):
        return _grey(source)
    with opened(source) as image:
        if (step := _reduction(image)) > 1:
            image.draft(None, (image.width // step, image.height // step))  # a JPEG is never decoded in full
        return _grey(image, source if isinstance(source, str | Path) else "the picture")


def upright_size(source: Source) -> tuple[int, int]:
    """Width and height in pixels of the upright picture before `decode` reduces it."""
    with nullcontext(source) if isinstance(source, Image.Image) else open_unchecked(source) as image:
        return (image.height, image.width) if _orientation(image) >= 5 and image.format != "TIFF" else image.size


def on_ground(image: Image.Image) -> Image.Image:
    """A transparent picture on white, or on black where its ink is hardly visible on white; others unchanged."""
    if "A" not in image.mode and "transparency" not in image.info:
        return image
    colours = image.convert("RGBA")
    white, black = (
        Image.alpha_composite(Image.new("RGBA", colours.size, ground), colours).convert("RGB")
        for ground in ("white", "black")
    )
    return black if _contrast(white) < MIN_RELATIVE_CONTRAST * _contrast(black) else white


def _grey(image: Image.Image, name: object = "the picture") -> npt.NDArray[np.uint8]:
    with without_warnings() if image.format in ORIENTATION_FORMATS else nullcontext():
        truncated = load(image)
    turn, step = _orientation(image), _reduction(image)
    if truncated:
        image = _decoded_rows(image, name)
    image = _one_channel(_in_bands(image, step) if step > 1 else image)
    if turn != 1:
        image = image.copy()
        image.getexif()[ORIENTATION] = turn
        image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "F"):  # 16 bits and more a pixel
        # No number is black. It becomes one before the cast, which would warn.
        deep: npt.NDArray[np.float64] = np.nan_to_num(np.asarray(image), posinf=65535, neginf=0).astype(np.float64)
        return np.clip(deep / _white(deep) * 255, 0, 255).astype(np.uint8)
    return np.asarray(image)


def _white(deep: npt.NDArray[np.float64]) -> float:
    """The value of white: the first of `WHITES` that all but a few pixels keep to, or else the highest value."""
    few = 1 + deep.size // 2000
    highest = float(np.partition(deep, -few, axis=None)[-few]) if deep.size > few else float(deep.max(initial=0))
    return next((white for white in WHITES if highest <= OVERSHOOT * white), highest)


def _decoded_rows(image: Image.Image, name: object) -> Image.Image:
    """The rows of a truncated JPEG, loaded but not yet turned, that were decoded in full; a note says how many.

    Blocks are stored from left to right and from top to bottom, and missing ones are middle grey in every channel, so
    a row whose last pixel is of that grey is missing at least in part. The block in which the file ends is garbled;
    where it is the last of its row of blocks, those rows are left out too.
    """
    last = _middle_grey(image, (image.width - 1, 0, image.width, image.height))
    rows = image.height - int(np.argmin(last[::-1])) if not last.all() else 0
    if rows < image.height:
        block_rows = BLOCK_ROWS * max((down for _, _, down, *_ in getattr(image, "layer", [])), default=1)
        whole_row = _middle_grey(image, (0, rows, image.width, rows + 1)).all()
        rows -= rows % BLOCK_ROWS + (block_rows if whole_row else 0)
    decoded = image.crop((0, 0, image.width, max(0, rows)))
    if rows <= 0 or _contrast(decoded) < 255 * BLANK:
        raise ValueError("damaged picture (the file ends before anything that is drawn)")
    note(f"{name}: the file ends too early; {rows:,} of {image.height:,} rows are read")
    return decoded


def _middle_grey(image: Image.Image, box: tuple[int, int, int, int]) -> npt.NDArray[np.bool_]:
    """Which pixels of a line of them are 127 or 128, give or take one, in every channel."""
    line = np.asarray(image.crop(box), np.float32)
    result: npt.NDArray[np.bool_] = np.all(np.abs(line.reshape(max(line.shape[:2]), -1) - 127.5) < 2, axis=1)
    return result


def _one_channel(image: Image.Image) -> Image.Image:
    """Grey levels, mode L, or I and F for 16 bits and more a pixel."""
    if image.mode.startswith("I") or image.mode == "F":
        return image if image.mode in ("I", "F") else image.convert("I")
    image = on_ground(image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    colours = image.convert("RGB")
    grey = colours.convert("L")
    best = max(colours.split(), key=_contrast)
    return best if _contrast(grey) < MIN_RELATIVE_CONTRAST * _contrast(best) else grey


def _contrast(image: Image.Image) -> int:
    """The largest range of levels within one channel."""
    levels = image.getextrema()
    channels: list[tuple[int, int]] = list(levels) if isinstance(levels[0], tuple) else [levels]  # type: ignore[list-item]
    return max(high - low for low, high in channels)


def _reduction(image: Image.Image) -> int:
    """The whole factor by which both sides are reduced."""
    return int(np.ceil(np.sqrt(image.width * image.height / TARGET_PIXELS)))


def _in_bands(image: Image.Image, step: int) -> Image.Image:
    """Reduce a loaded picture, band by band, since converting all of it would double the memory."""
    width, height = image.size
    result: Image.Image | None = None
    for top in range(0, height, BAND_ROWS * step):
        band = _reducible(image.crop((0, top, width, min(height, top + BAND_ROWS * step)))).reduce(step)
        result = result or Image.new(band.mode, (band.width, -(-height // step)))
        result.paste(band, (0, top // step))
    assert result is not None
    return result.convert("RGBA") if result.mode == "RGBa" else result


def _reducible(image: Image.Image) -> Image.Image:
    """Convert to a mode whose pixels can be averaged: premultiplied alpha, no palettes, no single bits."""
    if "A" in image.mode or "transparency" in image.info:
        return image.convert("RGBA").convert("RGBa")
    if image.mode.startswith("I") or image.mode == "F":
        return image if image.mode in ("I", "F") else image.convert("I")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _orientation(image: Image.Image) -> int:
    """The Exif number of a picture's orientation, 1 (upright) where it has none or a damaged one."""
    if not (ORIENTATION_KEYS & image.info.keys() or image.format in ORIENTATION_FORMATS):
        return 1
    try:
        with without_warnings():
            turn = image.getexif().get(ORIENTATION, 1)
    except (ValueError, TypeError, LookupError, SyntaxError, struct.error):
        return 1
    return turn if turn in range(2, 9) else 1
