import numpy as np
import pypdfium2
import pytest
import zxingcpp

from charnet.sheets import layout, print
from charnet.sheets.layout import CODE

SCALE = 8  # pixels a millimetre


@pytest.mark.parametrize("paper", layout.PAPERS)
def test_what_is_printed_lies_where_the_layout_says(paper: str) -> None:
    width, height = layout.PAPERS[paper]
    sheet = layout.pages("abc", 50, "kai", paper)
    pdf = pypdfium2.PdfDocument(print.to_pdf(sheet))
    assert len(pdf) == len(sheet) == 2
    assert pdf[0].get_size() == pytest.approx((width / 25.4 * 72, height / 25.4 * 72), abs=0.01)
    picture = pdf[1].render(scale=SCALE * 25.4 / 72).to_pil().convert("RGB")
    red, green, _ = np.moveaxis(np.asarray(picture, dtype=int), 2, 0)

    found = {code.bytes[3:4]: code.position for code in zxingcpp.read_barcodes(picture)}
    for corner, (x, y) in enumerate(layout.codes(paper)):
        position = found[str(corner).encode()]
        assert (position.top_left.x, position.top_left.y) == pytest.approx((x * SCALE, y * SCALE), abs=3)
        right, bottom = (x + CODE) * SCALE, (y + CODE) * SCALE
        assert (position.bottom_right.x, position.bottom_right.y) == pytest.approx((right, bottom), abs=3)
    for x, y in layout.marks(paper):
        at = slice(round(y * SCALE) - 12, round(y * SCALE) + 12), slice(round(x * SCALE) - 12, round(x * SCALE) + 12)
        rows, columns = np.nonzero(red[at] < 128)
        assert (rows.mean(), columns.mean()) == pytest.approx((11.5, 11.5), abs=1.5)
        assert len(rows) == pytest.approx(np.pi * (layout.MARK / 2 * SCALE) ** 2, rel=0.1)
    boxes = sheet[1].boxes()
    for box in boxes:
        x, y = round((box.left + box.width / 2) * SCALE), round((box.top + box.height / 2) * SCALE)
        top, left = round(box.top * SCALE), round(box.left * SCALE)
        assert green[top - 1 : top + 1, x].min() < 220 and green[y, left - 1 : left + 1].min() < 220
        inside = red[top : round((box.top + box.height) * SCALE), left : round((box.left + box.width) * SCALE)]
        assert inside.min() > 250  # frames and guides drop out in red light
    top, bottom, side = boxes[-1].top + 20, height - layout.TOP, 20
    below = red[round(top * SCALE) : round(bottom * SCALE), side * SCALE : -side * SCALE]
    assert below.min() == 255  # boxes only where letters are asked for


def test_the_same_sheet_is_the_same_file() -> None:
    sheet = layout.pages("ab", 3, "", "a4")
    assert print.to_pdf(sheet) == print.to_pdf(sheet)


def test_letters_that_only_another_font_has_are_printed_in_it() -> None:
    content = print.to_pdf(layout.pages("שלם", 1, "", "a4"))  # the usual one of labels, DejaVu Sans Mono, lacks them
    labels = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert all(labels.count(letter) == 1 for letter in "שלם")


def test_letters_that_no_font_has_are_named_by_their_numbers() -> None:
    content = print.to_pdf(layout.pages("\U000f0000a", 3, "", "a4"))  # of a private area of Unicode
    text = pypdfium2.PdfDocument(content)[0].get_textpage()
    assert text.get_text_range().count("U+F0000") == 3
    first, count = text.search("U+F0000").get_next()
    boxes = [text.get_charbox(first + index) for index in range(count)]
    width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    assert width < layout.GUTTER / 25.4 * 72  # it runs up beside its box
