import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from charnet.sheets import codes, layout
from charnet.sheets.layout import Page
from charnet.spec import LOWERCASE

PAGE = layout.pages(LOWERCASE, 10, "", "a4")[0]


def read(page: Page) -> list[bytes]:
    """What another program reads from the codes."""
    found = []
    for code in codes.encode(page):
        file = io.BytesIO()
        code.save(file, kind="png", scale=4)
        (barcode,) = zxingcpp.read_barcodes(Image.open(file).convert("L"))
        found.append(barcode.bytes)
    return found


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        replace(PAGE, writer="Zoë Müller"),
        replace(
            PAGE, paper="letter", number=2, of=12, each=7, skip=6, labels=("ja", "nein", "weiß nicht".replace(" ", "_"))
        ),
        replace(PAGE, labels=("word",)),
        replace(PAGE, labels=tuple(".,;:!?'\"()-+/=&@#%*\\"), each=5),
        replace(PAGE, labels=tuple(map(chr, range(0x3B1, 0x3BA))), each=1),
    ],
)
def test_four_codes_say_what_the_page_is(page: Page) -> None:
    parts = [codes.parse_code(content) for content in read(page)]
    assert [part and part.corner for part in parts] == [0, 1, 2, 3]
    assert codes.decode({part.corner: part for part in parts if part}) == page


def test_the_usual_page_has_the_coarsest_codes() -> None:
    assert [code.designator[:1] for code in codes.encode(replace(PAGE, writer="kai-7"))] == ["1"] * 4


def test_codes_of_others_are_no_parts() -> None:
    for content in (b"", b"https://example.com", b"CN", b"CN14abc", b"CN\xff0abc"):
        assert codes.parse_code(content) is None
    part = codes.parse_code(b"CN90abcdef")
    assert part is not None and (part.version, part.quarter) == ("9", b"def")


def test_parts_that_do_not_belong_together_or_say_nonsense_are_refused() -> None:
    parts = {n: part for n, content in enumerate(read(PAGE)) if (part := codes.parse_code(content))}
    torn = replace(parts[2], quarter=b"x")
    with pytest.raises(ValueError, match="do not belong together"):
        codes.decode(parts | {2: torn})
    hostile = b"a4 1 1 3 0\n../../kai\nabc"
    check = codes._checksum(hostile)
    with pytest.raises(ValueError, match=r"writer: '\.\./\.\./kai' cannot begin a file name"):
        codes.decode({n: codes.CodePart("1", n, check, hostile if n == 0 else b"") for n in range(4)})


def test_more_than_the_codes_hold_is_refused() -> None:
    words = tuple(f"word-number-{n}" for n in range(30))
    with pytest.raises(ValueError, match=r"its codes hold 184; print fewer labels at once \(--labels\)"):
        codes.encode(replace(PAGE, labels=words))
