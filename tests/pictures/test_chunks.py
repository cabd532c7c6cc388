import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from charnet.pictures import chunks, images


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


def test_some_are_read(tmp_path: Path):
    assert images.decode(png(990)).shape == (16, 10)
    file = io.BytesIO(b"before" + png(990))
    file.seek(6)
    chunks.check(file)
    assert file.tell() == 6
