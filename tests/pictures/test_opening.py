"""What is a picture, and what is refused."""

import io
import struct
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from readable import SPEC, close, encoded, letter

from charnet.pictures import images, opening


@pytest.mark.parametrize("kind", ["EPS", "TGA", "PCX", "ICO", "SGI", "DDS", "PDF"])
def test_no_other_kind_of_file_reaches_its_decoder(kind: str):
    """EPS is decoded by Ghostscript, which runs what the file says."""
    with pytest.raises(ValueError, match=r"not a picture that can be read \(PNG, JPEG, HEIC, AVIF, GIF"):
        images.read(encoded(letter().convert("RGB"), kind), SPEC)


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


def test_reading_threads_leave_the_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    content = encoded(letter(), "PNG")
    with ThreadPoolExecutor(4) as threads:
        assert all(close(picture, 0.01) for picture in threads.map(lambda _: images.read(content, SPEC), range(100)))
    assert warnings.filters == before


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


def png(count: int, kind: bytes = b"tEXt") -> bytes:
    """A PNG with so many chunks behind its first."""
    file = io.BytesIO()
    Image.new("L", (10, 16), 255).save(file, "PNG")
    whole, body = file.getvalue(), b"a\0b" if kind == b"tEXt" else b""
    one = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return whole[:33] + count * one + whole[33:]


@pytest.mark.parametrize(("count", "kind"), [(300_000, b"tEXt"), (1_001, b"tEXt"), (100_001, b"IDAT")])
def test_a_png_of_too_many_chunks_is_refused(tmp_path: Path, count: int, kind: bytes):
    path, content = tmp_path / "0.png", png(count, kind)
    path.write_bytes(content)
    for source in (path, str(path), content, io.BytesIO(content)):
        with pytest.raises(ValueError, match="a PNG of more than 1,000 chunks beside its pixels"):
            images.decode(source)


@pytest.mark.parametrize("part", [b"\xff\xfe\0\2", b"\xff\xd0", b"\xff", b"x"])
def test_a_jpeg_of_too_many_markers_is_refused_at_once(part: bytes) -> None:
    content = encoded(letter(), "JPEG")
    assert images.decode(content[:20] + 500 * part + content[20:]).shape == (200, 200)
    begin = time.perf_counter()
    with pytest.raises(ValueError, match="a JPEG of more than 20,000 markers before its pixels"):
        images.decode(content[:20] + 2_000_000 * part + content[20:])
    assert time.perf_counter() - begin < 0.5


def test_some_are_read(tmp_path: Path):
    assert images.decode(png(990)).shape == (16, 10)
    file = io.BytesIO(b"before" + png(990))
    file.seek(6)
    opening._check_header(file)
    assert file.tell() == 6
