"""Every kind of picture file to grey levels."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor

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


@pytest.mark.parametrize("white", [1, 255, 65535, 1e6])
@pytest.mark.parametrize("odd", ["one huge", "a little more", "none"])
def test_floats_have_their_own_white(white: float, odd: str) -> None:
    deep = np.asarray(letter(), np.float32) / 255 * white
    if odd == "one huge":
        deep[0, 0] = 1e12
    elif odd == "a little more":  # as resampling leaves it
        deep[:20] *= 1.02
    assert close(images.read(Image.fromarray(deep), SPEC), 0.001)


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


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_what_a_truncated_jpeg_lacks_is_left_out(mode: str, turn: int) -> None:
    """Whatever is decoded is what the whole file shows: nothing of the decoder's grey is left, wherever it ends."""
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = letter(paper=235, ink=40).convert("RGB").convert(mode)
    whole = encoded(picture, "JPEG", exif=exif, quality=90)
    full = images.decode(whole).astype(int)
    for share in np.linspace(0.4, 0.95, 12):
        seen = images.decode(whole[: round(share * len(whole))]).astype(int)
        rows, columns = seen.shape
        assert seen.size < full.size
        part = full[200 - rows :, :] if turn == 3 else full[:rows]
        part = part[:, 200 - columns :] if turn in (3, 6) else part[:, :columns]
        assert np.abs(seen - part).max() < 20


def test_threads_read_truncated_jpegs_and_refuse_other_damage_at_the_same_time() -> None:
    jpeg, png = encoded(letter(), "JPEG"), encoded(letter(), "PNG")

    def refused(number: int) -> bool:
        try:
            images.decode(jpeg[:-300] if number % 2 else png[:-300])
        except ValueError:
            return True
        return False

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(refused, range(100))) == [True, False] * 50


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000"])
def test_other_truncated_kinds_are_refused(kind: str) -> None:
    content = encoded(letter(), kind)
    with pytest.raises(ValueError, match=r"damaged|not a picture"):
        images.decode(content[: len(content) // 2])


def test_a_truncated_progressive_jpeg_is_read_from_its_second_scan_on() -> None:
    content = encoded(letter().resize((800, 800)), "JPEG", progressive=True, quality=95)
    second = content.index(b"\xff\xda", content.index(b"\xff\xda") + 2)
    assert close(images.read(content[: second + 200], SPEC), 0.05)
    with pytest.raises(ValueError, match="a progressive JPEG that ends in its first scan"):
        images.decode(content[: second - 100])
    with pytest.raises(ValueError, match="the file ends before anything"):
        plain = encoded(letter(), "JPEG")
        images.decode(plain[: plain.index(b"\xff\xda") + 15])


def test_a_large_truncated_jpeg_is_cut_where_it_ends() -> None:
    content = encoded(letter().resize((3000, 2400)), "JPEG", quality=95)
    whole, part = images.decode(content), images.decode(content[: len(content) // 2])
    assert 0.2 * len(whole) < len(part) < 0.9 * len(whole) and part.shape[1] == whole.shape[1]
    assert np.abs(part.astype(int) - whole[: len(part)]).max() < 20


@pytest.mark.parametrize("nan", [b"\x00\x00\xc0\x7f", b"\x01\x00\xa0\x7f"], ids=["quiet", "signalling"])
def test_what_is_no_number_is_black_and_no_warning(nan: bytes) -> None:
    levels = np.ones((20, 20), "<f4")
    levels[5:15, 9:11] = 0
    content = levels.tobytes()
    plain, odd = (images.decode(b"Pf\n20 20\n-1.0\n" + start + content[4:]) for start in (b"\0\0\0\0", nan))
    assert np.array_equal(plain, odd)
