"""Print sheets: a PDF of exact size, which matplotlib writes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from charnet.measure import fonts
from charnet.sheets import codes, layout
from charnet.sheets.layout import CODE, EDGE, Page, Point

if TYPE_CHECKING:
    import segno
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INCH = 25.4  # millimetres
POINT = INCH / 72

# Pages are read in red light, where these colours are about as bright as paper and pens, other than red ones, are dark.
FRAME, GUIDE, BODY, ASKED = "#ffb596", "#ffccb5", "#fff6f1", "#ff9a75"
BLACK, GREY = "#222222", "#777777"

TITLE = "My handwriting"
ADVICE = (
    "Write each letter in its box, the way you always write it.",
    "Blue or black pen, or a soft pencil; not red. Stay inside the box. Skip what you like.",
)
FOOT = (
    "When it is filled in: photograph the whole page with its four square codes, in any direction, then",
    "python -m charnet.sheet read PHOTOS --out FOLDER",
)

Rectangle = tuple[float, float, float, float]  # left, top, width, height in millimetres


def to_pdf(sheet: Sequence[Page]) -> bytes:
    """The PDF of a sheet, where characters that no font here has are named by number.

    `ValueError` for labels that don't fit the codes.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    file = io.BytesIO()
    with PdfPages(file, metadata={"Title": TITLE, "CreationDate": None}) as pdf:
        for page in sheet:
            figure = _draw(page)
            fonts.apply(figure)
            pdf.savefig(figure)
    return file.getvalue()


def _draw(page: Page) -> Figure:
    from matplotlib.figure import Figure

    width, height = page.size
    figure = Figure(figsize=(width / INCH, height / INCH))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    _draw_text(axes, page)
    _draw_boxes(axes, page)
    for top_left, code in zip(layout.codes(page.paper), codes.encode(page), strict=True):
        _fill(axes, _modules(code, top_left), "black")
    _draw_marks(axes, page)
    return figure


def _draw_text(axes: Axes, page: Page) -> None:
    """The texts for people, between the codes at the top and those at the bottom."""
    width, height = page.size
    left, right = EDGE + CODE + 6, width - EDGE - CODE - 6
    _text(axes, left, 17.5, TITLE, 20, BLACK, weight="bold")
    for line, y in zip(ADVICE, (23.2, 27.2), strict=True):
        _text(axes, left, y, line, 8, GREY)
    if page.writer:
        _text(axes, right, 17.5, page.writer, min(12, 700 / len(page.writer) / 2), BLACK, ha="right")
    else:
        _fill(axes, [(right - 52, 17.7, 52, 0.15)], GREY)
        _text(axes, right - 53.5, 17.5, "Name", 8, GREY, ha="right")
    for line, y in zip(FOOT, (height - 21, height - 17), strict=True):
        _text(axes, width / 2, y, line, 8, GREY, ha="center", family="monospace" if "charnet" in line else None)
    _text(axes, width / 2, height - 26.2, f"page {page.number} of {page.of}", 9, BLACK, ha="center")


def _draw_boxes(axes: Axes, page: Page) -> None:
    boxes = page.boxes()
    upper, lower = layout.GUIDES
    insides = [(box.left, box.top + upper * box.height, box.width, (lower - upper) * box.height) for box in boxes]
    _fill(axes, insides, BODY)
    for guide in layout.GUIDES:
        _fill(axes, [(box.left, box.top + guide * box.height - 0.1, box.width, 0.2) for box in boxes], GUIDE)
    frames = [(box.left, box.top, box.width, box.height) for box in boxes]
    _fill(axes, frames, "none", edgecolor=FRAME, linewidth=0.3 / POINT)
    for box, label in zip(boxes, fonts.legible([box.label for box in boxes]), strict=True):
        short = len(label) == 1
        size = 12 if short else min(9, box.height / POINT / len(label) / 0.65)  # a word runs up beside its box
        middle = box.top + (0.5 * (upper + lower) if short else 0.5) * box.height
        style = {"ha": "center", "va": "center", "rotation": 0 if short else 90}
        _text(axes, box.left - layout.GUTTER / 2, middle, label, size, ASKED, family="monospace", **style)


def _draw_marks(axes: Axes, page: Page) -> None:
    from matplotlib.collections import EllipseCollection

    size = [layout.MARK]
    centres = layout.marks(page.paper)
    circles = EllipseCollection(size, size, [0], units="xy", offsets=centres, transOffset=axes.transData)
    circles.set(facecolor="black", linewidth=0)
    axes.add_collection(circles, autolim=False)


def _modules(code: segno.QRCode, top_left: Point) -> Iterable[Rectangle]:
    """The dark modules of a code; adjacent ones of a row are one rectangle."""
    side = CODE / len(code.matrix)
    for row, modules in enumerate(code.matrix):
        for dark, run in groupby(range(len(modules)), key=lambda column: modules[column]):
            columns = list(run)
            if dark:  # a little higher than its row: viewers would show a light line between two rows
                yield top_left[0] + columns[0] * side, top_left[1] + row * side, len(columns) * side, 1.03 * side


def _fill(axes: Axes, rectangles: Iterable[Rectangle], colour: str, **style: Any) -> None:
    from matplotlib.collections import PolyCollection

    corners = [
        [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
        for left, top, width, height in rectangles
    ]
    style = {"linewidth": 0, **style}
    axes.add_collection(PolyCollection(corners, facecolor=colour, **style), autolim=False)


def _text(axes: Axes, x: float, y: float, text: str, size: float, colour: str, **style: Any) -> None:
    axes.text(x, y, text, size=size, color=colour, parse_math=False, **style)
