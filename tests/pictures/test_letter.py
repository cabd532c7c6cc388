"""The letter in a photo, against the same letter unphotographed."""

import io
from pathlib import Path

import numpy as np
import photos
import pytest
from PIL import Image
from samples import STROKES

from charnet.pictures import decode, images, ink
from charnet.spec import Spec

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
LETTERS = {"z": STROKES["z"], "i": [[(0.5, 0.4), (0.5, 0.9)], [(0.5, 0.1), (0.5, 0.12)]], "e": [
    [(0.2, 0.5), (0.8, 0.5), (0.7, 0.25), (0.5, 0.2), (0.3, 0.3), (0.2, 0.6), (0.4, 0.85), (0.8, 0.8)]
]}  # fmt: skip


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("scene", [*photos.SCENES, "keyboard", "finger", "marked"])
def test_the_letter_is_found_in_a_photo(scene: str):
    random = np.random.default_rng(4)
    for label in ("z", "i"):
        strokes = [np.array(stroke) for stroke in LETTERS[label]]
        found = images.look(photos.photo(photos.coverage(strokes, 300, 20), scene, random), Spec())
        assert alike(found.framed, ink.framed(strokes, Spec())) > 0.85, (scene, label)
        assert found.note is None and found.box is not None


def test_its_box_is_where_it_is():
    light = np.random.default_rng(0).normal(200, 3, (900, 1200)).astype(np.uint8)
    light[200:600, 300:340] = 40
    light[560:600, 300:500] = 40
    box = images.look(Image.fromarray(light), Spec()).box
    assert box == pytest.approx((300, 200, 500, 600), abs=6)


@pytest.mark.parametrize("scene", ["ruled", "checked"])
def test_paper_without_a_letter_is_told(scene: str):
    try:
        note = images.look(photos.empty(scene, np.random.default_rng(2)), Spec()).note
    except ValueError as error:
        note = str(error)
    assert note == "no clear ink" or "blank" in str(note)


def test_noise_is_told():
    noise = np.random.default_rng(0).integers(0, 256, (300, 400)).astype(np.uint8)
    assert images.look(Image.fromarray(noise), Spec()).note == "no clear ink"


def test_several_letters_are_told():
    light = np.full((600, 900), 210, np.uint8)
    for left in (100, 400, 700):
        light[200:400, left : left + 20] = light[380:400, left : left + 120] = 50
    found = images.look(Image.fromarray(light), Spec())
    assert (found.note, found.shapes) == ("more than one shape", 3)


def test_a_sheet_of_letters_is_no_scribble():
    assert images.look(EXAMPLES / "sheet.jpg", Spec()).note == "more than one shape"


def test_a_scribble_is_told():
    random = np.random.default_rng(3)
    scribble = random.uniform(0, 1, (60, 2))
    found = images.look(photos.photo(photos.coverage([scribble], 400, 8), "plain", random), Spec())
    assert found.note == "a scribble, no clear letter"


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # of EXIF; and what makes a picture need them


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("size", [(200, 150), (2000, 1500)])
def test_a_picture_small_or_reduced_is_turned(tmp_path, kind: str, size: tuple[int, int]):
    upright = Image.new("L", size, 215)
    upright.paste(30, (size[0] // 5, size[1] // 10, size[0] // 4, size[1] // 2))
    expected = np.asarray(upright.resize((100, 75)), np.float32)
    for turn, method in TURNS.items():
        exif = Image.Exif()
        exif[0x0112] = turn
        upright.transpose(method).save(tmp_path / f"photo.{kind}", exif=exif)
        grey = images.decode(tmp_path / f"photo.{kind}")
        assert grey.size <= 2 * decode.TARGET_PIXELS and images.upright_size(tmp_path / f"photo.{kind}") == size
        assert np.abs(np.asarray(Image.fromarray(grey).resize((100, 75)), np.float32) - expected).mean() < 3


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16", "F"])
def test_every_kind_of_large_picture_is_reduced(tmp_path, mode: str):
    grey = Image.new("L", (1600, 1200), 255)
    grey.paste(0, (500, 300, 600, 900))
    picture = Image.fromarray(np.asarray(grey, np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    picture.save(tmp_path / "large.tif")
    light = images.decode(tmp_path / "large.tif")
    assert light.shape == (600, 800) and light[300, 275] == 0 and light[10, 10] == 255


def test_broad_letters_on_ruled_paper_at_a_shadow_and_beside_a_desk_are_whole():
    y, x = np.mgrid[0:450, 0:600]
    written = ((abs(x - 300) < 22) & (abs(y - 220) < 90)) | ((abs(y - 190) < 22) & (abs(x - 300) < 70))
    light = np.where((y + 0.02 * x) % 40 < 2, 0.7, 0.9)  # ruled
    light *= np.where(x - 0.8 * y < 130, 1, 0.55)  # a shadow's edge runs through the letter
    light = np.where(x < 130 - 0.05 * y, 0.1, light * np.where(written, 0.35, 1))  # the desk, at the left
    found = images.look(Image.fromarray((255 * light).astype(np.uint8)), Spec())
    assert found.box == pytest.approx((230, 130, 371, 311), abs=5) and found.note is None


@pytest.mark.parametrize(("kind", "options", "most"), [
    ("WEBP", {"quality": 1, "method": 0}, r"13,\d{3},\d{3}, the most of a WEBP"),
    ("JPEG", {"quality": 1, "progressive": True, "subsampling": 0}, "35,000,000, the most of such a progressive JPEG"),
    ("PNG", {"compress_level": 1}, "50,000,000;"),
])  # fmt: skip
def test_what_does_not_fit_into_memory_is_refused_with_its_limit(kind: str, options: dict[str, object], most: str):
    file = io.BytesIO()
    Image.new("L" if kind == "PNG" else "RGB", (7200, 7000), "white").save(file, kind, **options)
    with pytest.raises(ValueError, match=f"7200 x 7000 pixels is more than {most}"):
        images.decode(file.getvalue())
