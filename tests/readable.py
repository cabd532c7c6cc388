"""A letter as picture files of any kind, and what a network is to see of it."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from charnet.pictures import images
from charnet.spec import Spec

SPEC = Spec(framing="fit")

Grey = npt.NDArray[np.uint8]


def letter(size: int = 200, width: int = 14, paper: int = 255, ink: int = 0) -> Image.Image:
    """An unsymmetrical letter, so that a turn or a flip is noticed."""
    picture = Image.new("L", (size, size), paper)
    scale = size / 200
    points = [
        (60 * scale, 30 * scale),
        (60 * scale, 170 * scale),
        (120 * scale, 170 * scale),
        (120 * scale, 120 * scale),
    ]
    ImageDraw.Draw(picture).line(points, fill=ink, width=round(width * scale), joint="curve")
    return picture


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


PLAIN = images.read(letter(), SPEC)


def close(picture: images.Array, limit: float = 0.06) -> bool:
    return float(np.abs(picture - PLAIN).mean()) < limit


def sheet(size: int = 200) -> npt.NDArray[np.float64]:
    """An L as ink, 0 or 1, on a seventh of the paper or so."""
    ink = np.zeros((size, size))
    ink[size // 5 : 4 * size // 5, size // 3 : size // 3 + size // 20] = 1
    ink[3 * size // 4 : 4 * size // 5, size // 3 : 2 * size // 3] = 1
    return ink


def levels(ink: npt.NDArray[np.float64], paper: float = 255, black: float = 0) -> Grey:
    return np.round(paper + (black - paper) * ink).astype(np.uint8)
