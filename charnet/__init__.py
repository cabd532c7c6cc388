"""A small handwriting recogniser: `charnet.load().rank("image.png")[:3]` gives its three best letters.

`charnet.load_text().read("note.jpg").text` is what someone wrote on a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from charnet.system import interrupt

interrupt.end_quietly()  # before what follows is imported

from charnet.networks.classify import Classifier, load  # noqa: E402
from charnet.networks.ranking import Ranking  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from charnet.networks.text import TextReader

__all__ = ["Classifier", "Ranking", "load", "load_text"]


def load_text(where: str | Path | None = None) -> TextReader:
    """Load a network that reads handwriting by its file, the folder or name of its run; None is the shipped `line`.

    Raises `FileNotFoundError` where there is no network, `ValueError` for one that can't be read.
    """
    from charnet.networks import text  # here, since whoever reads letters needs none of it

    return text.load(where)
