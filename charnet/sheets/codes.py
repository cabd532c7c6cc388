"""The four corner codes of a page. Each contains a quarter of one text, so that all stay coarse enough for a phone.

    CN1 0 Qx7 ....      the layout's version, the corner, a checksum of the whole text, a quarter of the text

The text is `a4 1 2 10 0` (paper, page, of, each, skip), the writer and the labels, a line each. segno writes QR codes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from charnet.letters.config import join, parse
from charnet.sheets.layout import CORNERS, VERSION, Page

MAGIC = b"CN"
HEADER = 7  # bytes before the quarter
CAPACITY = {1: 17, 2: 32, 3: 53, 4: 78}  # bytes in a QR code of each version, at the lowest error correction
MOST_VERSION = 3  # the largest version that can be read from a photo of a whole page


@dataclass(frozen=True, slots=True)
class CodePart:
    """The content of one code."""

    version: str  # of the layout, one character
    corner: int
    checksum: bytes  # the same on all codes of a page
    quarter: bytes


def encode(page: Page) -> list[segno.QRCode]:
    """The codes of a page in the order of CORNERS. `ValueError` where its text does not fit."""
    head = f"{page.paper} {page.number} {page.of} {page.each} {page.skip}"
    text = f"{head}\n{page.writer}\n{join(page.labels)}".encode()
    size = -(-len(text) // 4)
    fitting = (version for version in CAPACITY if version <= MOST_VERSION and CAPACITY[version] >= HEADER + size)
    version = next(fitting, None)
    if version is None:
        most = 4 * (CAPACITY[MOST_VERSION] - HEADER)
        raise ValueError(
            f"page {page.number}: its labels and writer take {len(text)} bytes, its codes hold {most}; "
            "print fewer labels at once (--labels), more boxes for each (--each), or shorten the writer's name"
        )
    quarters = [text[corner * size : (corner + 1) * size] for corner in range(4)]
    headers = [MAGIC + f"{VERSION}{corner}".encode() + _checksum(text) for corner in range(4)]
    return [
        # segno raises the error correction where the version has room for it
        segno.make_qr(header + quarter, error="l", version=version, mode="byte")
        for header, quarter in zip(headers, quarters, strict=True)
    ]


def parse_code(content: bytes) -> CodePart | None:
    """The content of a code; None for a QR code that is not charnet's."""
    version, corner = content[2:3], content[3:4]
    if not content.startswith(MAGIC) or not version.isalnum() or corner not in (b"0", b"1", b"2", b"3"):
        return None
    return CodePart(version.decode(), int(corner), content[4:HEADER], content[HEADER:])


def decode(parts: Mapping[int, CodePart]) -> Page:
    """The page that four parts, by their corners, describe. `ValueError` for codes that charnet did not print."""
    text = b"".join(parts[corner].quarter for corner in range(len(CORNERS)))
    try:
        if _checksum(text) != parts[0].checksum:
            raise ValueError("they do not belong together")
        head, writer, labels = text.decode().split("\n")
        paper, *figures = head.split(" ")
        number, of, each, skip = map(int, figures)
        return Page(paper, number, of, each, skip, parse(labels), writer)
    except ValueError as error:
        raise ValueError(f"the corner codes can't be understood ({error}); print the sheet again") from None


def _checksum(text: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(text).digest())[:3]
