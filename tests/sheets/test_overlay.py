import io

import numpy as np
from PIL import Image

from charnet.sheets import layout, overlay
from charnet.sheets.boxes import Crop
from charnet.sheets.straighten import PIXELS_PER_MM

(PAGE,) = layout.pages("abc", 1, "", "a4")
INK = np.zeros((4, 4), np.uint8)


def drawn(*crops: Crop) -> np.ndarray:
    width, height = (round(length * PIXELS_PER_MM) for length in PAGE.size)
    picture = np.full((height, width), 180, np.uint8)
    picture[: height // 2] = 120  # a shadow
    with Image.open(io.BytesIO(overlay.draw(PAGE, picture, crops))) as image:
        assert image.format == "JPEG" and image.size == (width, height)
        return np.asarray(image).astype(int)


def test_each_box_has_the_colour_of_what_became_of_it() -> None:
    page = drawn(Crop(INK, ""), Crop(INK, "its ink touches the border"), Crop(None, ""))
    for box, colour in zip(PAGE.boxes(), (overlay.TAKEN, overlay.DOUBTFUL, overlay.BLANK), strict=True):
        left, middle = (round(length * PIXELS_PER_MM) for length in (box.left, box.top + box.height / 2))
        assert np.abs(page[middle, left + 1] - colour).max() < 25


def test_a_doubtful_box_can_be_told_without_colours() -> None:
    page = drawn(Crop(INK, ""), Crop(INK, "it holds almost nothing"), Crop(None, ""))
    insides = []
    for box in PAGE.boxes():
        right, top = round((box.left + box.width - 0.8) * PIXELS_PER_MM), round((box.top + 0.8) * PIXELS_PER_MM)
        insides.append(page[top, right].max() - page[top, right].min())
    assert insides[1] > 150 and max(insides[0], insides[2]) < 30


def test_a_shadow_is_levelled_and_the_foot_has_the_counts() -> None:
    page = drawn(Crop(INK, ""), Crop(INK, ""), Crop(None, ""))
    height, width = page.shape[:2]
    assert abs(page[height // 4, width // 2].mean() - page[3 * height // 4, width // 2].mean()) < 8
    foot = page[height - 22 * PIXELS_PER_MM : height - 10 * PIXELS_PER_MM, width // 2 - 60 * PIXELS_PER_MM : width // 2]
    assert (np.abs(foot - overlay.TAKEN).max(axis=-1) < 30).any()
