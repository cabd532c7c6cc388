"""Pictures for people: where a network errs, what its hidden units look for; by matplotlib, imported where used."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from charnet.measure import metrics
from charnet.system import files
from charnet.system.answer import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARK = "charnet"  # in the PNG files drawn here

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]


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
    file, marks = io.BytesIO(), PngInfo()
    marks.add_text("Software", MARK)
    Image.fromarray(picture).quantize(64).save(file, "PNG", pnginfo=marks)
    return file.getvalue()


def drawn_here(path: Path) -> bool:
    """Whether a file is a picture that `save` wrote, so that a new one may take its place."""
    with contextlib.suppress(OSError, ValueError, SyntaxError), Image.open(path) as image:
        return image.format == "PNG" and image.info.get("Software") == MARK
    return False


def save(figure: Figure, path: Path) -> None:
    """Write a figure as a small PNG file."""
    files.write_bytes(path, to_png(pixels(figure)))


def confusion_matrix(counts: Ints, labels: Sequence[str], total: int) -> Figure:
    """Counts (right label, read label) of `total` pictures -> a figure; its diagonal is pale, so mistakes stand out."""
    size = max(4.0, 0.26 * len(labels) + 1.5)
    figure = new_figure(size, size)
    axes = figure.subplots()
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = share * (1 - np.eye(len(labels)))
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(0.2, mistakes.max()))
    axes.set_xticks(range(len(labels)), labels, parse_math=False)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.tick_params(length=0, labeltop=True, labelsize=8)
    axes.set_xlabel("read as")
    axes.set_ylabel("is")
    axes.set_title(f"{counts.trace() / max(total, 1):.1%} of {total:,} right", fontsize=10)
    if len(labels) <= 40:
        for row, column in np.argwhere(counts):
            colour = "0.6" if row == column else "white" if mistakes[row, column] > 0.12 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=7, color=colour)
    for edge in axes.spines.values():
        edge.set_visible(False)
    return figure


def contact_sheet(pictures: Bytes, captions: Sequence[str], title: str, columns: int = 8) -> Figure:
    """Framed ink (n, height, width), 255 = ink, with a caption each -> a figure; none gives a sheet that says so."""
    count = len(pictures)
    rows = max(1, -(-count // columns))
    figure = new_figure(columns * 1.15, rows * 1.75 + 0.5)
    figure.suptitle(title, fontsize=10)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, picture, caption in zip(grid.flat, pictures, captions, strict=False):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=255)
        text = "\n".join(textwrap.wrap(printable(caption), 18))
        axes.set_title(text, fontsize=7, parse_math=False)  # a file's name may hold dollar signs
    return figure


def mistakes(pictures: Bytes, logits: Floats, targets: Ints, labels: Sequence[str]) -> Figure:
    """The 32 surest mistakes; framed ink (n, height, width), 255 = ink, logits (n, labels), targets (n,)."""
    read = metrics.read(logits)
    likelihood = 1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    wrong = np.flatnonzero(read != targets)
    worst = wrong[np.argsort(-likelihood[wrong], kind="stable")][:32]
    names = [*labels, "nothing"]  # read as -1, that is NaN
    captions = [f"{names[targets[i]]} read as {names[read[i]]} {likelihood[i]:.2f}" for i in worst]
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
