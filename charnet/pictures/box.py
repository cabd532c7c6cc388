"""The box of a sheet from which a sample was framed, stored inside the sample's PNG so that it can be framed again.

It lies in an iTXt chunk beside `charnet:ink`: a JSON object with the box as a PNG (base64) and where it came from.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from charnet.pictures import images
from charnet.pictures.opening import embedded

CHUNK = "charnet:box"  # the key of the PNG's iTXt chunk


def to_png(picture: images.Array, box: bytes, origin: str) -> bytes:
    """Framed ink -> a grey PNG, black on white, with its box's PNG inside; `origin` is the same for the same box."""
    chunks = PngImagePlugin.PngInfo()
    content = {"version": 1, "origin": origin, "png": base64.b64encode(box).decode()}
    chunks.add_itxt(CHUNK, json.dumps(content, separators=(",", ":")))
    return pack(255 - images.to_bytes(picture), chunks)


def pack(grey: npt.NDArray[np.uint8], chunks: PngImagePlugin.PngInfo | None = None) -> bytes:
    """Grey levels -> a PNG."""
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def from_png(path: Path) -> tuple[bytes, str] | None:
    """The PNG of the box inside a sample, and its origin; None where there is none.

    Raises `ValueError` for a box that can't be read. Errors of a file that is no whole picture are those of `decode`.
    """
    text = embedded(path, CHUNK)
    if text is None:
        return None
    try:
        content = json.loads(text)
        return base64.b64decode(content["png"], validate=True), str(content["origin"])
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{path}: its {CHUNK} chunk does not hold a box") from None


def origins(paths: Iterable[Path]) -> set[str]:
    """Where the boxes inside these files came from; files without a box, or torn, have none."""
    found = set()
    for path in paths:
        with suppress(ValueError, OSError):
            if box := from_png(path):
                found.add(box[1])
    return found
