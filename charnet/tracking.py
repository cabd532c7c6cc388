"""What a run shows of itself: TensorBoard events, metric names, and two pictures for people.

matplotlib and TensorBoard are imported where they are used; neither is needed to train.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRAIN_LOSS = "loss/train"
TRAIN_ACCURACY = "accuracy/train"
VALIDATION_LOSS = "loss/validation"
VALIDATION_ACCURACY = "accuracy/validation"
LEARNING_RATE = "learning rate"
SPEED = "pictures a second"
CONFUSION = "confusion"
MISTAKES = "most confident mistakes"
HIDDEN_UNITS = "hidden units"
RESULT = "result/accuracy"  # beside the hyper-parameters

Floats = npt.NDArray[np.floating]


class Tracker:
    """Writes a run's TensorBoard events into its folder. `from_step` drops what a broken-off run wrote beyond it."""

    def __init__(self, folder: Path, from_step: int | None = None) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=from_step)

    def scalars(self, values: Mapping[str, float], epoch: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, epoch)

    def picture(self, name: str, picture: npt.NDArray[np.uint8]) -> None:
        """A picture (rows, columns, 3)."""
        self._writer.add_image(name, picture, dataformats="HWC")

    def hyper_parameters(self, settings: Mapping[str, str | float | int | bool], result: float) -> None:
        # The run name "." keeps them in this run; without it TensorBoard shows a second one.
        self._writer.add_hparams(dict(settings), {RESULT: result}, run_name=".")

    def close(self) -> None:
        self._writer.close()


def new_figure(width: float, height: float) -> Figure:
    """A figure in inches that draws into memory: no window system, no global state as with pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def pixels(figure: Figure) -> npt.NDArray[np.uint8]:
    """A figure -> its picture (rows, columns, 3)."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]


def to_png(picture: npt.NDArray[np.uint8]) -> bytes:
    """A picture (rows, columns, 3) -> a PNG file's bytes, of 64 colours to keep it small."""
    file = io.BytesIO()
    Image.fromarray(picture).quantize(64).save(file, "PNG")
    return file.getvalue()


def confusion_matrix(counts: npt.NDArray[np.int64], labels: Sequence[str]) -> Figure:
    """Counts (right label, read label) -> a figure; the diagonal is pale so that the mistakes stand out."""
    size = max(4.0, 0.26 * len(labels) + 1.5)
    figure = new_figure(size, size)
    axes = figure.subplots()
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = share * (1 - np.eye(len(labels)))
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(0.2, mistakes.max()))
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0, labeltop=True, labelsize=8)
    axes.set_xlabel("read as")
    axes.set_ylabel("is")
    right = counts.trace() / max(counts.sum(), 1)
    axes.set_title(f"{right:.1%} of {counts.sum():,} right", fontsize=10)
    if len(labels) <= 40:
        for row, column in np.argwhere(counts):
            colour = "0.6" if row == column else "white" if mistakes[row, column] > 0.12 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=7, color=colour)
    for edge in axes.spines.values():
        edge.set_visible(False)
    return figure


def contact_sheet(pictures: Floats, captions: Sequence[str], title: str, columns: int = 8) -> Figure:
    """Framed ink (n, height, width) with a caption each -> a figure; none gives a sheet that says so."""
    count = len(pictures)
    rows = max(1, -(-count // columns))
    figure = new_figure(columns * 1.15, rows * 1.75 + 0.5)
    figure.suptitle(title, fontsize=10)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, picture, caption in zip(grid.flat, pictures, captions, strict=False):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title("\n".join(textwrap.wrap(caption, 18)), fontsize=7)
    return figure


def mistakes(pictures: Floats, logits: Floats, targets: npt.NDArray[np.int64], labels: Sequence[str]) -> Figure:
    """The 32 surest mistakes: framed ink (n, height, width), logits (n, labels), targets (n,) -> a figure."""
    read = logits.argmax(axis=1)
    likelihood = 1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    wrong = np.flatnonzero(read != targets)
    worst = wrong[np.argsort(-likelihood[wrong], kind="stable")][:32]
    captions = [f"{labels[targets[i]]} read as {labels[read[i]]} {likelihood[i]:.2f}" for i in worst]
    title = f"{len(wrong):,} of {len(targets):,} read wrong; the surest {len(worst)}" if len(wrong) else "no mistakes"
    return contact_sheet(pictures[worst], captions, title)


def units(pictures: Floats) -> Figure:
    """Input weights (units, height, width) -> a figure, one picture a unit: blue speaks for ink there, red against."""
    shown = pictures[:100]
    columns = 10
    rows = -(-len(shown) // columns)
    figure = new_figure(columns * 0.7, rows * 1.05)
    limit = float(np.abs(shown).max()) or 1.0
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, picture in zip(grid.flat, shown, strict=False):
        axes.imshow(picture, cmap="RdBu", vmin=-limit, vmax=limit)
    return figure
