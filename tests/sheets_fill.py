"""A sheet with the repository's starter letters in its boxes, and a photo of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sheet_photos
from PIL import Image
from sheet_photos import Camera

from charnet.pictures import ink
from charnet.sheets.layout import Page

LETTERS = Path(__file__).parent.parent / "data/letters"
AWRY = Camera(
    turn=200, tilt=(9, -8), light=(0.2, -0.1), tint=(1, 0.95, 0.85), shadows=((30, 0.1, 0.4, 2.0), (250, 0.4, 0.2, 30))
)
EMPTY = 7  # every seventh box


@dataclass(frozen=True)
class Filled:
    page: Page
    clean: Image.Image  # the printed page
    picture: Image.Image  # with letters
    written: dict[int, Path]  # place of the box -> the letter in it


def fill(page: Page, colour: str, seed: int = 0) -> Filled:
    random = np.random.default_rng(seed)
    clean = sheet_photos.printed(page)
    picture, written = clean.copy(), {}
    for place, box in enumerate(page.boxes()):
        if place % EMPTY:
            written[place] = LETTERS / box.label / f"{place % 100}.png"
            strokes = ink.from_png(written[place])
            assert strokes is not None
            sheet_photos.write(picture, box, strokes, random, colour)
    return Filled(page, clean, picture, written)


def shoot(picture: Image.Image, page: Page, camera: Camera, seed: int = 0) -> bytes:
    return sheet_photos.jpeg(
        sheet_photos.photograph(picture, page, camera, np.random.default_rng(seed)), camera.quality
    )


def red(photo: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(photo)).convert("RGB").getchannel("R"))
