"""Every kind of picture file to grey levels."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps
from readable import SPEC, close, encoded, letter

from charnet.pictures import images


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


def test_16_bit():
    deep = np.asarray(letter(), dtype=np.uint16) * 257
    assert close(images.read(encoded(Image.fromarray(deep), "PNG"), SPEC), 0.001)
    assert close(images.read(Image.fromarray(deep.astype(np.float32) / 65535), SPEC), 0.001)


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


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_grey_level_in_a_tiff_is_taken_quietly(value: float) -> None:
    deep = np.ones((200, 200), np.float32)
    deep[40:160, 90:110] = 0
    with np.errstate(over="ignore"):
        deep[0, 0] = value
    assert images.decode(encoded(Image.fromarray(deep), "TIFF")).shape == (200, 200)


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
