"""The figure is measured: its lines must begin and end where SciPy's intervals do."""

import numpy as np
import pytest
from scipy.stats import binomtest

from charnet.measure import figures, intervals
from charnet.measure.intervals import Row

BLUE, GREY = (31, 95, 153), (102, 102, 102)


def rows_of(*right: int, total: int = 200) -> list[Row]:
    """So many right of `total`, with SciPy's Wilson interval."""
    found = [binomtest(each, total).proportion_ci(method="wilson") for each in right]
    return [
        Row([str(number)], each / total, ci.low, ci.high)
        for number, (each, ci) in enumerate(zip(right, found, strict=True))
    ]


def measured(figure, count: int) -> list[tuple[float, float]]:
    """From where to where the line of each row reaches, as the picture shows it."""
    picture = figures.pixels(figure)
    (axes,) = figure.axes
    ends = []
    for place in range(1, count + 1):
        _, y = axes.transData.transform((0, place))
        at = len(picture) - round(y)
        colour = BLUE if place == 1 else GREY
        near = np.abs(picture[at - 2 : at + 2].astype(int) - colour).max(axis=2) < 60  # its edges are blended
        inked = np.flatnonzero(near.any(axis=0))
        inside = [x for x in inked if axes.bbox.x0 <= x <= axes.bbox.x1]
        left, right = (axes.transData.inverted().transform((x, y))[0] for x in (min(inside), max(inside) + 1))
        ends.append((left, right))
    return ends


@pytest.mark.parametrize("count", [1, 3, 50])
def test_lines_reach_from_the_low_to_the_high_end(count: int) -> None:
    rows = rows_of(*range(190, 190 - 2 * count, -2))
    drawn = intervals.figure(["hidden"], rows, "a sweep")
    for (left, right), row in zip(measured(drawn, count), rows, strict=True):
        assert (left, right) == pytest.approx((row.low, row.high), abs=0.004)
    assert [text.get_text().strip() for text in drawn.axes[0].texts][:count] == [f"{row.accuracy:.1%}" for row in rows]


def test_names_stand_in_columns_below_their_heading() -> None:
    rows = [
        Row(["20", "0.02"], 0.9, 0.8, 0.95),
        Row(["100", "a/very/long/path/of/a/network/weights.json"], 0.8, 0.7, 0.9),
    ]
    (axes,) = intervals.figure(["model.hidden", "init"], rows, "$a_1$").axes
    heading, first, second = (label.get_text() for label in axes.get_yticklabels())
    assert heading.split() == ["model.hidden", "init"] and first.split() == ["20", "0.02"]
    assert second.split()[1].startswith("…") and second.endswith("network/weights.json")
    assert len({len(text) for text in (heading, first, second)}) == 1
    assert {label.get_fontfamily()[0] for label in axes.get_yticklabels()} == {"monospace"}


def test_what_has_no_figures_says_why() -> None:
    drawn = intervals.figure(["hidden"], [*rows_of(150), Row(["9"], remark="failed"), Row(["8"], 0.5)], "a sweep")
    assert [text.get_text().strip() for text in drawn.axes[0].texts] == ["75.0%", "failed", "50.0%", "accuracy"]
    for rows in ([Row(["9"], remark="failed")], []):
        assert figures.pixels(intervals.figure(["hidden"], rows, "none")).size


def test_of_very_many_the_first_are_drawn() -> None:
    drawn = intervals.figure(["hidden"], rows_of(*range(200, 80, -1)), "a sweep")
    assert len(drawn.axes[0].get_yticks()) == intervals.MOST + 1
    assert drawn.axes[0].get_title() == "a sweep\nthe first 100 of 120"
