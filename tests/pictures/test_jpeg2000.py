import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from charnet.pictures import images, jpeg2000
from charnet.spec import Spec

PICTURE = np.full((120, 90), 255, np.uint8)
PICTURE[20:100, 40:50] = 0
PNG = Path(__file__).parent.parent.parent / "data/letters/a/0.png"


def saved(**options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "JPEG2000", **options)
    return file.getvalue()


def header(width: int, height: int, tile: int, precinct: int, block: int = 4, layers: int = 1) -> bytes:
    """The headers of a grey picture, square tiles, precincts of 2 ** precinct, code blocks of 2 ** (block + 2)."""
    size = struct.pack(">H8IH3B", 0, width, height, 0, 0, tile, tile, 0, 0, 1, 7, 1, 1)
    coding = struct.pack(">BBHB5B", 1, 0, layers, 0, 5, block, block, 0, 1) + bytes([precinct * 17] * 6)
    parts = [(b"\xff\x51", size), (b"\xff\x52", coding)]
    return b"\xff\x4f" + b"".join(marker + struct.pack(">H", len(content) + 2) + content for marker, content in parts)


@pytest.mark.parametrize("options", [{}, {"tile_size": (32, 32)}, {"num_resolutions": 2}, {"codeblock_size": (16, 16)}])
def test_what_pillow_writes_is_read(options: dict[str, object]):
    content = saved(**options)
    jpeg2000.check(io.BytesIO(content))
    assert images.read(content, Spec()).max() > 0.9


@pytest.mark.parametrize(
    ("tile", "precinct", "block", "layers"),
    [(3500, 1, 4, 1), (15, 15, 4, 1), (3500, 15, 0, 1), (3500, 8, 4, 65535)],
    ids=["precincts", "tiles", "code blocks", "layers"],
)
def test_headers_that_ask_for_too_many_parts_are_refused(tile: int, precinct: int, block: int, layers: int):
    file = io.BytesIO(header(3500, 3500, tile, precinct, block, layers))
    with pytest.raises(ValueError, match=r"more than 200,000 parts; save the picture again"):
        jpeg2000.check(file)
    assert file.tell() == 0


def test_a_large_photo_is_not_refused():
    jpeg2000.check(io.BytesIO(header(8000, 6000, 1024, 15)))


@pytest.mark.parametrize("content", [b"", b"\xff\x4f\xff\x51\x00", header(10, 10, 10, 1)[:60], header(10, 10, 0, 1)])
def test_torn_headers_are_damage(content: bytes):
    with pytest.raises(ValueError, match="damaged picture"):
        jpeg2000.check(io.BytesIO(content))


def test_damage_that_a_decoder_calls_a_runtime_error_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """As libavif and libheif do."""
    Image.fromarray(PICTURE).save(tmp_path / "a.avif", quality=90)
    whole = (tmp_path / "a.avif").read_bytes()
    for place in range(0, len(whole), 7):
        content = bytearray(whole)
        content[place] ^= 0xFF
        try:
            images.read(bytes(content), Spec())
        except ValueError as error:
            assert "\n" not in str(error)
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda *_: (_ for _ in ()).throw(RuntimeError("Failed\nto decode"))
    )
    with pytest.raises(ValueError, match=r"damaged picture \(Failed to decode\)"):
        images.read(PNG, Spec())


def test_lines_one_pixel_thin_are_no_error():
    page = np.full((600, 600), 255, np.uint8)
    page[::6] = 0
    try:
        images.read(Image.fromarray(page), Spec())
    except ValueError as error:
        assert "gradient" not in str(error)


@pytest.mark.parametrize(("mode", "most"), [("L", "30,000,000"), ("RGB", "10,000,000"), ("RGBA", "7,500,000")])
def test_its_limit_of_pixels_depends_on_its_channels(mode: str, most: str):
    """A decoder keeps each channel in whole numbers of four bytes, and once more while it decodes."""
    size, larger = struct.pack(">2I", 64, 64), struct.pack(">2I", 6000, 6000)
    file = io.BytesIO()
    Image.new(mode, (64, 64)).save(file, "JPEG2000")
    content = file.getvalue().replace(size, larger)
    with pytest.raises(ValueError, match=f"6000 x 6000 pixels is more than {most}, the most of a JPEG2000"):
        images.decode(content)
