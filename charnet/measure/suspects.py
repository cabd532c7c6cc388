"""The result of an audit for people: a numbered list, and a contact sheet with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from charnet.letters.shortlist import Suspect
from charnet.measure import figures
from charnet.system.answer import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def describe(found: Sequence[Suspect], total: int) -> list[str]:
    """A heading, then a line for each suspect."""
    heading = (
        f"{len(found):,} of {total:,} pictures listed, worst first; {_probable(found)}: "
        "number, score of the label, label, read as, file"
    )
    return [heading] + [
        f"{number:5}  {'probable' if row['probable'] else '':8}  {row['score']:.4f}  "
        f"{row['label']} -> {row['suggested']}  {printable(row['path'])}"
        for number, row in enumerate(found, 1)
    ]


def sheet(found: Sequence[Suspect], pictures: npt.NDArray[np.uint8]) -> Figure:
    """The contact sheet of these suspects and their framed ink (n, height, width), 255 = ink."""
    captions = [
        f"{number}{' probable' if row['probable'] else ''}: {'/'.join(Path(row['path']).parts[-2:])} "
        f"{row['suggested']}? {row['score']:.3f}"
        for number, row in enumerate(found, 1)
    ]
    title = f"the {len(found)} worst, {_probable(found)}" if found else "no suspects"
    return figures.contact_sheet(pictures, captions, title)


def _probable(found: Sequence[Suspect]) -> str:
    count = sum(row["probable"] for row in found)
    return f"{count:,} probably mislabelled" if count else "none probably mislabelled"
