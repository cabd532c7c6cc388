"""Fonts for labels in any script: matplotlib's own, and where it lacks a character another one that is installed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from charnet.system.answer import note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

USUAL = ("DejaVu Sans", "DejaVu Sans Mono")  # come with matplotlib
NAMED = 10  # characters that a note names

_told: set[str] = set()  # characters that a note has named


def apply(figure: Figure) -> None:
    """Have all texts of a figure drawn in fonts that have their characters.

    A character that no font has is named by its number, U+3042, which a note tells once.
    """
    from matplotlib.text import Text

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            names = [tick.label1.get_text() for tick in axis.get_major_ticks()]
            if lacking("".join(names)):
                axis.set_ticklabels(legible(names))  # they come from here whenever the figure is drawn
    for text in figure.findobj(Text):
        written = text.get_text()
        if lacking(written):
            text.set_text(*legible([written]))
        if families := others(written):
            text.set_fontfamily([*text.get_fontfamily(), *families])


def others(text: str) -> list[str]:
    """The fonts in which the characters of a text are found that are not on every keyboard."""
    families = [_family(character) for character in text if not character.isascii()]
    return list(dict.fromkeys(family for family in families if family))


def lacking(text: str) -> str:
    """The characters of a text that no font has."""
    return "".join(dict.fromkeys(c for c in text if not (c.isascii() or c.isspace()) and _family(c) is None))


def legible(texts: Sequence[str]) -> list[str]:
    """Texts with the characters that no font has named by their numbers."""
    _tell(lacking("".join(texts)))
    return [_legible(text) for text in texts]


def _legible(text: str) -> str:
    return "".join(f"U+{ord(c):04X}" if lacking(c) else c for c in text)


def _tell(characters: str) -> None:
    if new := [character for character in characters if character not in _told]:
        _told.update(new)
        numbers = " ".join(map(_legible, new[:NAMED])) + (" ..." if len(new) > NAMED else "")
        note(f"no font here has these characters, so their numbers are printed instead: {numbers}")


@functools.cache
def _family(character: str) -> str | None:
    """The first font that has a character: a usual one, or any other installed; None where none has it."""
    return next((family for family, characters in _fonts() if ord(character) in characters), None)


@functools.cache
def _installed() -> list[tuple[str, str]]:
    """Family and file of every font, the usual ones first, one file a family."""
    from matplotlib.font_manager import fontManager

    real = [font for font in fontManager.ttflist if "last resort" not in font.name.lower()]  # has boxes for everything
    upright = [font for font in real if font.style == "normal"]
    regular = sorted(upright, key=lambda font: abs(int(font.weight) - 400) if str(font.weight).isdecimal() else 0)
    files = {font.name: font.fname for font in reversed(regular)}
    return sorted(files.items(), key=lambda item: (USUAL.index(item[0]) if item[0] in USUAL else len(USUAL), item[0]))


def _fonts() -> Iterable[tuple[str, frozenset[int]]]:
    """Family and characters of every font, each read when it is asked for."""
    return ((family, _characters(file)) for family, file in _installed())


@functools.cache
def _characters(file: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    with suppress(OSError, RuntimeError):  # uninstalled since, or none that matplotlib can read
        return frozenset(FT2Font(file).get_charmap())
    return frozenset()
