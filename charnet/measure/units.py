"""What the hidden units look for and how that forms: their input weights as pictures, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from charnet.measure.figures import new_figure
from charnet.networks.display import BLUE, ORANGE, SHADES, SHOWN, scaled, tiled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.floating]

ACROSS = 20  # units beside one another
ROWS = 6, 4, 3  # epochs in a picture of one row of units, of two, of more
VOTES = 3  # labels that are named as what a unit speaks for, and against
UNIT = 0.68  # inches from one unit to the next


def seen(epochs: int) -> list[int]:
    """The epochs of a training that show its units form; 0 is the start. Most of it happens early."""
    return sorted({0, *(round(epochs * share) for share in (0.01, 0.03, 0.1, 0.3)), epochs})


def film(history: Mapping[int, Floats], votes: Floats, labels: Sequence[str]) -> Figure:
    """How the units formed: a row an epoch, a column a unit.

    `history` gives the input weights (units, height, width) after so many epochs, in order; the last are the network's.
    A unit has one scale for all epochs, that of its last weights. Below it stand the labels that it speaks for where it
    is excited, and those that it speaks against, by the output weights `votes` (labels, units).
    """
    units, height, width = next(iter(history.values())).shape
    shown, across = min(units, SHOWN), min(units, ACROSS)
    bands = -(-shown // across)
    epochs = _spread(list(history), ROWS[min(bands, len(ROWS)) - 1])
    weight = UNIT / (width + 1)  # inches
    high = bands * (len(epochs) * (height + 1) * weight + 1.05) + 1.0
    figure = new_figure(max(across * UNIT + 1.7, 6.6), high)
    count = f"the {units} hidden units" if shown == units else f"the first {shown} of {units:,} hidden units"
    figure.suptitle(f"What {count} look for, and how that forms", fontsize=15)
    for axes, start in zip(figure.subplots(bands, 1, squeeze=False).flat, range(0, shown, across), strict=True):
        columns = range(start, min(start + across, shown))
        rows = [scaled(history[epoch], history[epochs[-1]])[start : columns.stop] for epoch in epochs]
        axes.imshow(tiled(rows, across), cmap=_shades(), vmin=-1, vmax=1, interpolation="nearest")
        _name(axes, columns, epochs, (height + 1, width + 1))
        _vote(axes, votes[:, start : columns.stop], labels, width + 1)
    _explain(figure)
    return figure


def _name(axes: Axes, columns: range, epochs: Sequence[int], pitch: tuple[int, int]) -> None:
    """The units' numbers above them, the epochs at the left."""
    names = ["start" if epoch == 0 else f"epoch {epoch:,}" for epoch in epochs]
    axes.set_yticks([(row + 0.5) * pitch[0] - 1 for row in range(len(epochs))], names, fontsize=12)
    axes.set_xticks(
        [(place + 0.5) * pitch[1] - 1 for place in range(len(columns))], [str(unit + 1) for unit in columns]
    )
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.tick_params(axis="x", labelsize=11, labelcolor="0.45")
    for edge in axes.spines.values():
        edge.set_visible(False)


def _vote(axes: Axes, votes: Floats, labels: Sequence[str], pitch: int) -> None:
    """What each unit speaks for and against, in two lines below it."""
    order = np.argsort(-votes, axis=0, kind="stable")
    for line, (title, which, colour) in enumerate(
        (("speaks for", order[:VOTES], BLUE), ("against", order[::-1][:VOTES], ORANGE))
    ):
        down = -5 - 22 * line  # points
        style: dict[str, Any] = {"textcoords": "offset points", "va": "top", "fontsize": 12, "color": colour}
        axes.annotate(title, (0, 0), (-4, down), "axes fraction", ha="right", **style)
        for place, column in enumerate(which.T):
            text, at = " ".join(labels[index] for index in column), ((place + 0.5) * pitch - 1, 0)
            axes.annotate(text, at, (0, down), axes.get_xaxis_transform(), ha="center", parse_math=False, **style)


def _explain(figure: Figure) -> None:
    """What the two colours mean."""
    from matplotlib.patches import Patch

    patches = [Patch(color=BLUE, label="ink here excites the unit"), Patch(color=ORANGE, label="ink here inhibits it")]
    figure.legend(handles=patches, loc="outside lower center", ncols=2, frameon=False, fontsize=12)


def _spread(epochs: Sequence[int], most: int) -> list[int]:
    """At most so many of them, the first and the last among them."""
    places = np.linspace(0, len(epochs) - 1, min(most, len(epochs))).round().astype(int)
    return [epochs[place] for place in places]


def _shades() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("ink", SHADES).with_extremes(bad="white")
