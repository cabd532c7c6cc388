"""Pictures to framed ink: one routine for training, prediction and the drawing page.

Three steps: `decode` turns any picture file into grey levels, `to_ink` (paper.py) finds paper and ink whatever the
lighting, and `frame` (framing.py) brings the ink to the size that a network reads. Arrays are (rows, columns); Pillow's
sizes are (width, height).
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from charnet.pictures import chunks
from charnet.pictures.framing import frame, to_bytes
from charnet.pictures.paper import clean, crowded, to_ink
from charnet.spec import Spec

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"})
MAX_PIXELS = 50_000_000  # a phone's largest photo, 200 MB while it is decoded; more is taken for a decompression bomb
ENOUGH = 1_200_000  # pixels; a letter is found on a picture reduced to about as many
SEVERAL = "more than one shape"  # a note
CLOSE = 640  # pixels of the longer side that a single letter is looked for on
WAITING = 4_000_000  # decoded pixels that may wait to be framed together: 64 MB of work

REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F")

if TYPE_CHECKING:
    from charnet.pictures import letter

FILTERS = threading.Lock()  # Python's warning filters are one list for all threads

__all__ = [
    "Found",
    "decode",
    "frame",
    "look",
    "look_many",
    "opened",
    "read",
    "read_array",
    "read_many",
    "scan",
    "to_bytes",
    "to_ink",
    "walk",
]

Array = npt.NDArray[np.floating]  # float32, unless a caller brings more
Source = str | Path | bytes | IO[bytes] | Image.Image


class Found(NamedTuple):
    """What a picture shows: framed ink (height, width); what it looks like where that is no single, clear letter."""

    framed: Array
    note: str | None = None  # "more than one shape", "no clear ink", "a scribble, no clear letter"
    shapes: int = 1  # as large as the letter
    box: tuple[int, int, int, int] | None = None  # of the letter in a photo: left, top, right, bottom in pixels


def read(source: Source, spec: Spec) -> Array:
    """A picture file, its bytes or an open image -> framed ink, (height, width) float32 in [0, 1].

    Raises `ValueError` for what is no picture, is damaged, too large or blank; `OSError` for what can't be opened.
    """
    return look(source, spec).framed


def look(source: Source, spec: Spec) -> Found:
    """As `read`, with what the picture looks like."""
    return _found(decode(source), spec)


def _found(grey: npt.NDArray[np.uint8], spec: Spec) -> Found:
    if clean(grey):
        return Found(frame(to_ink(grey), spec), *_looks(grey))
    found, step = _letter(grey)
    if found is None:
        return Found(frame(to_ink(grey), spec), "no clear ink")
    left, top, right, bottom = (step * edge for edge in found.box)
    box = (left, top, min(right, grey.shape[1]), min(bottom, grey.shape[0]))
    return Found(frame(found.ink, spec), found.note, found.shapes, box)


def _letter(grey: npt.NDArray[np.uint8]) -> tuple[letter.Letter | None, int]:
    """The letter of a photo, and how many times smaller it was looked for."""
    from charnet.pictures import letter  # what a photo needs takes longer to import than a clean picture to read

    step = max(1, round(max(grey.shape) / CLOSE))
    return letter.find(np.asarray(Image.fromarray(grey).reduce(step), np.float32) / 255), step


def _looks(grey: npt.NDArray[np.uint8]) -> tuple[str | None, int]:
    """The note on a clean picture, and how many shapes it has; most are told at a glance to be one letter."""
    if not crowded(grey):
        return None, 1
    found, _ = _letter(grey)
    return (found.note, found.shapes) if found else (None, 1)


def read_many(sources: Iterable[Source], spec: Spec) -> tuple[Array, dict[int, ValueError | OSError]]:
    """As `look_many`, without what the pictures look like."""
    framed, errors, _ = look_many(sources, spec, notes=False)
    return framed, errors


def look_many(
    sources: Iterable[Source], spec: Spec, notes: bool = True
) -> tuple[Array, dict[int, ValueError | OSError], dict[int, Found]]:
    """Pictures -> what `read` makes of each, (n, height, width) in their order, and what is wrong with the others.

    Pictures of one size are framed together, some ten times as quick as one by one. Those at fault are left out of the
    array; their errors, by their place among the sources, are the ones that `read` raises. The last dictionary holds
    what `look` says of pictures that are no single, clear letter.
    """
    framed: dict[int, Array] = {}
    errors: dict[int, ValueError | OSError] = {}
    odd: dict[int, Found] = {}
    waiting: dict[tuple[int, ...], list[tuple[int, npt.NDArray[np.uint8]]]] = {}
    pixels = 0
    for place, source in enumerate(sources):
        try:
            grey = decode(source)
        except (ValueError, OSError) as error:
            errors[place] = error
            continue
        if not clean(grey) or (notes and crowded(grey)):
            try:
                found = _found(grey, spec)
                framed[place] = found.framed
                if found.note:
                    odd[place] = found
            except ValueError as error:
                errors[place] = error
            continue
        waiting.setdefault(grey.shape, []).append((place, grey))
        pixels += grey.size
        if pixels > WAITING:
            _frame_waiting(waiting, spec, framed, errors)
            pixels = 0
    _frame_waiting(waiting, spec, framed, errors)
    none = np.empty((0, spec.height, spec.width), np.float32)
    return np.stack([framed[place] for place in sorted(framed)]) if framed else none, errors, odd


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
    if isinstance(source, Image.Image):
        return _grey(source)
    with opened(source) as image:
        return _grey(image)


@contextmanager
def opened(source: str | Path | bytes | IO[bytes]) -> Iterator[Image.Image]:
    """A picture file, open for the block; never a bomb. Damage found within is a `ValueError` too."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    try:
        with _open(source) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels is more than {MAX_PIXELS:,}; make it smaller")
            yield image
    except UnidentifiedImageError:
        raise ValueError("not a picture that can be read (PNG, JPEG, GIF, WebP, BMP, TIFF)") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"more than {MAX_PIXELS:,} pixels; make it smaller") from None
    except (OSError, SyntaxError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # missing, a folder, no permission: the system's words say so
        raise ValueError(f"damaged picture ({error})") from None


def _open(source: str | Path | IO[bytes]) -> Image.Image:
    """Pillow warns of a bomb before it refuses one; here both are refusals."""
    chunks.check(source)
    with FILTERS, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(source)


def _grey(image: Image.Image) -> npt.NDArray[np.uint8]:
    image = _upright(_reduced(image))
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits and more a pixel
        deep = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=65535, neginf=0)  # no number is black
        scale = 1.0 if deep.max(initial=0) <= 1 else 255 if deep.max() <= 255 else 65535
        return np.clip(deep / scale * 255, 0, 255).astype(np.uint8)
    if _has_alpha(image):
        colours = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    return np.asarray(image if image.mode == "L" else image.convert("L"))


def upright_size(source: Source) -> tuple[int, int]:
    """Width and height in pixels of a picture that `decode` can read, EXIF rotation applied; what `decode` reduced."""
    if isinstance(source, Image.Image):
        return source.size
    with _open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        turn = image.getexif().get(ExifTags.Base.Orientation, 1)
        return (image.height, image.width) if turn >= 5 and image.format != "TIFF" else image.size


def _reduced(image: Image.Image) -> Image.Image:
    """The picture, loaded; one of many pixels reduced to about ENOUGH. A JPEG is never decoded in full for it."""
    step = int(np.ceil(np.sqrt(image.width * image.height / ENOUGH)))
    if step > 1:
        image.draft("L", (image.width // step, image.height // step))
    image.load()
    turned = "exif" in image.info or image.format in ("MPO", "TIFF")
    turn = image.getexif().get(ExifTags.Base.Orientation, 1) if turned else 1
    step = int(np.ceil(np.sqrt(image.width * image.height / ENOUGH)))
    if step > 1:
        if image.mode not in REDUCIBLE or "transparency" in image.info:
            image = image.convert("I" if image.mode.startswith("I") else "RGBA" if _has_alpha(image) else "L")
        image = image.reduce(step)
    if turn != 1:
        image.getexif()[ExifTags.Base.Orientation] = turn
    return image


def _upright(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image) if image.getexif().get(ExifTags.Base.Orientation, 1) != 1 else image


def _has_alpha(image: Image.Image) -> bool:
    return "A" in image.mode or "transparency" in image.info


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
        elif (every or entry.name.lower().endswith(tuple(SUFFIXES))) and _may_be_read(entry):
            yield entry


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """A file, or what can't even be asked (a link to itself): reading it says what is wrong."""
    try:
        return entry.is_file()
    except OSError:
        return True
