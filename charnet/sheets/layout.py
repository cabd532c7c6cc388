"""Where everything is on a printed page, in millimetres from its top left: what prints it and what reads it agree here.

Another arrangement needs another `VERSION`: the codes on a page say by which one it was printed.
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

CODE = 24.0  # side of a corner code without its quiet zone
EDGE = 10.0  # from the paper's edge to the codes and the marks: printers leave out 6 at most
MARK = 1.6  # diameter of a mark; a row of them along each side of the field shows how the paper bends
SIDE, TOP = 15.0, 37.5  # from the paper's edge to the field of boxes
GUTTER = 4.0  # left of a box, for the letter asked for
GAP = 1.8  # between a box and the one below
GUIDES = (0.36, 0.66)  # the lines between which a small letter's body goes, as shares of a box's height

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
    """What the codes of a page say. `ValueError` names what is wrong with it."""

    paper: str
    number: int  # from 1
    of: int  # pages
    each: int  # boxes for each label
    skip: int  # boxes that the first label has on the page before
    labels: tuple[str, ...]  # of this page
    writer: str  # "" where nobody is named

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"paper: {self.paper!r} is not one of {', '.join(PAPERS)}")
        if self.each < 1:
            raise ValueError(f"each: {self.each} is not a whole number from 1")
        if not (1 <= self.number <= self.of <= MOST_PAGES and 0 <= self.skip < self.each):
            raise ValueError(f"a sheet has up to {MOST_PAGES} pages, found page {self.number} of {self.of}")
        Spec(self.labels)  # refuses what is no label
        if any(map(has_control, self.labels)):
            raise ValueError("labels: one of them holds a control character; choose others")
        samples.check_writer(self.writer)

    @property
    def size(self) -> Point:
        return PAPERS[self.paper]

    def boxes(self) -> list[Box]:
        """In the order of reading."""
        wide, high = pitch(self.paper)
        here = min(COLUMNS * ROWS, len(self.labels) * self.each - self.skip)
        return [
            Box(
                label=self.labels[(self.skip + place) // self.each],
                left=SIDE + place % COLUMNS * wide + GUTTER,
                top=TOP + place // COLUMNS * high,
                width=wide - GUTTER,
                height=high - GAP,
            )
            for place in range(here)
        ]


def pages(labels: Sequence[str], each: int, writer: str, paper: str) -> list[Page]:
    """A sheet: `each` boxes for every label, one after the other. `ValueError` names what is wrong."""
    first = Page(paper, 1, 1, each, 0, tuple(labels), writer)  # checks all but the number of pages
    full = COLUMNS * ROWS
    total = len(labels) * each
    of = -(-total // full)
    if of > MOST_PAGES:
        advice = f"at most {MOST_PAGES} are possible; ask for fewer labels or boxes (--each)"
        raise ValueError(f"{len(labels)} labels with {each} boxes each fill {of:,} pages; {advice}")
    made = []
    for start in range(0, total, full):
        last = min(start + full, total) - 1
        inside = first.labels[start // each : last // each + 1]
        made.append(Page(paper, start // full + 1, of, each, start % each, inside, writer))
    return made


def pitch(paper: str) -> Point:
    """From one box to the next, across and down."""
    width, height = PAPERS[paper]
    return (width - 2 * SIDE) / COLUMNS, (height - 2 * TOP) / ROWS


def codes(paper: str) -> list[Point]:
    """The top left of each corner code, in the order of CORNERS."""
    width, height = PAPERS[paper]
    right, bottom = width - EDGE - CODE, height - EDGE - CODE
    return [(EDGE, EDGE), (right, EDGE), (right, bottom), (EDGE, bottom)]


def marks(paper: str) -> list[Point]:
    """The middles of the marks: one for each row at both sides, one for each two columns above and below."""
    width, height = PAPERS[paper]
    across, down = pitch(paper)
    beside, above = EDGE + MARK / 2, TOP - MARK - 0.5
    rows = [TOP + (row + 0.5) * down for row in range(ROWS)]
    columns = [SIDE + column * across for column in range(2, COLUMNS, 2)]
    sides = [(x, y) for y in rows for x in (beside, width - beside)]
    return sides + [(x, y) for x in columns for y in (above, height - above)]
