"""Opens picture files: the format is recognised by content; decompression bombs and damaged files are refused."""

from __future__ import annotations

import io
import os
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

from PIL import Image, Jpeg2KImagePlugin, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from charnet.pictures import jpeg2000, libtiff

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000")  # EPS would go to Ghostscript
KINDS = "PNG, JPEG, HEIC, AVIF, GIF, WebP, BMP, TIFF, JPEG 2000"
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # in the first 12 bytes
MAX_PIXELS = 50_000_000  # a phone's largest photo, 200 MB while it is decoded; more is taken for a decompression bomb
MAX_BYTES = 210_000_000  # of memory while a picture is decoded; 300 MB with Python and its libraries
# Measured, of decoders that keep copies of the picture.
BYTES_PER_PIXEL = {"WEBP": 15.3, "TIFF": 5.7, "HEIF": 8.5, "AVIF": 10, "JPEG2000": 7}  # of JPEG 2000 for each channel

# Limits for PNGs, since Pillow takes a while over each chunk; a photo with all its metadata has dozens.
MAX_CHUNKS = 1_000  # beside those of pixels
MAX_PIXEL_CHUNKS = 100_000  # encoders write at least 8 KB into each
PIXEL_CHUNKS = (b"IDAT", b"fdAT")
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MIN_CHUNK = 12  # bytes of a chunk: its length, its kind, its checksum
MAX_MARKERS = (
    20_000  # before the pixels of a JPEG, with stray bytes, each of which Pillow takes by itself; photos have 50
)
START_OF_JPEG, START_OF_SCAN = b"\xff\xd8", 0xFFDA
END_OF_IMAGE = b"\xff\xd9"  # the marker at the end of a JPEG
MAX_SCANS = 100  # of a JPEG, each of which goes over the whole picture; a progressive one has about ten

FILTERS_LOCK = threading.Lock()  # Python's warning filters are one list for all threads

File = str | Path | bytes | IO[bytes]
Source = File | Image.Image


@contextmanager
def opened(source: File) -> Iterator[Image.Image]:
    """Open a picture file for the block. Raises `ValueError` for one that is too large, also for damage found later."""
    try:
        with open_unchecked(source) as image:
            most, kind = _max_pixels(image)
            if image.width * image.height > most:
                raise ValueError(f"{image.width} x {image.height} pixels is more than {most:,}{kind}; make it smaller")
            _check_scans(image)
            if isinstance(image, Jpeg2KImagePlugin.Jpeg2KImageFile) and image.fp is not None:
                jpeg2000.check(image.fp)
            yield image
    except UnidentifiedImageError:
        raise ValueError(f"not a picture that can be read ({KINDS})") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"more than {MAX_PIXELS:,} pixels; make it smaller") from None
    except (OSError, SyntaxError, EOFError, RuntimeError) as error:  # libheif and libavif raise RuntimeError
        if isinstance(error, OSError) and error.errno is not None:
            raise  # missing, a folder, no permission: the system's words say so
        raise ValueError(f"damaged picture ({' '.join(str(error).split())})") from None


def embedded(source: File, key: str) -> str | None:
    """The text that a PNG stores under a key, None where there is none. Raises the errors of `decode`."""
    with opened(source) as image:
        if not isinstance(image, PngImagePlugin.PngImageFile):
            return None
        load(image)
        return image.text.get(key)


def open_unchecked(source: File) -> Image.Image:
    """Open a picture file without checking its size; nothing is decoded yet."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    _check_header(source)
    with without_warnings():
        try:
            image = Image.open(source, formats=FORMATS)
        except UnidentifiedImageError:
            if not _is_heic(source):
                raise
            import pillow_heif  # here: most pictures do without

            pillow_heif.register_heif_opener(thumbnails=False)
            image = Image.open(source, formats=("HEIF",))
    if image.format == "TIFF":
        libtiff.silence()
        # Known by name, an uncompressed TIFF is mapped into memory, a turned one with its sides swapped (Pillow 13).
        image.filename = ""
    return image


def load(image: Image.Image) -> bool:
    """Decode the pixels of an opened picture; returns whether it is a JPEG whose file ends too early.

    Such a JPEG gets the end marker that it lacks, and its decoder fills the missing part with middle grey. Pillow does
    the same under `LOAD_TRUNCATED_IMAGES`, but for all formats and threads. A progressive one must hold its first scan,
    which covers the whole picture. Raises `ValueError` for damage that Pillow's decoders report as something other than
    the errors that `opened` catches.
    """
    truncated = False

    def read(read_bytes: int) -> bytes:
        nonlocal truncated
        assert isinstance(image, JpegImagePlugin.JpegImageFile) and image.fp is not None
        content: bytes = image.fp.read(read_bytes)
        if content or truncated:
            return content
        if image.info.get("progressive") and _count_scans(image.fp) < 2:
            raise ValueError("damaged picture (a progressive JPEG that ends in its first scan)")
        truncated = True
        return END_OF_IMAGE

    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.load_read = read  # type: ignore[method-assign]
    try:
        image.load()
    except (TypeError, ArithmeticError, LookupError, RuntimeError, struct.error) as error:
        raise ValueError(f"damaged picture ({' '.join(str(error).split())})") from None
    return truncated


def _is_heic(source: str | Path | IO[bytes]) -> bool:
    with Path(source).open("rb") if isinstance(source, str | Path) else nullcontext(source) as file:
        file.seek(0)  # as Pillow, which has just looked at it, does
        head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:] in HEIC_BRANDS


def _check_header(source: str | Path | IO[bytes]) -> None:
    """Raise `ValueError` for a PNG of too many chunks, or a JPEG of too many markers; others are read no further."""
    if isinstance(source, str | Path):
        if os.stat(source).st_size > MIN_CHUNK * MAX_CHUNKS:  # noqa: PTH116  (most samples are smaller: no time for a Path)
            with Path(source).open("rb") as file:
                _count_parts(file)
    elif source.seekable():
        start = source.tell()
        if source.seek(0, io.SEEK_END) - start > MIN_CHUNK * MAX_CHUNKS:
            source.seek(start)
            _count_parts(source)
        source.seek(start)


def _count_parts(file: IO[bytes]) -> None:
    head = file.read(len(SIGNATURE))
    if head == SIGNATURE:
        _count_chunks(file)
    elif head.startswith(START_OF_JPEG):
        file.seek(len(START_OF_JPEG) - len(head), io.SEEK_CUR)
        _count_markers(file)


def _count_markers(file: IO[bytes]) -> None:
    """Go over the header of a JPEG as Pillow does, byte by byte between the markers."""
    previous = b""
    for _ in range(MAX_MARKERS):
        byte = file.read(1)
        if not byte:
            return
        if previous == b"\xff" and byte not in (b"\x00", b"\xff"):
            marker = 0xFF00 | byte[0]
            if marker == START_OF_SCAN or marker not in JpegImagePlugin.MARKER:
                return
            if JpegImagePlugin.MARKER[marker][2]:  # a segment with its length
                file.seek(max(0, int.from_bytes(file.read(2), "big") - 2), io.SEEK_CUR)
        previous = byte
    raise ValueError(f"a JPEG of more than {MAX_MARKERS:,} markers before its pixels; save the picture again")


def _count_chunks(file: IO[bytes]) -> None:
    others = pixels = 0
    while len(head := file.read(8)) == 8:
        if head[4:] in PIXEL_CHUNKS:
            pixels += 1
        else:
            others += 1
        if others > MAX_CHUNKS or pixels > MAX_PIXEL_CHUNKS:
            raise ValueError(
                f"a PNG of more than {MAX_CHUNKS:,} chunks beside its pixels; save the picture again without"
            )
        file.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)


def _check_scans(image: Image.Image) -> None:
    """Raise `ValueError` for a JPEG of too many scans, counted by markers, which cannot occur in pixel data."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.fp is None:
        return
    if _count_scans(image.fp) > MAX_SCANS:
        raise ValueError(f"a JPEG of more than {MAX_SCANS} scans; save the picture again")


def _count_scans(file: IO[bytes]) -> int:
    here = file.tell()
    file.seek(0)
    count = file.read().count(b"\xff\xda")
    file.seek(here)
    return count


def _max_pixels(image: Image.Image) -> tuple[int, str]:
    """The most pixels that can be decoded within `MAX_BYTES`, and the words that the error message adds."""
    layers = getattr(image, "layer", [])  # of a JPEG: a number, then how finely it is sampled across and down
    if image.info.get("progressive") and layers:
        samples = sum(across * down for _, across, down, *_ in layers)
        finest = max(across for _, across, *_ in layers) * max(down for _, _, down, *_ in layers)
        if not samples:
            raise ValueError("damaged picture (a JPEG of no samples)")
        return min(MAX_PIXELS, round(MAX_BYTES * finest / (2 * samples))), ", the most of such a progressive JPEG"
    if image.format in BYTES_PER_PIXEL:
        channels = len(image.getbands()) if image.format == "JPEG2000" else 1
        kind = f"{image.format} of {channels} channels" if channels > 1 else image.format
        return int(MAX_BYTES / BYTES_PER_PIXEL[image.format] / channels), f", the most of a {kind}"
    return MAX_PIXELS, ""


@contextmanager
def without_warnings() -> Iterator[None]:
    """Ignore Pillow's warnings, such as those of damaged metadata, but raise the one of a decompression bomb."""
    with FILTERS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield
