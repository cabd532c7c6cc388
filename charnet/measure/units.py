"""What the hidden units look for, and how that forms during training: their input weights as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from charnet.measure.figures import new_figure
from charnet.measure.metrics import Floats
from charnet.networks.display import BLUE, ORANGE, SHADES, SHOWN, scaled, tiled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 20  # units in a row
EPOCHS = 6, 4, 3  # epochs that are shown for units in one row, in two rows, in more
VOTES = 3  # labels that are named as those that a unit speaks for, and against
UNIT = 0.68  # inches from one unit to the next


def epochs_to_show(epochs: int) -> list[int]:
    """The epochs of a training that show best how its units form, which mostly happens early; 0 is the start."""
    return sorted({0, *(round(epochs * fraction) for fraction in (0.01, 0.03, 0.1, 0.3)), epochs})


def film(history: Mapping[int, Floats], votes: Floats, labels: Sequence[str]) -> Figure:
    """How the units formed: a row for each epoch, a column for each unit.

    `history` maps epochs, in order, to the input weights (units, height, width) after them; the last are the network's.
    All epochs of a unit are scaled by its last weights. Below each unit stand the labels that it speaks for when it is
    excited, and those that it speaks against, by the output weights `votes` (labels, units).
    """
    units, height, width = next(iter(history.values())).shape
    shown, columns = min(units, SHOWN), min(units, COLUMNS)
    bands = -(-shown // columns)  # rows of units
    epochs = _spread(list(history), EPOCHS[min(bands, len(EPOCHS)) - 1])
    weight = UNIT / (width + 1)  # inches
    high = bands * (len(epochs) * (height + 1) * weight + 1.05) + 1.0
    figure = new_figure(max(columns * UNIT + 1.7, 6.6), high)
    count = f"the {units} hidden units" if shown == units else f"the first {shown} of {units:,} hidden units"
    figure.suptitle(f"What {count} look for, and how that forms", fontsize=15)
    for axes, start in zip(figure.subplots(bands, 1, squeeze=False).flat, range(0, shown, columns), strict=True):
        band = range(start, min(start + columns, shown))
        rows = [scaled(history[epoch], history[epochs[-1]])[start : band.stop] for epoch in epochs]
        axes.imshow(tiled(rows, columns), cmap=_shades(), vmin=-1, vmax=1, interpolation="nearest")
        _name(axes, band, epochs, (height + 1, width + 1))
        _vote(axes, votes[:, start : band.stop], labels, width + 1)
    _explain(figure)
    return figure


def _name(axes: Axes, units: range, epochs: Sequence[int], pitch: tuple[int, int]) -> None:
    """Write the units' numbers above them and the epochs at the left."""
    names = ["start" if epoch == 0 else f"epoch {epoch:,}" for epoch in epochs]
    axes.set_yticks([(row + 0.5) * pitch[0] - 1 for row in range(len(epochs))], names, fontsize=12)
    axes.set_xticks([(column + 0.5) * pitch[1] - 1 for column in range(len(units))], [str(unit + 1) for unit in units])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.tick_params(axis="x", labelsize=11, labelcolor="0.45")
    for edge in axes.spines.values():
        edge.set_visible(False)


def _vote(axes: Axes, votes: Floats, labels: Sequence[str], pitch: int) -> None:
    """Write the labels that each unit speaks for and against, in two lines below it."""
    order = np.argsort(-votes, axis=0, kind="stable")
    for line, (title, which, colour) in enumerate(
        (("speaks for", order[:VOTES], BLUE), ("against", order[::-1][:VOTES], ORANGE))
    ):
        down = -5 - 22 * line  # points
        style: dict[str, Any] = {"textcoords": "offset points", "va": "top", "fontsize": 12, "color": colour}
        axes.annotate(title, (0, 0), (-4, down), "axes fraction", ha="right", **style)
        for column, indices in enumerate(which.T):
            text, at = " ".join(labels[index] for index in indices), ((column + 0.5) * pitch - 1, 0)
            axes.annotate(text, at, (0, down), axes.get_xaxis_transform(), ha="center", parse_math=False, **style)


def _explain(figure: Figure) -> None:
    """Write what the two colours mean."""
    from matplotlib.patches import Patch

    patches = [Patch(color=BLUE, label="ink here excites the unit"), Patch(color=ORANGE, label="ink here inhibits it")]
    figure.legend(handles=patches, loc="outside lower center", ncols=2, frameon=False, fontsize=12)


def _spread(epochs: Sequence[int], count: int) -> list[int]:
    """Up to `count` of the epochs, evenly spread, with the first and the last."""
    indices = np.linspace(0, len(epochs) - 1, min(count, len(epochs))).round().astype(int)
    return [epochs[index] for index in indices]


def _shades() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("ink", SHADES).with_extremes(bad="white")
