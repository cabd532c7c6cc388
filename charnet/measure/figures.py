"""Pictures that show where a network errs, by matplotlib, which is imported only where it is used."""

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

from charnet.measure import fonts, metrics
from charnet.measure.metrics import Floats, Ints
from charnet.pictures import images
from charnet.system import files
from charnet.system.answer import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SOFTWARE = "charnet"  # stands in the PNG files drawn here, by which `drawn_here` knows them
CELL = 0.27  # inches of a confusion matrix's cell
LARGEST = 80  # labels of a confusion matrix; of more labels it shows
MOST_MISTAKEN = 40  # that are mistaken, or taken for others, most often
NUMBERED = 40  # labels up to which its cells hold their numbers


def new_figure(width: float, height: float) -> Figure:
    """A new figure, width and height in inches, that draws into memory without a window or pyplot's global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def pixels(figure: Figure) -> npt.NDArray[np.uint8]:
    """A figure -> its picture (rows, columns, 3)."""
    if figure.stale:  # otherwise it was drawn already, which takes half a second
        fonts.apply(figure)
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]


def to_png(picture: npt.NDArray[np.uint8], colours: int = 64) -> bytes:
    """A picture (rows, columns, 3) -> a PNG file's bytes, kept small by fewer colours; with 0 it keeps all of them."""
    file, image, marks = io.BytesIO(), Image.fromarray(picture), PngInfo()
    marks.add_text("Software", SOFTWARE)
    (image.quantize(colours) if colours else image).save(file, "PNG", pnginfo=marks)
    return file.getvalue()


def drawn_here(path: Path) -> bool:
    """Whether a file is a picture that `save` wrote, so that a new one may replace it."""
    with contextlib.suppress(OSError, ValueError), images.opened(path) as image:
        return image.format == "PNG" and image.info.get("Software") == SOFTWARE
    return False


def save(figure: Figure, path: Path, colours: int = 64) -> None:
    """Write a figure as a small PNG file."""
    files.write_bytes(path, to_png(pixels(figure), colours))


def confusion_matrix(counts: Ints, labels: Sequence[str], total: int, subset: str = "") -> Figure:
    """Counts (right label, read label) of `total` pictures -> a figure: what is right in blue, mistakes in red.

    Each row is coloured by its shares. The name of the `subset` (validation, test) stands in the title. Of more than
    `LARGEST` labels only the `MOST_MISTAKEN` are shown.
    """
    title = f"{_prefix(subset)}{counts.trace() / max(total, 1):.1%} of {total:,} right"
    row_totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    if len(labels) > LARGEST:
        mistaken = counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal()
        shown = np.sort(np.argsort(-mistaken, kind="stable")[:MOST_MISTAKEN])
        title += f"\nthe {MOST_MISTAKEN} of {len(labels):,} labels most often mistaken"
        counts, labels, row_totals = counts[np.ix_(shown, shown)], [labels[index] for index in shown], row_totals[shown]
    size = max(4.0, CELL * len(labels) + 1.3)
    figure = new_figure(size, size)
    axes = figure.subplots()
    shares = counts / row_totals
    right = np.eye(len(labels), dtype=bool)
    mistakes = np.where(right, 0, shares)
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(0.2, mistakes.max()))
    axes.imshow(np.ma.masked_array(shares, ~right), cmap="Blues", vmin=0, vmax=2.5)  # pale, so that mistakes stand out
    long = max(map(len, labels)) > 1
    axes.set_xticks(range(len(labels)), labels, parse_math=False, rotation=90 if long else 0)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.tick_params(length=0, labeltop=not long, labelsize=10 if long else 14)
    axes.set_xlabel("read as", fontsize=14)
    axes.set_ylabel("is", fontsize=14)
    axes.set_title(title, fontsize=16 if size > 6 else 12)
    if len(labels) <= NUMBERED:
        # The digits fill their cells, since TensorBoard shows the figure at less than half its size.
        for row, column in np.argwhere(counts):
            colour = "0.35" if row == column else "white" if mistakes[row, column] > 0.12 else "black"
            weight = "normal" if row == column else "bold"
            text = f"{counts[row, column]}"
            points = min(15.0, 72 * CELL * 1.5 / len(text))  # a digit is two thirds as wide as high
            axes.text(column, row, text, ha="center", va="center", fontsize=points, color=colour, weight=weight)
    for edge in axes.spines.values():
        edge.set_visible(False)
    return figure


def contact_sheet(pictures: npt.NDArray[np.uint8], captions: Sequence[str], title: str, columns: int = 8) -> Figure:
    """Framed ink (n, height, width), 255 = ink, and a caption for each -> a figure of them all below the title."""
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
    pictures: npt.NDArray[np.uint8],
    logits: Floats,
    targets: Ints,
    labels: Sequence[str],
    paths: Sequence[Path],
    subset: str = "",
) -> Figure:
    """A contact sheet of the 32 most confident mistakes, with their files' names and the `subset` in the title.

    Pictures are framed ink (n, height, width), 255 = ink; logits (n, labels), targets (n,).
    """
    predicted = metrics.predictions(logits)
    likelihood = 1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    wrong = np.flatnonzero(predicted != targets)
    worst = wrong[np.argsort(-likelihood[wrong], kind="stable")][:32]
    names = [*labels, "nothing"]  # the last is predicted by index -1, for NaN
    files_of = [printable("/".join(paths[i].parts[-2:])) for i in worst]  # folder and name
    answers = [f"{names[targets[i]]} read as {names[predicted[i]]} {likelihood[i]:.2f}" for i in worst]
    captions = [f"{file}\n{answer}" for file, answer in zip(files_of, answers, strict=True)]
    title = f"{len(wrong):,} of {len(targets):,} read wrong; the surest {len(worst)}" if len(wrong) else "no mistakes"
    return contact_sheet(pictures[worst], captions, _prefix(subset) + title)


def _prefix(subset: str) -> str:
    return f"{subset}: " if subset else ""
