"""Pictures to framed ink: one routine for training, prediction and the drawing page.

Three steps: `decode` (decode.py) turns any picture file into grey levels, `to_ink` (paper.py) finds paper and ink
whatever the lighting, and `frame` (framing.py) brings the ink to the size that a network reads. Arrays are (rows,
columns).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import Array, Grey, letter, pen
from charnet.pictures.clean import crowded, plain, unframed, without_specks
from charnet.pictures.decode import decode, upright_size
from charnet.pictures.framing import frame, to_bytes
from charnet.pictures.letter import MORE_THAN_ONE
from charnet.pictures.opening import Source, opened
from charnet.pictures.paper import to_ink
from charnet.spec import Spec

MIN_SIDE = 240  # pixels of the longer side that a smaller picture is enlarged to, so that its strokes have edges
SEARCH_SIDE = 640  # pixels of the longer side that a single letter is looked for on
MAX_WAITING = 4_000_000  # decoded pixels that may wait to be framed together: 64 MB of work

__all__ = [
    "MORE_THAN_ONE",
    "Array",
    "Found",
    "Source",
    "decode",
    "frame",
    "look",
    "look_many",
    "opened",
    "read",
    "read_array",
    "read_many",
    "to_bytes",
    "to_ink",
    "upright_size",
]


class Found(NamedTuple):
    """The framed ink (height, width) of a picture, with a note where it does not look like a single, clear letter."""

    framed: Array
    note: str | None = None  # MORE_THAN_ONE, "no clear ink" or "a scribble, no clear letter"
    shapes: int = 1  # how many are about as large as the letter
    box: tuple[int, int, int, int] | None = None  # of the letter in a photo: left, top, right, bottom in pixels


def read(source: Source, spec: Spec) -> Array:
    """A picture file, its bytes or an open image -> framed ink, (height, width) float32 in [0, 1].

    Raises `ValueError` for what is no picture, is damaged, too large or blank; `OSError` for what can't be opened.
    """
    return look(source, spec).framed


def look(source: Source, spec: Spec) -> Found:
    """As `read`, with the note, the number of shapes and the box of the letter."""
    return _look(decode(source), spec)


def _look(grey: Grey, spec: Spec) -> Found:
    if _needs_only_framing(grey[None], spec)[0]:
        return Found(frame(to_ink(grey, even=True), spec), *_note_on_clean(grey))
    inside = without_specks(unframed(grey))
    if plain(inside[None])[0]:
        return Found(frame(to_ink(inside, even=True), spec), *_note_on_clean(inside))
    found, step = _find_letter(grey)
    if found is None:
        return Found(frame(to_ink(grey), spec), "no clear ink")
    left, top, right, bottom = (round(step * edge) for edge in found.box)
    box = (left, top, min(right, grey.shape[1]), min(bottom, grey.shape[0]))
    return Found(frame(pen.even(found.ink, spec), spec), found.note, found.shapes, box)


def _needs_only_framing(greys: Grey, spec: Spec) -> npt.NDArray[np.bool_]:
    """Which pictures (n, rows, columns) need nothing but framing; those of the size of `corner` are framed already."""
    if spec.framing == "corner" and greys.shape[1:] == (spec.height, spec.width):
        return np.ones(len(greys), bool)
    return plain(greys)


def _find_letter(grey: Grey) -> tuple[letter.Letter | None, float]:
    """Find the letter on a resized photo; also how many of the photo's pixels each resized pixel covers."""
    picture, longer = Image.fromarray(grey), max(grey.shape)
    if longer < MIN_SIDE:
        scale = MIN_SIDE / longer
        size = (round(picture.width * scale), round(picture.height * scale))
        return letter.find(np.asarray(picture.resize(size, Image.Resampling.LANCZOS), np.float32) / 255), 1 / scale
    step = max(1, round(longer / SEARCH_SIDE))
    return letter.find(np.asarray(picture.reduce(step), np.float32) / 255), step


def _note_on_clean(grey: Grey) -> tuple[str | None, int]:
    """The note on a clean picture and its number of shapes; most need only the fast test of `crowded`."""
    if not crowded(grey[None])[0]:
        return None, 1
    found, _ = _find_letter(grey)
    return (found.note, found.shapes) if found else (None, 1)


def read_many(sources: Iterable[Source], spec: Spec) -> tuple[Array, dict[int, ValueError | OSError]]:
    """As `look_many`, without the notes."""
    framed, errors, _ = look_many(sources, spec, notes=False)
    return framed, errors


def look_many(
    sources: Iterable[Source], spec: Spec, notes: bool = True
) -> tuple[Array, dict[int, ValueError | OSError], dict[int, Found]]:
    """Pictures -> the framed ink of those that can be read, (n, height, width), in order; errors; notes.

    Pictures of one size are framed in one batch, about ten times as fast as one by one. Errors are those that `read`
    raises, by the picture's index among the sources. The last dictionary holds the result of `look` for pictures that
    are no single, clear letter, also by index.
    """
    framed: dict[int, Array] = {}
    errors: dict[int, ValueError | OSError] = {}
    odd: dict[int, Found] = {}
    waiting: dict[tuple[int, ...], dict[int, Grey]] = {}  # by size
    pixels = 0

    def frame_waiting() -> None:
        for same in waiting.values():
            batch, single = _split(same, spec, notes)
            try:
                framed.update(zip(batch, frame(to_ink(np.stack([*batch.values()]), even=True), spec), strict=True))
            except ValueError:  # one of them at least is blank, or there are none
                single |= batch
            for place, grey in single.items():
                try:
                    found = _look(grey, spec)
                    framed[place] = found.framed
                    if found.note:
                        odd[place] = found
                except ValueError as error:
                    errors[place] = error
        waiting.clear()

    for place, source in enumerate(sources):
        try:
            grey = decode(source)
        except (ValueError, OSError) as error:
            errors[place] = error
            continue
        waiting.setdefault(grey.shape, {})[place] = grey
        pixels += grey.size
        if pixels > MAX_WAITING:
            frame_waiting()
            pixels = 0
    frame_waiting()
    none = np.empty((0, spec.height, spec.width), np.float32)
    return np.stack([framed[place] for place in sorted(framed)]) if framed else none, errors, odd


def _split(same: dict[int, Grey], spec: Spec, notes: bool) -> tuple[dict[int, Grey], dict[int, Grey]]:
    """Split pictures of one size into those that are framed in one batch and those that are read one by one."""
    greys = np.stack([*same.values()])
    ready = _needs_only_framing(greys, spec)
    if notes:
        ready &= ~crowded(greys)
    parts: tuple[dict[int, Grey], dict[int, Grey]] = ({}, {})
    for (place, grey), is_ready in zip(same.items(), ready, strict=True):
        parts[not is_ready][place] = grey
    return parts


def read_array(grey: npt.ArrayLike, spec: Spec) -> Array:
    """A picture as an array, 0 black to 255 white, (rows, columns) or (rows, columns, 3 or 4) -> framed ink."""
    return read(Image.fromarray(np.asarray(grey, dtype=np.uint8)), spec)
