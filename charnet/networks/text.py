"""Reading handwriting: a picture -> its lines, words and how sure each word is. It does not import torch.

import charnet
charnet.load_text().read("note.jpg").text
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.networks import ctc, onnx_file, stored
from charnet.networks.ctc import Candidate, Letter, Logs, WordList
from charnet.networks.facts import NOTHING, Facts
from charnet.pictures import boxes, images, text_lines, writing
from charnet.pictures.lines import Box
from charnet.pictures.text_lines import TextLine
from charnet.pictures.writing import HEIGHT, STEP
from charnet.spec import Spec
from charnet.system import files
from charnet.system.answer import printable

DEFAULT = "line"  # the shipped network
BATCH = 16  # lines that are read at once
SURE = 0.5  # least confidence of a sure word, for networks that state none of their own
CERTAIN = 0.9  # confidence from which a word is not read again
SIZES = ((1.15, 1.0), (0.87, 0.9), (1.1, 1.1))  # times the width and the height, at which the others are
MAX_LIST = 10_000_000  # bytes of a list of words; they take some 400 MB of memory
POOR = 0.8  # likelihood of a letter under which a page may stand on its head
BETTER = 2.0  # letters more, by their likelihoods, that must be read once it is turned: a word alone tells little
ALIKE, MANY = 0.5, 20  # share of at least so many letters, whose tops and bottoms are alike as in print
INKED = 0.2  # of full ink, from which a column counts as inked
UNCLEAR, FEW, UNCLEAR_FEW = 0.4, 2, 0.75  # likelihoods of a letter under which many, and few, may be no handwriting

TURNED = "it stands on its head and was turned"
ON_ITS_SIDE = "it lies on its side and was turned"
PRINT = "it looks like print, which programs for print, such as tesseract, read better"
NO_WRITING = "hardly legible: a drawing, or a hand unlike those that the network learned"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was read."""

    text: str
    box: Box  # left, top, width, height in pixels of the upright picture
    confidence: float  # the probability that all of it is right, as the network says
    sure: bool


class Reading(NamedTuple):
    """A word that was read, and where: in steps of its line, fractions of them where it was read at another size."""

    text: str
    confidence: float
    start: float  # of what it was read from, up to the spaces around it
    stop: float
    first: float  # of its first letter
    last: float  # behind its last letter

    def moved(self, steps: float) -> Reading:
        return Reading(self.text, self.confidence, *(place + steps for place in self[2:]))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read."""

    words: list[Word]
    box: Box

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Text:
    """What was read on a picture, from top to bottom."""

    lines: list[Line]
    notes: list[str]  # what is odd about the picture

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class TextReader:
    """A network that reads lines of handwriting."""

    spec: Spec
    name: str  # of its run, its shipped name, or its file
    # (n, height, columns) -> logarithms of probabilities (n, steps, classes)
    forward: Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]] = field(repr=False)
    facts: Facts = NOTHING
    kind: str = "line"

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The text of each class."""
        return ("", *self.spec.labels, " ")

    @property
    def least(self) -> float:
        """The least confidence of a sure word."""
        return SURE if self.facts.sure is None else self.facts.sure

    def read(self, source: images.Source, words: WordList | None = None) -> Text:
        """Any picture -> its text; `words` steer what is read. `ValueError` where it can't be read or is blank."""
        found = text_lines.find(source)
        logs, notes = self.logs([line.ink for line in found]), list[str]()
        clear = clearness(logs)
        if clear < POOR:
            upright = [line.turn() for line in found[::-1]]
            turned = self.logs([line.ink for line in upright])
            if (clearness(turned) - clear) * letters(logs) > BETTER:
                clear, logs, found, notes = clearness(turned), turned, upright, [TURNED]
        if clear < POOR and (both := self._on_its_side(source)):
            turned, upright = max(both, key=lambda each: expected(each[0]))
            if expected(turned) - expected(logs) > BETTER:
                clear, logs, found, notes = clearness(turned), turned, upright, [ON_ITS_SIDE]
        if (count := sum(line.count for line in found)) >= MANY and sum(line.alike for line in found) > ALIKE * count:
            notes.append(PRINT)
        elif clear < (UNCLEAR_FEW if letters(logs) <= FEW else UNCLEAR):
            notes.append(NO_WRITING)
        read = self._again([self._words(each, words) for each in logs], found, words)
        lines = [self._line(line, each) for line, each in zip(found, read, strict=True) if each]
        if not lines:
            raise ValueError("the picture shows no handwriting that can be read")
        return Text(lines, notes)

    def _on_its_side(self, source: images.Source) -> list[tuple[list[Logs], list[TextLine]]]:
        """What is read once the picture is turned by a quarter, to the right and to the left, with its lines."""
        try:
            found = text_lines.find(source, on_its_side=True)
        except ValueError:
            return []
        both = (found, [line.turn() for line in found[::-1]])
        return [(self.logs([line.ink for line in each]), each) for each in both]

    def logs(self, inks: list[npt.NDArray[np.float32]]) -> list[Logs]:
        """The ink of lines (HEIGHT, columns) -> of each the logarithms of the probabilities at each step."""
        found: list[Logs] = [np.empty((0, 0))] * len(inks)
        order = sorted(range(len(inks)), key=lambda number: inks[number].shape[1])
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            columns = -(-inks[part[-1]].shape[1] // STEP) * STEP
            batch = np.stack([np.pad(inks[each], ((0, 0), (0, columns - inks[each].shape[1]))) for each in part])
            for number, logs in zip(part, self.forward(batch), strict=True):
                found[number] = logs[: max(1, -(-inks[number].shape[1] // STEP))]
        return found

    def word(self, logs: Logs, words: WordList | None = None) -> tuple[str, float]:
        """The likeliest word at these steps, and its probability."""
        labels = [letter.label for letter in ctc.best_path(logs)]
        text = "".join(self.alphabet[label] for label in labels)
        likelihood = ctc.log_probability(logs, labels)
        guide = words or (self.facts.letters if likelihood < math.log(CERTAIN) else None)
        if not guide or not any(letter.isalpha() for letter in text):
            return text, math.exp(likelihood)
        candidates = ctc.search(logs, self.alphabet, guide)
        if words:
            candidates = [each for each in candidates if each.log_probability >= likelihood - ctc.MARGIN]
            if self.facts.letters:
                candidates = ctc.expected(candidates, self.facts.letters)
        found = {each.text: each for each in reversed(candidates)}  # of equals the best
        if not words:  # the search leaves some ways to write it out
            weight = max(likelihood + ctc.ANY, found[text].weight if text in found else -math.inf)
            found[text] = Candidate(text, likelihood, weight)
        written = [each for each in found.values() if each.text.strip()]  # something stands there
        best = max(written, key=lambda each: each.weight, default=None)
        if best is None:
            return text, math.exp(likelihood)
        weights = [each.weight for each in found.values()]
        if not words:
            weights.append(ctc.weight_of_others(found.values()))
        sharp = 1.0 if words else ctc.SHARPNESS
        total = float(np.logaddexp.reduce([sharp * weight for weight in weights]))
        return best.text, math.exp(sharp * best.weight - total)

    def _words(self, logs: Logs, words: WordList | None = None, wide: float = 1.0) -> list[Reading]:
        """The words of a line, or of a part of it; `wide` says how many times as wide as the line its picture is."""
        found = []
        for start, stop, first, last in segments(ctc.best_path(logs), len(self.alphabet) - 1, len(logs)):
            text, confidence = self.word(logs[start:stop], words)
            if text := text.strip():
                found.append(Reading(text, confidence, start / wide, stop / wide, first / wide, last / wide))
        return found

    def _again(self, lines: list[list[Reading]], found: list[TextLine], words: WordList | None) -> list[list[Reading]]:
        """The same lines, with the words that are not certain read again at other sizes."""
        again = [number for number, line in enumerate(lines) if any(word.confidence < CERTAIN for word in line)]
        inks = [writing.resized(found[number].ink, *size) for number in again for size in SIZES]
        logs = self.logs(inks)
        for place, number in enumerate(again):
            others = logs[place * len(SIZES) : (place + 1) * len(SIZES)]
            lines[number] = [each for word in lines[number] for each in self._word_again(word, others, words)]
        return lines

    def _word_again(self, word: Reading, others: list[Logs], words: WordList | None) -> list[Reading]:
        """What all sizes together say: the word or another one, or several where it was read across a gap, or none."""
        if word.confidence >= CERTAIN:
            return [word]
        readings = {word.text: [word]}
        likelihoods = {word.text: word.confidence}
        for logs, (wide, _) in zip(others, SIZES, strict=True):
            start = round(word.start * wide)
            part = logs[start : max(round(word.stop * wide), start + 1)]
            if len(part):
                found = [each.moved(start / wide) for each in self._words(part, words, wide)]
                text = " ".join(each.text for each in found)
                readings.setdefault(text, found)
                likelihoods[text] = likelihoods.get(text, 0) + math.prod(each.confidence for each in found)
        best = max(likelihoods, key=lambda text: likelihoods[text])
        confidence = likelihoods[best] / (1 + len(SIZES))
        return [each._replace(confidence=confidence) for each in readings[best]]

    def _line(self, line: TextLine, words: list[Reading]) -> Line:
        """The words of a line with their boxes."""
        edges = borders(line.ink, [(round(STEP * word.first), round(STEP * word.last)) for word in words])
        boxes = [line.box(left, right) for left, right in itertools.pairwise(edges)]
        return Line(
            [
                Word(word.text, box, word.confidence, word.confidence >= self.least)
                for word, box in zip(words, boxes, strict=True)
            ],
            line.whole,
        )


def load(where: str | Path | None = None) -> TextReader:
    """Load a network that reads handwriting by its file, the folder or name of its run; None is the shipped `line`.

    Raises `FileNotFoundError` where there is no network, `ValueError` for one that can't be read.
    """
    path = stored.find(DEFAULT if where is None else where)
    if path.suffix == ".json":
        raise ValueError(f"{path}: {onnx_file.IT_IS[onnx_file.LINES]}")
    spec, facts, forward = onnx_file.read_line(path)
    if spec.height != HEIGHT:
        raise ValueError(f"{path}: it reads lines {spec.height} pixels high, this charnet makes them {HEIGHT}")
    return TextReader(spec, stored.name_of(path), forward, facts)


def segments(path: list[Letter], space: int, steps: int) -> list[tuple[int, int, int, int]]:
    """The words of a line: from which step to which they are read, and from which to which their letters stand."""
    found = []
    start, letters = 0, []
    for letter in [*path, Letter(space, steps, steps)]:
        if letter.label != space:
            letters.append(letter)
            continue
        if letters:
            found.append((start, letter.first, letters[0].first, letters[-1].last))
        start, letters = letter.last, []
    return found


def borders(ink: npt.NDArray[np.float32], words: list[tuple[int, int]]) -> list[float]:
    """The columns at which a line's words begin and end, given the first and the last column that each was read at.

    Between two words it is the middle of the widest gap of the ink.
    """
    inked = ink.max(axis=0) > INKED
    edges = [0.0]
    for (_, last), (first, _) in itertools.pairwise(words):
        columns = [last - 1, *(last + np.flatnonzero(inked[last:first])).tolist(), first]
        left, right = max(itertools.pairwise(columns), key=lambda gap: gap[1] - gap[0])
        edges.append((left + right + 1) / 2)
    return [*edges, float(ink.shape[1])] if words else []


def letters(logs: list[Logs]) -> int:
    """How many letters are read."""
    return sum(len(ctc.best_path(each)) for each in logs)


def clearness(logs: list[Logs]) -> float:
    """The likelihood of what is read, per letter: the geometric mean; 0 where nothing is."""
    labels = [[letter.label for letter in ctc.best_path(each)] for each in logs]
    likelihood = sum(ctc.log_probability(each, read) for each, read in zip(logs, labels, strict=True) if read)
    return math.exp(likelihood / count) if (count := sum(map(len, labels))) else 0.0


def expected(logs: list[Logs]) -> float:
    """How many letters are read right, by their likelihoods."""
    return clearness(logs) * letters(logs)


def word_list(path: Path) -> WordList:
    """The words of a file, one a line. `ValueError` for one without words, too many of them, or that is not text."""
    try:
        words = files.read_text(path, MAX_LIST).split()
    except ValueError as error:
        raise ValueError(f"--words {path}: {error}; name a file with a word a line") from None
    if not words:
        raise ValueError(f"--words {path}: no words in it; name a file with a word a line")
    return WordList(words)


def as_json(path: str, found: Text, network: str) -> str:
    return json.dumps({"path": path, **to_dict(found), "network": network})


def to_dict(found: Text) -> dict[str, Any]:
    """What was read, for programs."""
    lines = [
        {
            "text": line.text,
            "box": line.box,
            "words": [
                {"text": word.text, "box": word.box, "confidence": round(word.confidence, 4), "sure": word.sure}
                for word in line.words
            ],
        }
        for line in found.lines
    ]
    noted: dict[str, Any] = {"notes": found.notes} if found.notes else {}
    return {"text": found.text, "lines": lines, **noted}


def for_people(path: str, found: Text) -> str:
    """A line of output for each line of writing, with "?" after each doubtful word."""
    marked = [" ".join(word.text + "?" * (not word.sure) for word in line.words) for line in found.lines]
    return "\n".join(f"{printable(path)}: {printable(line)}" for line in marked)


def drawn(source: images.Source, found: Text) -> Image.Image:
    """The picture with each word's box and the word read."""
    words = [word for line in found.lines for word in line.words]
    texts, sure = [word.text for word in words], [word.sure for word in words]
    return boxes.draw(source, [word.box for word in words], texts, sure)
