"""The letter in a photo, against the same letter unphotographed."""

import numpy as np
import photos
import pytest
from PIL import Image
from samples import STROKES

from charnet.pictures import decode, images, ink
from charnet.spec import Spec

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
    light = np.full((900, 1200), 200, np.uint8)
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


def test_a_scribble_is_told():
    random = np.random.default_rng(3)
    scribble = random.uniform(0, 1, (60, 2))
    found = images.look(photos.photo(photos.coverage([scribble], 400, 8), "plain", random), Spec())
    assert found.note == "a scribble, no clear letter"


def test_a_large_photo_is_reduced_and_turned(tmp_path):
    light = np.full((3000, 2000), 215, np.uint8)
    light[500:2000, 600:700] = light[1900:2000, 600:1400] = 30  # an L
    upright = images.read(Image.fromarray(light), Spec())
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter to the right
    for name in ("photo.jpg", "photo.png", "photo.webp"):
        Image.fromarray(np.rot90(light)).save(tmp_path / name, exif=exif)
        assert images.decode(tmp_path / name).size <= 2 * decode.ENOUGH
        assert alike(images.read(tmp_path / name, Spec()), upright) > 0.97


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16", "F"])
def test_every_kind_of_large_picture_is_reduced(tmp_path, mode: str):
    grey = Image.new("L", (1600, 1200), 255)
    grey.paste(0, (500, 300, 600, 900))
    picture = Image.fromarray(np.asarray(grey, np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    picture.save(tmp_path / "large.tif")
    light = images.decode(tmp_path / "large.tif")
    assert light.shape == (600, 800) and light[300, 275] == 0 and light[10, 10] == 255
