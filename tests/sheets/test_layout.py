import pytest

from charnet.sheets import layout
from charnet.sheets.layout import Page
from charnet.spec import LOWERCASE


@pytest.mark.parametrize("paper", layout.PAPERS)
def test_boxes_lie_apart_within_the_page_and_clear_of_codes_and_marks(paper: str) -> None:
    width, height = layout.PAPERS[paper]
    (page,) = layout.pages(LOWERCASE, 5, "", paper)
    places = [(box.left, box.top, box.left + box.width, box.top + box.height) for box in page.boxes()]
    assert len(places) == 130
    codes = [(x, y, x + layout.CODE, y + layout.CODE) for x, y in layout.codes(paper)]
    half = layout.MARK / 2
    marks = [(x - half, y - half, x + half, y + half) for x, y in layout.marks(paper)]
    everything = [*places, *codes, *marks]
    assert all(
        6.4 <= left < right <= width - 6.4 and 6.4 <= top < bottom <= height - 6.4
        for left, top, right, bottom in everything
    )
    for number, one in enumerate(everything):
        for other in everything[:number]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize(("labels", "each"), [(LOWERCASE, 10), (LOWERCASE, 7), (("yes", "no"), 200), (("a",), 1)])
def test_every_label_gets_its_boxes_in_order(labels: tuple[str, ...], each: int) -> None:
    sheet = layout.pages(labels, each, "kai", "a4")
    assert [box.label for page in sheet for box in page.boxes()] == [label for label in labels for _ in range(each)]
    assert [(page.number, page.of) for page in sheet] == [(n + 1, len(sheet)) for n in range(len(sheet))]
    assert all(len(page.boxes()) == 130 for page in sheet[:-1])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"paper": "a5"}, "paper: 'a5' is not one of a4, letter"),
        ({"each": 0}, "each: 0 is not"),
        ({"skip": 3}, "found page 1 of 1"),
        ({"number": 2}, "found page 2 of 1"),
        ({"labels": ("x" * 17,)}, "has 17 characters"),
        ({"labels": ("a", "a")}, "labels: 'a' appears twice"),
        ({"writer": "../x"}, "writer: '../x' cannot begin a file name"),
        ({"writer": "x" * 61}, "has 61 characters"),
    ],
)
def test_what_no_page_says_is_refused(change: dict[str, object], told: str) -> None:
    page = {"paper": "a4", "number": 1, "of": 1, "each": 3, "skip": 0, "labels": ("a", "b"), "writer": ""}
    Page(**page)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=told.replace(".", r"\.")):
        Page(**(page | change))  # type: ignore[arg-type]


def test_a_sheet_of_too_many_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="fill 2,000 pages; at most 999 are possible"):
        layout.pages(LOWERCASE, 10_000, "", "a4")
