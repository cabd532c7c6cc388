"""How much a JPEG 2000 file makes its decoder keep, read from its headers (ISO/IEC 15444-1, annex A) before decoding.

Pillow's decoder has a record for each tile, precinct and code block, however few pixels they hold: 200 bytes of headers
can ask for gigabytes.
"""

from __future__ import annotations

import struct
from math import ceil
from typing import IO, NamedTuple

MAX_PARTS = 200_000  # tiles, precincts and code blocks of all components; photos have some ten thousand
# Markers.
START, SIZE, CODING, CODING_OF_COMPONENT = b"\xff\x4f", b"\xff\x51", b"\xff\x52", b"\xff\x53"
TILE, DATA, END = b"\xff\x90", b"\xff\x93", b"\xff\xd9"


class Layout(NamedTuple):
    """The sizes in the header: of the picture, of a tile, and the number of components."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    components: int


def check(file: IO[bytes]) -> None:
    """Raise `ValueError` for a file whose headers ask for too many parts, or are damaged. Its position is kept."""
    here = file.tell()
    file.seek(0)
    content = file.read()
    file.seek(here)
    start = content.find(START + SIZE)
    if start < 0:
        raise ValueError("damaged picture (a JPEG 2000 without a header)")
    try:
        parts = _parts(content, start + 2)
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise ValueError(f"damaged picture (a JPEG 2000 whose header ends too early: {error})") from None
    if parts > MAX_PARTS:
        raise ValueError(f"a JPEG 2000 of more than {MAX_PARTS:,} parts; save the picture again, as a PNG or JPEG")


def _parts(content: bytes, place: int) -> int:
    """The most parts that any of the coding styles in the headers of the picture and of its tiles makes."""
    layout, most, tile_end = None, 0, 0
    while content[place : place + 2]:
        marker = content[place : place + 2]
        if marker == END:
            break
        if marker == DATA:  # of a tile: its coded pixels follow, then the next tile
            place = tile_end if tile_end > place else len(content)
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        if length < 2:
            break
        if marker == SIZE:
            right, bottom, left, top, wide, high = struct.unpack_from(">6I", content, place + 6)
            (components,) = struct.unpack_from(">H", content, place + 38)
            layout = Layout(right - left, bottom - top, wide, high, components)
        elif marker == TILE:
            (size,) = struct.unpack_from(">I", content, place + 6)
            tile_end = place + size if size else len(content)
        elif layout and marker == CODING:
            has_precincts, layers = content[place + 4] & 1, struct.unpack_from(">H", content, place + 6)[0]
            most = max(most, _parts_of(layout, layers, has_precincts, content, place + 9))
        elif layout and marker == CODING_OF_COMPONENT:
            wide_index = 1 if layout.components < 257 else 2
            has_precincts = content[place + 4 + wide_index] & 1
            most = max(most, _parts_of(layout, 1, has_precincts, content, place + 5 + wide_index))
        place += 2 + length
    return most


def _parts_of(layout: Layout, layers: int, has_precincts: int, content: bytes, place: int) -> int:
    """Tiles, precincts (once for each layer) and code blocks of a coding style, whose parameters begin at `place`."""
    levels = content[place]
    block = 1 << min(content[place + 1] + content[place + 2] + 4, 12)  # pixels of a code block
    tile_width, tile_height = min(layout.tile_width, layout.width), min(layout.tile_height, layout.height)
    tiles = ceil(layout.width / tile_width) * ceil(layout.height / tile_height)
    precincts = 0
    for level in range(levels + 1):
        size = content[place + 5 + level] if has_precincts else 0xFF
        width, height = (ceil(side / 2 ** (levels - level)) for side in (tile_width, tile_height))
        precincts += ceil(width / (1 << (size & 15))) * ceil(height / (1 << (size >> 4)))
    blocks = ceil(layout.width * layout.height / block)
    return tiles + layout.components * (tiles * precincts * max(1, layers) + blocks)
