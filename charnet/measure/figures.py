"""Pictures for people: where a network errs; by matplotlib, imported where used."""

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
from charnet.pictures import images
from charnet.system import files
from charnet.system.answer import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARK = "charnet"  # in the PNG files drawn here
CELL = 0.27  # inches of a confusion matrix's cell
LARGEST = 40.0  # inches of a confusion matrix; more labels get smaller cells
NAMED = 150  # labels that are named beside it, at most

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
    if figure.stale:  # else it was drawn, which takes half a second
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]


def to_png(picture: npt.NDArray[np.uint8], colours: int = 64) -> bytes:
    """A picture (rows, columns, 3) -> a PNG file's bytes, of few colours to keep it small; of all it has for 0."""
    file, image, marks = io.BytesIO(), Image.fromarray(picture), PngInfo()
    marks.add_text("Software", MARK)
    (image.quantize(colours) if colours else image).save(file, "PNG", pnginfo=marks)
    return file.getvalue()


def drawn_here(path: Path) -> bool:
    """Whether a file is a picture that `save` wrote, so that a new one may take its place."""
    with contextlib.suppress(OSError, ValueError), images.opened(path) as image:
        return image.format == "PNG" and image.info.get("Software") == MARK
    return False


def save(figure: Figure, path: Path, colours: int = 64) -> None:
    """Write a figure as a small PNG file."""
    files.write_bytes(path, to_png(pixels(figure), colours))


def confusion_matrix(counts: Ints, labels: Sequence[str], total: int, what: str = "") -> Figure:
    """Counts (right label, read label) of `total` pictures -> a figure; its diagonal is pale, so mistakes stand out.

    `what` the pictures are for (validation, test) stands in its title. The digits fill their cells, since TensorBoard
    shows it at less than half its size.
    """
    size = min(LARGEST, max(4.0, CELL * len(labels) + 1.3))
    figure = new_figure(size, size)
    axes = figure.subplots()
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = share * (1 - np.eye(len(labels)))
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(0.2, mistakes.max()))
    long = max(map(len, labels)) > 1
    shown = slice(None, None, -(-len(labels) // NAMED))
    axes.set_xticks(range(len(labels))[shown], labels[shown], parse_math=False, rotation=90 if long else 0)
    axes.set_yticks(range(len(labels))[shown], labels[shown], parse_math=False)
    axes.tick_params(length=0, labeltop=not long, labelsize=10 if long else 14)
    axes.set_xlabel("read as", fontsize=14)
    axes.set_ylabel("is", fontsize=14)
    title = f"{_prefix(what)}{counts.trace() / max(total, 1):.1%} of {total:,} right"
    axes.set_title(title, fontsize=16 if size > 6 else 12)
    if len(labels) <= 40:
        for row, column in np.argwhere(counts):
            colour = "0.45" if row == column else "white" if mistakes[row, column] > 0.12 else "black"
            weight = "normal" if row == column else "bold"
            text = f"{counts[row, column]}"
            points = min(15.0, 72 * CELL * 1.5 / len(text))  # a digit is two thirds as wide as high
            axes.text(column, row, text, ha="center", va="center", fontsize=points, color=colour, weight=weight)
    for edge in axes.spines.values():
        edge.set_visible(False)
    return figure


def contact_sheet(pictures: Bytes, captions: Sequence[str], title: str, columns: int = 8) -> Figure:
    """Framed ink (n, height, width), 255 = ink, with a caption each -> a figure; none gives a sheet that says so."""
    count = len(pictures)
    rows = max(1, -(-count // columns))
    figure = new_figure(columns * 1.3, rows * 2.1 + 0.5)
    figure.suptitle(title, fontsize=12)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, picture, caption in zip(grid.flat, pictures, captions, strict=False):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=255)
        text = "\n".join(part for line in caption.split("\n") for part in textwrap.wrap(printable(line), 20))
        axes.set_title(text, fontsize=8, parse_math=False)  # a file's name may hold dollar signs
    return figure


def mistakes(
    pictures: Bytes, logits: Floats, targets: Ints, labels: Sequence[str], paths: Sequence[Path], what: str = ""
) -> Figure:
    """The 32 surest mistakes under the names of their files, with `what` the pictures are for in the title.

    Framed ink (n, height, width), 255 = ink, logits (n, labels), targets (n,).
    """
    read = metrics.read(logits)
    likelihood = 1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    wrong = np.flatnonzero(read != targets)
    worst = wrong[np.argsort(-likelihood[wrong], kind="stable")][:32]
    names = [*labels, "nothing"]  # read as -1, that is NaN
    files_of = [printable("/".join(paths[i].parts[-2:])) for i in worst]  # folder and name
    answers = [f"{names[targets[i]]} read as {names[read[i]]} {likelihood[i]:.2f}" for i in worst]
    captions = [f"{file}\n{answer}" for file, answer in zip(files_of, answers, strict=True)]
    title = f"{len(wrong):,} of {len(targets):,} read wrong; the surest {len(worst)}" if len(wrong) else "no mistakes"
    return contact_sheet(pictures[worst], captions, _prefix(what) + title)


def _prefix(what: str) -> str:
    return f"{what}: " if what else ""
