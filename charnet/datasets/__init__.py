"""Importers that turn public collections into letter folders, and the names that they give to samples.

An imported sample is named `<writer>-<n>.png`, or `<writer>-<n>.<style>.png` where the style of writing is known:
`kai-yslee-0001.printed.png`. A drawing of one's own is `<n>.png`: its writer is not named.
"""

from __future__ import annotations

import os
from pathlib import Path

STYLES = ("printed", "cursive", "mixed")


def writer_of(path: str | os.PathLike[str]) -> str:
    """The writer in a sample's file name: all before the last "-"; "" where there is none.

    Samples without a writer come from the drawing page, most often from one hand, so a split by writer must
    treat all of them as one writer: spreading them would claim that unknown hands are strangers to each other.
    """
    return Path(path).name.rpartition("-")[0]


def style_of(path: str | os.PathLike[str]) -> str:
    """How a sample was written, by its file name: one of STYLES, or "" where the collection doesn't say."""
    style = Path(Path(path).stem).suffix[1:]
    return style if style in STYLES else ""
