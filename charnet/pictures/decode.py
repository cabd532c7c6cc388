"""Any picture file -> grey levels: upright, alpha on white, a large one reduced as it is decoded.

Arrays are (rows, columns); Pillow's sizes are (width, height).
"""

from __future__ import annotations

import struct
from contextlib import nullcontext

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from charnet.pictures.opening import Source, load, opened, unlimited, unwarned

ENOUGH = 1_200_000  # pixels; a letter is found on a picture reduced to about as many
BAND = 16  # rows of the reduced picture that are made at a time
NOTES = frozenset(
    {"exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"}
)  # where a picture says which side is up
NOTED = ("MPO", "TIFF")  # formats that say it elsewhere
# What turns a picture upright, by the number that its Exif gives.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(source: Source) -> npt.NDArray[np.uint8]:
    """Any picture -> grey levels (rows, columns), 0 black to 255 white: EXIF rotation applied, alpha put on white."""
    if isinstance(source, Image.Image):
        return _grey(source)
    with opened(source) as image:
        if (step := _step(image)) > 1:
            image.draft("L", (image.width // step, image.height // step))  # a JPEG is never decoded in full
        return _grey(image)


def _grey(image: Image.Image) -> npt.NDArray[np.uint8]:
    image, turn = _reduced(image)
    image = _one_channel(image)
    if turn in TURNS:
        image = image.transpose(TURNS[turn])
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits and more a pixel
        deep = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=65535, neginf=0)  # no number is black
        scale = 1.0 if deep.max(initial=0) <= 1 else 255 if deep.max() <= 255 else 65535
        return np.clip(deep / scale * 255, 0, 255).astype(np.uint8)
    return np.asarray(image)


def _one_channel(image: Image.Image) -> Image.Image:
    """Grey levels, mode L, or I and F for 16 bits and more a pixel; alpha put on white."""
    if image.mode.startswith("I") or image.mode == "F":
        return image if image.mode in ("I", "F") else image.convert("I")
    image = on_white(image)
    return image if image.mode == "L" else image.convert("L")


def on_white(image: Image.Image) -> Image.Image:
    """A picture as it looks on white paper; as it is where nothing of it is transparent."""
    if "A" not in image.mode and "transparency" not in image.info:
        return image
    colours = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)


def upright_size(source: Source) -> tuple[int, int]:
    """Width and height in pixels of a picture that `decode` can read, EXIF rotation applied; what `decode` reduced."""
    with nullcontext(source) if isinstance(source, Image.Image) else unlimited(source) as image:
        return (image.height, image.width) if _turn(image) >= 5 and image.format != "TIFF" else image.size


def _reduced(image: Image.Image) -> tuple[Image.Image, int]:
    """The picture, loaded, and which of TURNS it needs; one of many pixels reduced to about ENOUGH."""
    with unwarned() if image.format in NOTED else nullcontext():
        load(image)
    turn = _turn(image)
    if (step := _step(image)) > 1:
        image = _in_bands(image, step)
    return image, turn


def _step(image: Image.Image) -> int:
    """How many times smaller a picture may become."""
    return int(np.ceil(np.sqrt(image.width * image.height / ENOUGH)))


def _in_bands(image: Image.Image, step: int) -> Image.Image:
    """A loaded picture, reduced; band by band, for another copy of it would take as much memory again."""
    width, height = image.size
    tops = range(0, height, BAND * step)
    result: Image.Image | None = None
    for top in tops:
        band = _one_channel(image.crop((0, top, width, min(height, top + BAND * step)))).reduce(step)
        result = result or Image.new(band.mode, (band.width, -(-height // step)))
        result.paste(band, (0, top // step))
    assert result is not None
    return result


def _turn(image: Image.Image) -> int:
    """The Exif number of a picture's orientation; 1 is upright, and what has none or a damaged one counts as such."""
    if not (NOTES & image.info.keys() or image.format in NOTED):
        return 1
    try:
        with unwarned():
            turn = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (ValueError, TypeError, LookupError, SyntaxError, struct.error):
        return 1
    return turn if turn in TURNS else 1
