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
    figure = figures.new_figure(3.1 * max(columns, 2), 1.75 * rows + 0.4)
    figure.suptitle(f"the picture, what {printable(network.name)} saw of it, and what it reads", fontsize=11)
    grid: Any = figure.subplots(rows, 3 * columns, squeeze=False, width_ratios=[1.25, 0.75, 0.9] * columns)
    for axes in grid.flat:
        axes.axis("off")
    for index, (name, source) in enumerate(given):
        row, column = divmod(index, columns)
        _draw_one(grid[row, 3 * column : 3 * column + 3], name, source, network)
    figures.save(figure, path)


def _draw_one(axes: Sequence[Axes], name: str, source: images.Source, network: Classifier) -> None:
    picture, framed, answers = axes
    picture.set_title(_shorten(printable(name)), fontsize=7, loc="left", parse_math=False)
    try:
        grey = images.decode(source)
        small = ImageOps.contain(Image.fromarray(grey), (SIDE, SIDE))
        picture.imshow(np.asarray(small), cmap="gray", vmin=0, vmax=255)
        picture.set(xlim=(0, SIDE), ylim=(SIDE, 0))  # all at one scale
        found = images.look(source, network.spec)
    except (ValueError, OSError) as error:
        answers.text(0, 0.5, _wrap(printable(reading.problem(name, error))), fontsize=7, va="center", parse_math=False)
        return
    framed.imshow(found.framed, cmap="gray_r", vmin=0, vmax=1)
    framed.set_title(f"{network.spec.width} x {network.spec.height}", fontsize=6, color="0.5")
    likelihoods = network.likelihoods(found.framed[None])
    for line, (label, value) in enumerate(network.ranking(likelihoods[0])[:TOP]):
        text = f"{printable(label)}  {value:.3f}"
        answers.text(0, 0.85 - 0.24 * line, text, fontsize=(12, 9, 9)[line], va="center", parse_math=False)
    if doubt := found.note or network.doubts(likelihoods)[0]:
        remark = _wrap(f"? {doubt}", 16)
        answers.text(0, 0.12, remark, fontsize=8, va="center", color="#b3541e", parse_math=False)


def _shorten(name: str, length: int = 26) -> str:
    return name if len(name) <= length else "..." + name[3 - length :]


def _wrap(text: str, width: int = 20) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)[:6])
