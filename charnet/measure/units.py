"""What the hidden units look for and how that forms: their input weights as pictures, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from charnet.measure.figures import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]

BLUE, ORANGE = "#0b5394", "#b45f06"  # told apart by the colour-blind too
SHADES = ["#662f00", ORANGE, "#eb9a3a", "#fbd8a8", "#f6f6f6", "#b3d4ee", "#4f9bd3", BLUE, "#052c52"]
ACROSS = 20  # units beside one another
SHOWN = 100  # units that a picture has at most
ROWS = 6, 4, 3  # epochs in a picture of one row of units, of two, of more
FULL = 0.97  # share of a unit's weights that its scale spans; the few beyond are as dark as it goes
VOTES = 3  # labels that are named as what a unit speaks for, and against
UNIT = 0.68  # inches from one unit to the next


def seen(epochs: int) -> list[int]:
    """The epochs of a training that show its units form; 0 is the start. Most of it happens early."""
    return sorted({0, *(round(epochs * share) for share in (0.01, 0.03, 0.1, 0.3)), epochs})


def sheet(weights: Floats, scale: int = 8) -> Bytes:
    """Input weights (units, height, width) -> a picture (rows, columns, 3) of the units, each on its own scale."""
    shown = _scaled(weights[:SHOWN], weights[:SHOWN])
    across = min(len(shown), ACROSS // 2)
    mosaic = _mosaic([shown[start : start + across] for start in range(0, len(shown), across)], across)
    coloured = _shades()(np.ma.masked_invalid(mosaic / 2 + 0.5), bytes=True)[..., :3]
    return np.ascontiguousarray(coloured.repeat(scale, axis=0).repeat(scale, axis=1))


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
        rows = [_scaled(history[epoch], history[epochs[-1]])[start : columns.stop] for epoch in epochs]
        axes.imshow(_mosaic(rows, across), cmap=_shades(), vmin=-1, vmax=1, interpolation="nearest")
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


def _scaled(weights: Floats, last: Floats) -> Floats:
    """Weights (units, height, width) as shares of each unit's large ones in `last`, from -1 to 1."""
    large = np.quantile(np.abs(last), FULL, axis=(1, 2), keepdims=True)
    scaled: Floats = np.clip(weights / np.where(large > 0, large, 1), -1, 1)
    return scaled


def _mosaic(rows: Sequence[Floats], across: int) -> Floats:
    """Rows of pictures (n, height, width), n up to `across`, with lines of NaN between -> (rows, columns)."""
    _, height, width = rows[0].shape
    mosaic = np.full((len(rows) * (height + 1) - 1, across * (width + 1) - 1), np.nan)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            top, left = row * (height + 1), column * (width + 1)
            mosaic[top : top + height, left : left + width] = picture
    return mosaic


def _shades() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("ink", SHADES).with_extremes(bad="white")
