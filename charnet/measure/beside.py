"""Pictures beside the framed ink and the answers that a network made of them, to see why an answer is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from charnet.measure import figures, reading
from charnet.networks.classify import Classifier
from charnet.pictures import images
from charnet.system.answer import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_PICTURES = 48
COLUMNS = 4
TOP = 3  # answers beside each picture
SIDE = 200  # pixels of a picture's longer side as it is drawn
REMARK = "#9a3412"  # colour of doubts and errors


def check(path: Path, option: str = "--show") -> None:
    """Raise `ValueError` unless `draw` may write here: a PNG file in an existing folder, over no user's file."""
    if path.suffix.lower() != ".png":
        raise ValueError(f"{option}: {path} must be a PNG file, as in {option} seen.png")
    if not path.parent.is_dir():
        raise ValueError(f"{option}: {path.parent}: no such folder; make it first, or name another")
    if path.exists() and not figures.drawn_here(path):
        raise ValueError(f"{option}: {path} exists and was not drawn by charnet; name another file")


def draw(path: Path, network: Classifier, given: Sequence[tuple[str, images.Source]]) -> None:
    """Draw pictures, given by name and source, beside their framed ink and the first answers, into a PNG file."""
    columns = max(1, min(COLUMNS, len(given)))
    rows = max(1, -(-len(given) // columns))
    figure = figures.new_figure(3.3 * max(columns, 2), 1.75 * rows + 0.4)
    figure.suptitle(f"pictures, what the network {printable(network.name)} saw, and its answers", fontsize=11)
    grid: Any = figure.subplots(rows, 3 * columns, squeeze=False, width_ratios=[1.2, 0.75, 1.1] * columns)
    for axes in grid.flat:
        axes.axis("off")
    for index, (name, source) in enumerate(given):
        row, column = divmod(index, columns)
        _draw_one(grid[row, 3 * column : 3 * column + 3], name, source, network)
    figures.save(figure, path, colours=0)  # fewer would make the remarks as grey as the photos


def _draw_one(axes: Sequence[Axes], name: str, source: images.Source, network: Classifier) -> None:
    picture, framed, answers = axes
    picture.set(xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal")  # all at one scale
    picture.set_title(_shorten(printable(name)), fontsize=8, loc="left", parse_math=False)
    try:
        grey = images.decode(source)
        small = np.asarray(ImageOps.contain(Image.fromarray(grey), (SIDE, SIDE)))
        picture.imshow(small, cmap="gray", vmin=0, vmax=255, extent=(0, small.shape[1], small.shape[0], 0))
        picture.set(xlim=(0, SIDE), ylim=(SIDE, 0))  # which imshow changed
        found = images.look(source, network.spec)
    except (ValueError, OSError) as error:
        where = framed if picture.images else picture  # beside a picture that is blank, in place of one that is none
        text = _wrap(printable(reading.problem(name, error)), 26)
        where.text(0, 1, text, fontsize=9, va="top", color=REMARK, parse_math=False, transform=where.transAxes)
        return
    framed.imshow(found.framed, cmap="gray_r", vmin=0, vmax=1)
    framed.set_title(f"{network.spec.width} x {network.spec.height}", fontsize=8, color="0.35")
    likelihoods = network.likelihoods(found.framed[None])
    answers.set(xlim=(0, 1), ylim=(4, 0))
    for line, (label, value) in enumerate(network.ranking(likelihoods[0])[:TOP]):
        colour, weight = ("#1f5f99", "bold") if not line else ("0.6", "normal")
        answers.barh(line + 0.75, 0.5 * value, 0.14, color=colour, left=0.1)
        text = f"{printable(label)}  {value:.0%}"
        answers.text(0.1, line + 0.45, text, fontsize=10, weight=weight, va="center", parse_math=False)
    if doubt := found.note or network.doubts(likelihoods)[0]:
        remark = _wrap(f"? {doubt}", 18)
        answers.text(0.1, 3.2, remark, fontsize=9, va="top", color=REMARK, parse_math=False)


def _shorten(name: str, length: int = 20) -> str:
    """The end of a path, from a folder on where one fits."""
    if len(name) <= length:
        return name
    end = name[-length:]
    _, slash, whole = end.partition("/")
    return f"…/{whole}" if slash else f"…{end[1:]}"


def _wrap(text: str, width: int = 20) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)[:6])
