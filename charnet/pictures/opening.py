"""Any picture file, opened: its kind told by its content, a decompression bomb and damage refused in a sentence."""

from __future__ import annotations

import io
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from PIL import Image, PngImagePlugin, UnidentifiedImageError

from charnet.pictures import chunks

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")  # Pillow hands EPS to a program of its own
MAX_PIXELS = 50_000_000  # a phone's largest photo, 200 MB while it is decoded; more is taken for a decompression bomb
MOST_BYTES = 210_000_000  # while a picture is decoded; with Python and its libraries 300 MB
BYTES = {"WEBP": 15.3, "TIFF": 5.7}  # a pixel, measured, of decoders that keep copies

FILTERS = threading.Lock()  # Python's warning filters are one list for all threads

File = str | Path | bytes | IO[bytes]
Source = File | Image.Image


@contextmanager
def opened(source: File) -> Iterator[Image.Image]:
    """A picture file, open for the block; never a bomb. Damage found within is a `ValueError` too."""
    try:
        with unlimited(source) as image:
            most, kind = _most(image)
            if image.width * image.height > most:
                raise ValueError(f"{image.width} x {image.height} pixels is more than {most:,}{kind}; make it smaller")
            yield image
    except UnidentifiedImageError:
        raise ValueError("not a picture that can be read (PNG, JPEG, GIF, WebP, BMP, TIFF)") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"more than {MAX_PIXELS:,} pixels; make it smaller") from None
    except (OSError, SyntaxError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # missing, a folder, no permission: the system's words say so
        raise ValueError(f"damaged picture ({error})") from None


def embedded(source: File, key: str) -> str | None:
    """The text that a PNG holds under a key; None where it has none, or is no PNG. Errors as those of `decode`."""
    with opened(source) as image:
        if not isinstance(image, PngImagePlugin.PngImageFile):
            return None
        load(image)
        return image.text.get(key)


def unlimited(source: File) -> Image.Image:
    """A picture file of any size, nothing of it decoded yet."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    chunks.check(source)
    with unwarned():
        image = Image.open(source, formats=FORMATS)
    if image.format == "TIFF":
        # Known by name, an uncompressed TIFF is mapped into memory, a turned one with its sides swapped (Pillow 13).
        image.filename = ""
    return image


def load(image: Image.Image) -> None:
    """Decode its pixels. `ValueError` for damage that Pillow's decoders stumble over; the rest is `opened`'s."""
    try:
        image.load()
    except (TypeError, ArithmeticError, LookupError, struct.error) as error:
        raise ValueError(f"damaged picture ({error})") from None


def _most(image: Image.Image) -> tuple[int, str]:
    """How many pixels of such a picture fit into memory while it is decoded, and what is said of its kind."""
    layers = getattr(image, "layer", [])  # of a JPEG: a number, then how finely it is sampled across and down
    if image.info.get("progressive") and layers:
        samples = sum(across * down for _, across, down, *_ in layers)
        finest = max(across for _, across, *_ in layers) * max(down for _, _, down, *_ in layers)
        if not samples:
            raise ValueError("damaged picture (a JPEG of no samples)")
        return min(MAX_PIXELS, round(MOST_BYTES * finest / (2 * samples))), ", the most of such a progressive JPEG"
    if image.format in BYTES:
        return int(MOST_BYTES / BYTES[image.format]), f", the most of a {image.format}"
    return MAX_PIXELS, ""


@contextmanager
def unwarned() -> Iterator[None]:
    """Pillow warns of a bomb before it refuses one; here both are refusals. Of damaged notes it need not speak."""
    with FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield
