"""What the four corner codes of a page say. Each carries a quarter, so that all stay coarse enough for a phone.

    CN1 0 Qx7 ....      the layout's version, the corner, the page (a check of the whole text), a quarter of the text

The text is `a4 1 2 10 0` (paper, page, of, each, skip), the writer and the labels, a line each. QR codes by segno.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from charnet.letters.config import join, parse
from charnet.sheets.layout import CORNERS, VERSION, Page

NAME = b"CN"
START = 7  # bytes before the quarter
ROOM = {1: 17, 2: 32, 3: 53, 4: 78}  # bytes that a QR code of a version holds at its lowest error correction
FAR = 3  # versions up to this one can be read from a photo of a whole page


@dataclass(frozen=True, slots=True)
class Part:
    """What one code says."""

    version: str  # of the layout, one character
    corner: int
    check: bytes  # the same on all codes of a page
    quarter: bytes


def encode(page: Page) -> list[segno.QRCode]:
    """The codes of a page in the order of CORNERS. `ValueError` where it has more to say than fits."""
    head = f"{page.paper} {page.number} {page.of} {page.each} {page.skip}"
    text = f"{head}\n{page.writer}\n{join(page.labels)}".encode()
    size = -(-len(text) // 4)
    version = next((version for version in ROOM if version <= FAR and ROOM[version] >= START + size), None)
    if version is None:
        most = 4 * (ROOM[FAR] - START)
        raise ValueError(
            f"page {page.number}: its labels and writer take {len(text)} bytes, its codes hold {most}; "
            "print fewer labels at once (--labels), more boxes for each (--each), or shorten the writer's name"
        )
    quarters = [text[corner * size : (corner + 1) * size] for corner in range(4)]
    starts = [NAME + f"{VERSION}{corner}".encode() + _check(text) for corner in range(4)]
    return [
        segno.make_qr(start + quarter, error="l", version=version, mode="byte")  # segno raises the correction for free
        for start, quarter in zip(starts, quarters, strict=True)
    ]


def part(content: bytes) -> Part | None:
    """What a code says; None for another's."""
    version, corner = content[2:3], content[3:4]
    if not content.startswith(NAME) or not version.isalnum() or corner not in (b"0", b"1", b"2", b"3"):
        return None
    return Part(version.decode(), int(corner), content[4:START], content[START:])


def decode(parts: Mapping[int, Part]) -> Page:
    """The page of four parts, by their corners. `ValueError` for what no charnet printed."""
    text = b"".join(parts[corner].quarter for corner in range(len(CORNERS)))
    try:
        if _check(text) != parts[0].check:
            raise ValueError("they do not belong together")
        head, writer, labels = text.decode().split("\n")
        paper, *figures = head.split(" ")
        number, of, each, skip = map(int, figures)
        return Page(paper, number, of, each, skip, parse(labels), writer)
    except ValueError as error:
        raise ValueError(f"the corner codes can't be understood ({error}); print the sheet again") from None


def _check(text: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(text).digest())[:3]
