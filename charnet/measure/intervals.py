"""A picture of accuracies with their 95 % intervals, one below the other, by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from charnet.measure import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 100  # rows that are drawn; of more the first ones
ROW = 0.24  # inches
LONGEST = 32  # characters of a name in a column
BEST, OTHERS = "#1f5f99", "0.4"  # colours


class Row(NamedTuple):
    """What is drawn in a row: the names in its columns, and its figures; without them only the `remark` is."""

    names: list[str]
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    remark: str = ""


def figure(heading: Sequence[str], rows: Sequence[Row], title: str) -> Figure:
    """Rows, the best first, from top to bottom, each with a dot and a line from `low` to `high`.

    Where a line reaches into the band, which is the first row's interval, the two may be equally good.
    """
    from matplotlib.ticker import PercentFormatter

    if len(rows) > MOST:
        title, rows = f"{title}\nthe first {MOST} of {len(rows):,}", rows[:MOST]
    names = _columns([list(heading), *(row.names for row in rows)])
    drawn = figures.new_figure(7.5 + 0.075 * len(names[0]), ROW * len(rows) + 1.5)
    axes = drawn.subplots()
    for place, row in enumerate(rows, 1):
        colour = OTHERS if place > 1 else BEST
        if row.accuracy is None:
            axes.annotate(row.remark, (0.01, place), xycoords=("axes fraction", "data"), va="center", color="0.35")
            continue
        low, high = (row.accuracy if edge is None else edge for edge in (row.low, row.high))
        axes.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot([row.accuracy], [place], "o", color=colour, markersize=6)
        share = f" {row.accuracy:.1%}"
        axes.annotate(share, (1.01, place), xycoords=("axes fraction", "data"), va="center", color=colour)
    if rows and rows[0].low is not None and rows[0].high is not None:
        axes.axvspan(rows[0].low, rows[0].high, color=BEST, alpha=0.12, linewidth=0)
    axes.set_ylim(len(rows) + 0.6, -0.4)  # the heading is row 0
    axes.set_yticks(range(len(names)), names, family="monospace", fontsize=9, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.set_title(title, fontsize=12)
    axes.annotate("accuracy", (1.01, 0), xycoords=("axes fraction", "data"), va="center", color="0.2")
    for edge in ("top", "left", "right"):
        axes.spines[edge].set_visible(False)
    return drawn


def _columns(table: list[list[str]]) -> list[str]:
    """Rows of cells as lines, of one length each, whose columns stand below each other in a monospaced font."""
    cut = [[cell if len(cell) <= LONGEST else f"…{cell[1 - LONGEST :]}" for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    return ["   ".join(map(str.rjust, row, widths)) for row in cut]
