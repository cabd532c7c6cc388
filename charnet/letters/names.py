"""What a letter's file name says: who wrote it, and how.

A file of a known writer is named `<writer>-<n>.png`, or `<writer>-<n>.<style>.png` where the style of writing is known
too: `kai-yslee-0001.printed.png`. A drawing of one's own is `<n>.png`.
"""

from __future__ import annotations

import os
from pathlib import Path

STYLES = ("printed", "cursive", "mixed")


def writer_of(path: str | os.PathLike[str]) -> str:
    """The writer in a file's name: all before the last "-"; "" where there is none.

    Samples without a writer come from the drawing page, most often from one hand, so a split by writer must
    treat all of them as one writer: spreading them would claim that unknown hands are strangers to each other.
    """
    return Path(path).name.rpartition("-")[0]


def style_of(path: str | os.PathLike[str]) -> str:
    """How a letter was written, by its file's name: one of STYLES, or "" where nobody said."""
    style = Path(Path(path).stem).suffix[1:]
    return style if style in STYLES else ""
