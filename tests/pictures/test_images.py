"""One drawing in every disguise that a person may hand in must come out as the same ink."""

import io
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from charnet.pictures import images
from charnet.spec import Spec

SPEC = Spec(framing="fit")


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


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_formats(format):
    assert close(images.read(encoded(letter(), format), SPEC), 0.01)


def test_colour_and_palette():
    red = ImageOps.colorize(letter(), black=(160, 0, 0), white=(255, 255, 255))
    assert close(images.read(encoded(red, "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(red.quantize(8), "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(letter().convert("1"), "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(red.convert("CMYK"), "JPEG"), SPEC), 0.02)


def test_transparent_background():
    see_through = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    see_through.paste((0, 0, 0, 255), mask=ImageOps.invert(letter()))
    assert close(images.read(encoded(see_through, "PNG"), SPEC), 0.001)
    palette = letter().convert("P")
    assert close(images.read(encoded(palette, "PNG", transparency=255), SPEC), 0.001)


def test_white_on_black_and_grey_on_grey():
    assert close(images.read(ImageOps.invert(letter()), SPEC), 0.001)
    assert close(images.read(letter(paper=60, ink=200), SPEC), 0.01)
    assert close(images.read(letter(paper=200, ink=120), SPEC), 0.01)


def test_16_bit():
    deep = np.asarray(letter(), dtype=np.uint16) * 257
    assert close(images.read(encoded(Image.fromarray(deep), "PNG"), SPEC), 0.001)
    assert close(images.read(Image.fromarray(deep.astype(np.float32) / 65535), SPEC), 0.001)


@pytest.mark.parametrize("kind", ["EPS", "TGA", "PCX", "ICO", "SGI", "DDS", "PDF"])
def test_no_other_kind_of_file_reaches_its_decoder(kind: str):
    """EPS is decoded by Ghostscript, which runs what the file says."""
    with pytest.raises(ValueError, match=r"not a picture that can be read \(PNG, JPEG, GIF, WebP, BMP, TIFF\)"):
        images.read(encoded(letter().convert("RGB"), kind), SPEC)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "MPO", "GIF", "WEBP", "BMP", "TIFF", "PPM"])
def test_the_usual_kinds_are_read(kind: str):
    assert close(images.read(encoded(letter(), kind), SPEC), 0.01)


@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
def test_damaged_notes_are_passed_over_in_silence(kind: str):
    """Pillow would warn, in two lines of code, of each."""
    exif = Image.Exif()
    exif[0x010E] = "a" * 100
    content = bytearray(encoded(letter(), kind, exif=exif))
    tag = b"\x0e\x01\x02\x00" if kind == "TIFF" else b"\x01\x0e\x00\x02"
    at = content.index(tag)  # its length comes next
    content[at + 4 : at + 8] = b"\x7f\x7f\x7f\x7f"
    if kind == "PNG":  # whose chunks have checksums
        start = content.index(b"eXIf")
        end = start + 4 + int.from_bytes(content[start - 4 : start])
        content[end : end + 4] = zlib.crc32(content[start:end]).to_bytes(4)
    assert close(images.read(bytes(content), SPEC), 0.01)


def test_exif_rotation():
    for turn, method in (
        (6, Image.Transpose.ROTATE_90),
        (3, Image.Transpose.ROTATE_180),
        (8, Image.Transpose.ROTATE_270),
    ):
        exif = Image.Exif()
        exif[0x0112] = turn
        assert close(images.read(encoded(letter().transpose(method), "JPEG", exif=exif), SPEC), 0.01)


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a picture"),
        (b"hello", "not a picture"),
        (encoded(letter(), "PNG")[:200], "damaged"),
        (encoded(letter(), "JPEG")[:400], "damaged"),
        (encoded(Image.new("L", (50, 50), 255), "PNG"), "blank"),
        (encoded(Image.new("L", (50, 50), 0), "PNG"), "blank"),
        (encoded(Image.new("RGBA", (50, 50)), "PNG"), "blank"),
        (encoded(Image.new("1", (20000, 10000)), "PNG"), "make it smaller"),
    ],
)
def test_refuses(content, message):
    with pytest.raises(ValueError, match=message):
        images.read(content, SPEC)


def test_missing_file():
    with pytest.raises(FileNotFoundError):
        images.read("no-such-file.png", SPEC)


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
    monkeypatch.setattr(images, "WAITING", 100_000)  # two pictures and a half
    sources = [letter(width=5 + number) for number in range(7)]
    framed, _ = images.read_many(sources, SPEC)
    assert all(np.allclose(a, images.read(b, SPEC), atol=1e-6) for a, b in zip(framed, sources, strict=True))


def test_reading_threads_leave_the_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    content = encoded(letter(), "PNG")
    with ThreadPoolExecutor(4) as threads:
        assert all(close(picture, 0.01) for picture in threads.map(lambda _: images.read(content, SPEC), range(100)))
    assert warnings.filters == before


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_grey_level_in_a_tiff_is_taken_quietly(value: float) -> None:
    deep = np.ones((200, 200), np.float32)
    deep[40:160, 90:110] = 0
    with np.errstate(over="ignore"):
        deep[0, 0] = value
    assert images.decode(encoded(Image.fromarray(deep), "TIFF")).shape == (200, 200)


def test_a_progressive_jpeg_of_no_samples_is_damaged():
    content = bytearray(encoded(letter(), "JPEG", progressive=True))
    content[content.index(b"\xff\xc2") + 11] = 0  # how finely its one layer is sampled
    with pytest.raises(ValueError, match="damaged picture"):
        images.read(bytes(content), SPEC)


@pytest.mark.parametrize("number", [2, 5, 7, 11])
def test_damage_that_a_decoder_stumbles_over_is_told(number: int):
    """A TIFF that says where its pixels are by text, a fraction, bytes or a broken number."""
    content = bytearray(encoded(letter(), "TIFF"))
    at = content.index((273).to_bytes(2, "little") + b"\4\0")
    content[at + 2] = number
    with pytest.raises(ValueError, match=r"damaged picture .*can.*be interpreted as an integer"):
        images.read(bytes(content), SPEC)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_exif_that_is_none_turns_nothing(kind: str):
    content = encoded(letter(), kind, exif=b"Exif\0\0" + b"no TIFF header" * 3)
    assert close(images.read(content, SPEC), 0.02)


def test_a_programs_own_picture_stays_as_it_is():
    large = letter().resize((3000, 2000))
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(encoded(large, "JPEG", exif=exif))) as mine:
        grey = images.decode(mine)
        assert mine.size == (3000, 2000)
        assert images.upright_size(mine) == (2000, 3000)
    assert grey.shape[0] > grey.shape[1]
