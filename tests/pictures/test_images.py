"""One drawing in every disguise that a person may hand in must come out as the same ink."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from readable import PLAIN, SPEC, close, encoded, letter

from charnet.pictures import images
from charnet.spec import Spec


def test_white_on_black_and_grey_on_grey():
    assert close(images.read(ImageOps.invert(letter()), SPEC), 0.001)
    assert close(images.read(letter(paper=60, ink=200), SPEC), 0.01)
    assert close(images.read(letter(paper=200, ink=120), SPEC), 0.01)


def test_small_in_the_corner_of_a_large_picture():
    page = Image.new("L", (2000, 1500), 255)
    page.paste(letter(60), (1900, 1400))
    assert close(images.read(page, SPEC))


def test_photo_of_unevenly_lit_grainy_paper():
    random = np.random.default_rng(0)
    sheet = np.asarray(letter(800).filter(ImageFilter.GaussianBlur(2)), dtype=np.float64)
    y, x = np.mgrid[0:800, 0:800] / 800
    photo = (60 + sheet * 150 / 255) * (1.1 - 0.5 * x - 0.15 * y * y) + random.normal(0, 4, sheet.shape)
    assert close(images.read(encoded(Image.fromarray(photo.clip(0, 255).astype(np.uint8)), "JPEG", quality=80), SPEC))


def test_pale_pencil():
    random = np.random.default_rng(0)
    sheet = np.asarray(letter(400), dtype=np.float64) / 255
    photo = 180 + sheet * 50 + random.normal(0, 2, sheet.shape)
    assert close(images.read(Image.fromarray(photo.clip(0, 255).astype(np.uint8)), SPEC))


def test_arrays_are_rows_then_columns():
    grey = np.asarray(letter())
    assert np.array_equal(images.read_array(grey, SPEC), PLAIN)


def test_many_are_read_like_each_and_the_bad_ones_are_told(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(encoded(letter(width=10 + number), "PNG"))
    torn = encoded(letter(), "PNG")[:200]
    blank = encoded(Image.new("L", (200, 200), 255), "PNG")
    sources = [tmp_path / "1.png", torn, letter(300), tmp_path / "none.png", blank, str(tmp_path / "0.png"), letter()]
    framed, errors = images.read_many(sources, SPEC)
    assert {place: type(error) for place, error in errors.items()} == {
        1: ValueError,
        3: FileNotFoundError,
        4: ValueError,
    }
    for place, error in errors.items():
        with pytest.raises(type(error)) as alone:
            images.read(sources[place], SPEC)
        assert str(alone.value) == str(error)
    good = [source for place, source in enumerate(sources) if place not in errors]
    for picture, source in zip(framed, good, strict=True):
        assert np.allclose(picture, images.read(source, SPEC), atol=1e-6)


@pytest.mark.parametrize("sources", [[], [b"hello"]])
def test_many_may_be_none(sources: list[bytes]) -> None:
    framed, errors = images.read_many(iter(sources), Spec(width=5, height=7))
    assert framed.shape == (0, 7, 5) and len(errors) == len(sources)


def test_many_are_framed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_WAITING", 100_000)  # two pictures and a half
    sources = [letter(width=5 + number) for number in range(7)]
    framed, _ = images.read_many(sources, SPEC)
    assert all(np.allclose(a, images.read(b, SPEC), atol=1e-6) for a, b in zip(framed, sources, strict=True))


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("size", [64, 100, 200, 300])
@pytest.mark.parametrize("paper", ["frame", "two sides", "pale rules", "dark rules", "page", "box", "specks", "dots"])
def test_a_letter_is_read_on_any_clean_paper(paper: str, size: int, negative: bool) -> None:
    grey = np.array(letter(size, width=20))
    if paper == "frame":
        grey[[0, -1]] = grey[:, [0, -1]] = 0
    elif paper == "two sides":
        grey[-1] = grey[:, 0] = 0
    elif paper == "box":
        place, last = size // 16, size - 1 - size // 16
        grey[[place, last], place:last] = grey[place:last, [place, last]] = 60
    elif paper == "specks":
        random = np.random.default_rng(size)
        grey[random.integers(0, size, 12), random.integers(0, size, 12)] = 0
    elif paper == "dots":
        grey[size // 12 :: size // 6, size // 12 :: size // 6] = 90
    elif paper == "page":
        grey = np.pad(np.minimum(grey, 200), size // 2, constant_values=255)
    else:
        lines = grey[size // 10 :: size // 4]
        np.minimum(lines, 175 if paper == "pale rules" else 100, out=lines)
    framed = images.read_array(255 - grey if negative else grey, SPEC)
    assert close(framed, 0.12)
    if paper in ("box", "specks", "dots"):
        assert np.abs(framed - images.read(letter(size, width=20), SPEC)).mean() < 0.03


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("size", [32, 48, 64])
def test_a_small_jpeg_of_ruled_paper_and_its_negative_read_alike(size: int, negative: bool) -> None:
    grey = np.array(letter(size, width=20))
    np.minimum(lines := grey[size // 16 :: size // 8], 190, out=lines)
    assert close(
        images.read(encoded(Image.fromarray(255 - grey if negative else grey), "JPEG", quality=60), SPEC), 0.12
    )


@pytest.mark.parametrize("margin", [0.05, 0.15, 0.4, 1])
@pytest.mark.parametrize("ground", [0, 60])
@pytest.mark.parametrize("negative", [False, True])
def test_a_letter_on_a_card_on_another_ground_is_read(margin: float, ground: int, negative: bool) -> None:
    grey = np.pad(np.array(letter(200, width=20)), round(200 * margin), constant_values=ground)
    assert close(images.read_array(255 - grey if negative else grey, SPEC), 0.12)


@pytest.mark.parametrize("degrees", [-12, -4, 4, 12])
@pytest.mark.parametrize("size", [100, 300, 700])
@pytest.mark.parametrize("grain", [0, 3])
def test_a_letter_in_a_tilted_box_is_read(degrees: float, size: int, grain: int) -> None:
    picture, edge = Image.new("L", (size, size), 235), size // 6
    ImageDraw.Draw(picture).rectangle((edge, edge, size - edge, size - edge), None, 80, size // 150 + 1)
    picture = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=235)
    inside = letter(size // 2, width=20, paper=235)
    picture.paste(inside, (size // 4, size // 4))
    noisy = np.asarray(picture) + np.random.default_rng(0).normal(0, grain, (size, size))
    assert close(images.read_array(noisy.clip(0, 255), SPEC), 0.12)
