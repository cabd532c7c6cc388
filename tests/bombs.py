"""Small files that take far more time, memory or lines of a log than a file of their size should."""

import io
import struct
import zipfile


def progressive_jpeg(side: int, scans: int) -> bytes:
    """A grey JPEG of side x side pixels and so many scans, each of which goes over the whole picture in a few bytes."""
    blocks = ((side + 7) // 8) ** 2
    head = _segment(0xDB, b"\0" + bytes([1] * 64))
    head += _segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + bytes([1, 0x11, 0]))
    head += _segment(0xC4, bytes([0x00, 1, *[0] * 15, 0])) + _segment(0xC4, bytes([0x10, 1, 1, *[0] * 14, 0xE0, 0x00]))
    levels = _segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + _bits("0" * blocks)
    details = _segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + _bits(("0" + "1" * 14) * -(-blocks // 32767))
    return b"\xff\xd8" + head + levels + details * (scans - 1) + b"\xff\xd9"


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def _bits(text: str) -> bytes:
    text += "1" * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8)).replace(b"\xff", b"\xff\0")


def fax_tiff(rows: int) -> bytes:
    """A black and white TIFF whose rows are no fax code; libtiff reports each of them."""
    data = b"\xff\x00\xaa" * 1000
    tags = [
        (256, 4, 64), (257, 4, rows), (258, 3, 1), (259, 3, 3), (262, 3, 0), (273, 4, 8), (277, 3, 1), (278, 4, rows),
        (279, 4, len(data)), (292, 4, 1),
    ]  # fmt: skip
    start = 8 + len(data)
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags)
    return struct.pack("<2sHI", b"II", 42, start) + data + directory + b"\0" * 4


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return content.getvalue()
