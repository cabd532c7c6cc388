"""Letters in lines, against where they were put."""

import numpy as np
import pytest
import readable
from PIL import Image, ImageDraw

from charnet.pictures import lines
from charnet.spec import Spec

BAR, DOTTED, CROSS, BROKEN = "l", "i", "x", "b"


def page(
    rows: list[str], slope: float = 0, paper: int = 255, gap: int = 20
) -> tuple[Image.Image, list[tuple[int, ...]]]:
    """Letters of straight strokes, 40 x 60; a blank is a wide gap. The picture and the letters' boxes."""
    picture, boxes = Image.new("L", (900, 500), paper), []
    canvas = ImageDraw.Draw(picture)
    for number, row in enumerate(rows):
        x = 60
        for letter in row:
            y = 80 + 180 * number + round(slope * x)
            if letter == BAR:
                canvas.rectangle((x, y, x + 7, y + 59), 30)
                boxes.append((x, y, 8, 60))
            elif letter == DOTTED:
                canvas.rectangle((x, y + 25, x + 7, y + 59), 30)
                canvas.rectangle((x + 2, y, x + 9, y + 7), 30)
                boxes.append((x, y, 10, 60))
            elif letter == CROSS:
                canvas.line((x, y, x + 40, y + 59), 30, 8)
                canvas.line((x + 40, y, x, y + 59), 30, 8)
                boxes.append((x, y, 40, 60))
            elif letter == BROKEN:  # its bow stands apart from its stem by two pixels
                canvas.rectangle((x, y, x + 7, y + 59), 30)
                canvas.rectangle((x + 10, y + 30, x + 39, y + 37), 30)
                canvas.rectangle((x + 32, y + 30, x + 39, y + 59), 30)
                boxes.append((x, y, 40, 60))
            x += 60 if letter == " " else boxes[-1][2] + gap
    return picture, boxes


@pytest.mark.parametrize("paper", [255, 205])
@pytest.mark.parametrize("slope", [-0.07, 0, 0.1])
def test_letters_are_found_in_reading_order(paper: int, slope: float):
    picture, boxes = page(["xix bil", "lib xx"], slope, paper)
    found = lines.read(picture, Spec())
    assert len(found.boxes) == len(boxes) == len(found.framed)
    for ours, theirs in zip(found.boxes, boxes, strict=True):
        assert ours == pytest.approx(theirs, abs=6)
    assert found.before == ["", "", "", " ", "", "", "\n", "", "", " ", ""]


def test_light_on_dark_specks_and_ruled_lines():
    picture, boxes = page(["xbx", "bib"], paper=220)
    canvas, random = ImageDraw.Draw(picture), np.random.default_rng(0)
    for y in range(30, 500, 50):
        canvas.line((0, y, 900, y + 8), 170, 2)
    for x, y in random.integers(0, 500, (20, 2)):
        canvas.point((int(x), int(y)), 60)
    assert len(lines.read(picture, Spec()).boxes) == len(boxes)
    dark = Image.fromarray(255 - np.asarray(picture))
    assert len(lines.read(dark, Spec()).boxes) == len(boxes)


def test_boxes_are_in_pixels_of_the_whole_picture():
    picture, boxes = page(["xbx"])
    found = lines.read(picture.resize((3600, 2000)), Spec())
    for ours, theirs in zip(found.boxes, boxes, strict=True):
        assert np.array(ours) / 4 == pytest.approx(theirs, abs=8)  # crossed strokes end wider


@pytest.mark.parametrize("paper", [255, 200])
def test_a_blank_picture_is_told(paper: int):
    with pytest.raises(ValueError, match="blank: no letters stand out"):
        lines.read(Image.new("L", (400, 300), paper), Spec())


def form(size: int, apart: int, touching: bool) -> tuple[Image.Image, list[tuple[int, ...]]]:
    """Two rows of boxes with a cross in each, and where the crosses are; they may touch a side of their box."""
    pitch, half = size + apart, size // 4
    picture, boxes = Image.new("L", (9 * pitch + 120, 2 * pitch + 120), 250), []
    canvas = ImageDraw.Draw(picture)
    for number in range(18):
        left, top = 60 + pitch * (number % 9), 60 + pitch * (number // 9)
        canvas.rectangle((left, top, left + size, top + size), None, 120, 2)
        x, y = left + size // 2, top + (size - half if touching and number % 2 else size // 2)
        canvas.line((x - half, y - half, x + half, y + half), 30, 6)
        canvas.line((x - half, y + half, x + half, y - half), 30, 6)
        boxes.append((x - half, y - half, 2 * half, 2 * half))
    return picture, boxes


@pytest.mark.parametrize("size", [80, 110, 140])
@pytest.mark.parametrize("apart", [0, 24])
@pytest.mark.parametrize("touching", [False, True])
def test_letters_in_the_boxes_of_a_form_are_found(size: int, apart: int, touching: bool) -> None:
    picture, boxes = form(size, apart, touching)
    found = lines.read(picture, Spec())
    assert len(found.boxes) == 18 and found.before.count("\n") == 1
    for ours, theirs in zip(found.boxes, boxes, strict=True):
        assert ours == pytest.approx(theirs, abs=10)


@pytest.mark.parametrize("degrees", [-15, -8, -3, 3, 8, 15])
@pytest.mark.parametrize("apart", [0, 24])
def test_letters_in_the_boxes_of_a_tilted_form_are_found(degrees: float, apart: int) -> None:
    picture, _ = form(90, apart, False)
    picture = picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=250)
    found = lines.read(picture, Spec())
    assert len(found.boxes) == 18 and found.before.count("\n") == 1
    assert all(40 < side < 66 for box in found.boxes for side in box[2:])


@pytest.mark.parametrize("size", [(1200, 80), (800, 64), (80, 900)])
def test_a_strip_of_one_line_is_read(size: tuple[int, int]):
    picture = Image.new("L", size, 255)
    for number in range(max(size) // 60):
        x, y = (60 * number + 20, 20) if size[0] > size[1] else (20, 60 * number + 20)
        ImageDraw.Draw(picture).rectangle((x, y, x + 5, y + 35), 30)
    found = lines.read(picture, Spec())
    assert len(found.boxes) == max(size) // 60


@pytest.mark.parametrize("size", [(10, 16), (16, 16), (60, 12), (12, 60)])
def test_the_smallest_pictures_are_read_or_refused(size: tuple[int, int]):
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).rectangle((4, 2, 5, size[1] - 4), 0)
    assert len(lines.read(picture, Spec()).boxes) == 1


def test_a_pattern_is_refused_before_it_is_looked_at():
    picture = np.full((1000, 1200), 255, np.uint8)
    for y, x in np.ndindex(62, 75):
        picture[16 * y + 2 : 16 * y + 11, 16 * x + 2 : 16 * x + 4] = 0
    with pytest.raises(ValueError, match="shows 4,650 shapes, a pattern rather than letters"):
        lines.read(Image.fromarray(picture), Spec())


def test_boxes_on_a_turned_photo_that_is_cut_off_have_their_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = Image.new("L", (2400, 3000), 255)
    upright.paste(readable.letter(800), (1500, 1000))
    content = readable.encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=90)
    ((_, _, width, height),) = lines.read(content, Spec()).boxes
    ((_, _, cut_width, cut_height),) = lines.read(content[: round(0.9 * len(content))], Spec()).boxes
    assert abs(cut_width - width) < 10 and abs(cut_height - height) < 10
