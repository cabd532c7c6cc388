"""Words and letters as someone wrote them, at one size, and what is put together from several of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from charnet.pictures import Array

SMALL_LETTER = 11  # rows that it is high, about, in the network's pictures

ASCENDING, DESCENDING = frozenset("bdfhklt"), frozenset("gjpqy")
# Where signs stand, in heights of a small letter above the line: lower and upper edge.
SIGNS = {
    ".": (0, 0.15), ",": (-0.35, 0.15), ";": (-0.35, 0.8), ":": (0, 0.8), "'": (1.2, 1.8), '"': (1.2, 1.8),
    "-": (0.4, 0.6), "+": (0, 1), "=": (0.3, 0.8), "*": (0.6, 1.5), "@": (-0.2, 1.5), "(": (-0.4, 1.8),
    ")": (-0.4, 1.8), "/": (-0.2, 1.8),
}  # fmt: skip
FLAT = {"-": 0.8, ".": 0.15}  # widths of those whose height says nothing

KINDS = ("word", "digit", "capital", "letter", "sign")


@dataclass(slots=True)
class WordSample:
    """A word or a letter as someone wrote it: its strokes in heights of a small letter, the line at y = 0, y down."""

    text: str
    writer: int
    strokes: list[Array]
    width: float
    ink: Array | None = None  # of a picture (HEIGHT, columns), where there are no strokes

    @classmethod
    def of(
        cls, text: str, writer: int, strokes: Sequence[npt.ArrayLike] | None, ink: Array | None = None
    ) -> WordSample:
        """Strokes of any size -> the same in heights of a small letter, as far as the text and their extent tell."""
        if strokes is None:
            assert ink is not None
            return cls(text, writer, [], ink.shape[1] / SMALL_LETTER, ink)
        points = [array[:, :2] for stroke in strokes if len(array := np.asarray(stroke, np.float32))]
        together = np.concatenate(points)
        low, high = together.min(axis=0), together.max(axis=0)
        bottom, top = extent(text)
        scale = (top - bottom) / max(float(high[1] - low[1]), 1e-6)
        if text in FLAT:
            scale = FLAT[text] / max(float((high - low).max()), 1e-6)
        origin = np.array([low[0], high[1] + bottom / scale], np.float32)
        return cls(text, writer, [(stroke - origin) * scale for stroke in points], float(high[0] - low[0]) * scale)


def extent(text: str) -> tuple[float, float]:
    """How far a text reaches below and above its line, in heights of a small letter, as most people write it."""
    edges = [SIGNS.get(letter) or _edges(letter) for letter in text]
    return min(edge for edge, _ in edges), max(edge for _, edge in edges)


def _edges(letter: str) -> tuple[float, float]:
    """How far a letter or a digit reaches below and above its line."""
    if letter.isupper() or letter.isdigit() or not letter.isalnum():
        return 0, 1.8
    return -0.8 * (letter in DESCENDING), 1.8 if letter in ASCENDING else 1.4 if letter in "ij" else 1


def kind(text: str) -> str:
    """Which of the `KINDS` a word or a single letter is."""
    if len(text) > 1:
        return "word"
    return "digit" if text.isdigit() else "capital" if text.isupper() else "letter" if text.isalpha() else "sign"


def concatenate(parts: list[WordSample], random: np.random.Generator, spaced: bool = True) -> WordSample:
    """Words and letters behind each other, `spaced` apart now and then; single letters near each other or touching."""
    text, strokes, x = parts[0].text, list(parts[0].strokes), parts[0].width
    gap = 0.2 if random.random() < 0.6 else float(random.uniform(0.1, 0.9))
    for before, part in itertools.pairwise(parts):
        close = len(part.text) == 1 and (len(before.text) == 1 or not part.text.isalnum()) and random.random() < 0.85
        close = close or not spaced or (len(before.text) == 1 and before.text.isupper() and random.random() < 0.3)
        x += float(random.normal(gap, 0.18)) if close else gap + max(0.45, float(random.normal(0.9, 0.35)))
        offset = np.array([x, random.normal(0, 0.08)], np.float32)
        size = np.float32(np.exp(random.normal(0, 0.07)))
        strokes += [stroke * size + offset for stroke in part.strokes]
        text += ("" if close else " ") + part.text
        x += part.width * float(size)
    return WordSample(text, parts[0].writer, strokes, x)


def spread_out(word: WordSample, random: np.random.Generator) -> WordSample:
    """The same with all that does not overlap from side to side moved apart, as in letters that stand alone."""
    more = float(random.uniform(0.1, 0.7))
    order = np.argsort([stroke[:, 0].min() for stroke in word.strokes])
    strokes, end, shift = list(word.strokes), float("-inf"), 0.0
    for number in order.tolist():
        stroke = word.strokes[number]
        if float(stroke[:, 0].min()) > end and end > float("-inf"):
            shift += more
        end = max(end, float(stroke[:, 0].max()))
        strokes[number] = stroke + np.array([shift, 0], np.float32)
    return WordSample(word.text, word.writer, strokes, word.width + shift)
