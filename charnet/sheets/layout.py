"""The layout of a printed page, in millimetres from its top left. Printing and reading both use it.

A change of the layout needs a new `VERSION`, which the codes of each page contain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charnet.letters import samples
from charnet.spec import Spec
from charnet.system.answer import has_control

VERSION = 1
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # width, height
COLUMNS, ROWS = 10, 13
MOST_PAGES = 999

CODE = 24.0  # the side of a corner code without its quiet zone
EDGE = 10.0  # from the paper's edge to the codes and the marks: printers leave out 6 at most
MARK = 1.6  # diameter of a mark; a row of them along each side of the field shows how the paper bends
SIDE, TOP = 15.0, 37.5  # from the paper's edge to the field of boxes
GUTTER = 4.0  # left of a box, for the letter asked for
GAP = 1.8  # between a box and the one below
GUIDES = (0.36, 0.66)  # the lines between which the body of a small letter goes, as fractions of a box's height

CORNERS = ("top left", "top right", "bottom right", "bottom left")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A place for one letter."""

    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as its codes describe it. `ValueError` names what is wrong with it."""

    paper: str
    number: int  # from 1
    of: int  # pages
    each: int  # boxes for each label
    skip: int  # boxes of the first label that are on the page before
    labels: tuple[str, ...]  # of this page
    writer: str  # "" where nobody is named

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"paper: {self.paper!r} is not one of {', '.join(PAPERS)}")
        if self.each < 1:
            raise ValueError(f"each: {self.each} is not a whole number from 1")
        if not (1 <= self.number <= self.of <= MOST_PAGES and 0 <= self.skip < self.each):
            raise ValueError(f"a sheet has up to {MOST_PAGES} pages, found page {self.number} of {self.of}")
        Spec(self.labels)  # refuses invalid labels
        if any(map(has_control, self.labels)):
            raise ValueError("labels: one of them holds a control character; choose others")
        samples.check_writer(self.writer)

    @property
    def size(self) -> Point:
        return PAPERS[self.paper]

    def boxes(self) -> list[Box]:
        """The boxes in reading order."""
        across, down = pitch(self.paper)
        count = min(COLUMNS * ROWS, len(self.labels) * self.each - self.skip)
        return [
            Box(
                label=self.labels[(self.skip + index) // self.each],
                left=SIDE + index % COLUMNS * across + GUTTER,
                top=TOP + index // COLUMNS * down,
                width=across - GUTTER,
                height=down - GAP,
            )
            for index in range(count)
        ]


def pages(labels: Sequence[str], each: int, writer: str, paper: str) -> list[Page]:
    """The pages of a sheet: `each` boxes for every label, label after label. `ValueError` says what is wrong."""
    first = Page(paper, 1, 1, each, 0, tuple(labels), writer)  # checks all but the number of pages
    per_page = COLUMNS * ROWS
    total = len(labels) * each
    of = -(-total // per_page)
    if of > MOST_PAGES:
        advice = f"at most {MOST_PAGES} are possible; ask for fewer labels or boxes (--each)"
        raise ValueError(f"{len(labels)} labels with {each} boxes each fill {of:,} pages; {advice}")
    result = []
    for start in range(0, total, per_page):
        last = min(start + per_page, total) - 1
        page_labels = first.labels[start // each : last // each + 1]
        result.append(Page(paper, start // per_page + 1, of, each, start % each, page_labels, writer))
    return result


def pitch(paper: str) -> Point:
    """The distance from one box to the next, across and down."""
    width, height = PAPERS[paper]
    return (width - 2 * SIDE) / COLUMNS, (height - 2 * TOP) / ROWS


def codes(paper: str) -> list[Point]:
    """The top left of each corner code, in the order of CORNERS."""
    width, height = PAPERS[paper]
    right, bottom = width - EDGE - CODE, height - EDGE - CODE
    return [(EDGE, EDGE), (right, EDGE), (right, bottom), (EDGE, bottom)]


def marks(paper: str) -> list[Point]:
    """The centres of the marks: one for each row at both sides, one for each two columns above and below."""
    width, height = PAPERS[paper]
    across, down = pitch(paper)
    beside, above = EDGE + MARK / 2, TOP - MARK - 0.5
    rows = [TOP + (row + 0.5) * down for row in range(ROWS)]
    columns = [SIDE + column * across for column in range(2, COLUMNS, 2)]
    sides = [(x, y) for y in rows for x in (beside, width - beside)]
    return sides + [(x, y) for x in columns for y in (above, height - above)]
