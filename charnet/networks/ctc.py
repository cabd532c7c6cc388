"""From what a network says at each step to a text: CTC (Graves et al. 2006), steered or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.networks.letter_model import EDGE, LetterModel

BLANK = 0  # the class of no letter; the others are the labels in order, then the space
MAX_WORD = 64  # letters
BEHIND = "\n"  # in place of a beginning, behind a whole word; no list of words holds it
PRIOR = 0.8  # weight of what a letter model expects, beside what the network sees
LONGER = 2.0  # what each letter adds, as a letter model finds a long word less likely than a short one
ANY = -3.0  # in place of both, for the text of the best path: it may be a name or a code that resembles no word
SIGN = math.log(1 / 40)  # of a sign or a digit, which a letter model does not know
SHARPNESS = 0.5  # of such weights as probabilities; what letters and the network say is not independent
MARGIN = 7.0  # a word that is not in the list is kept where it is so much likelier (in nats) than all that are

Logs = npt.NDArray[np.float64]  # (steps, classes): logarithms of probabilities


class Letter(NamedTuple):
    """A letter of the best path: its class, and the steps from its first to behind its last."""

    label: int
    first: int
    last: int


class WordList:
    """Words to be read, in any case, with signs before and behind them; longer ones than `MAX_WORD` are left out."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = {word.lower() for word in words if len(word) <= MAX_WORD}
        self.beginnings = {word[:length] for word in self.words for length in range(len(word) + 1)}

    def __contains__(self, text: str) -> bool:
        return text.lower() in self.words


# How many texts are followed at once, and how likely a class must be at a step to be followed there (its logarithm).
WIDTHS = {WordList: (32, math.log(1e-4)), LetterModel: (8, math.log(1e-2))}


class Beam(NamedTuple):
    """A text that is followed: the word that it ends in, its probability ending in a blank or a letter, its prior."""

    word: str  # in small letters, as `_onward` has it
    in_blank: float
    in_letter: float
    prior: float

    @property
    def log_probability(self) -> float:
        return _add(self.in_blank, self.in_letter)

    @property
    def weight(self) -> float:
        return self.log_probability + self.prior


def best_path(logs: Logs) -> list[Letter]:
    """The letters of the likeliest class at each step."""
    best = logs.argmax(axis=1)
    changes = np.flatnonzero(np.diff(best, prepend=-1))
    ends = [*changes[1:].tolist(), len(best)]
    runs = zip(best[changes].tolist(), changes.tolist(), ends, strict=True)
    return [Letter(label, first, last) for label, first, last in runs if label != BLANK]


def log_probability(logs: Logs, labels: Sequence[int]) -> float:
    """The logarithm of the probability of a text, given by its classes, over all paths."""
    extended = np.full(2 * len(labels) + 1, BLANK)
    extended[1::2] = labels
    skip = np.full(len(extended), -np.inf)
    skip[2:] = np.where((extended[2:] != BLANK) & (extended[2:] != extended[:-2]), 0, -np.inf)
    emitted = logs[:, extended]
    alpha = np.full(len(extended) + 2, -np.inf)  # with two that are never reached before
    alpha[2:4] = emitted[0, :2]
    for row in emitted[1:]:
        alpha[2:] = np.logaddexp(np.logaddexp(alpha[2:], alpha[1:-1]), alpha[:-2] + skip) + row
    return float(np.logaddexp(alpha[-1], alpha[-2])) if labels else float(alpha[2])


def search(logs: Logs, alphabet: Sequence[str], guide: WordList | LetterModel) -> list[tuple[str, float]]:
    """The likeliest texts with their weights, best first: words of a list, or such as a letter model expects.

    A weight is the logarithm of a text's probability over all paths, and what a letter model adds to it.

    A prefix beam search (Hannun et al. 2014); `alphabet` has the text of each class. Signs may stand before and behind
    a word of a list.
    """
    width, least = WIDTHS[type(guide)]
    beams: dict[tuple[int, ...], Beam] = {(): Beam("", 0.0, -math.inf, 0.0)}  # by the classes of their letters
    for row in logs:
        blank = float(row[BLANK])
        likely = [label for label in np.flatnonzero(row > least).tolist() if label != BLANK]
        found: dict[tuple[int, ...], Beam] = {}
        for labels, beam in beams.items():
            whole = beam.log_probability
            repeated = beam.in_letter + float(row[labels[-1]]) if labels else -math.inf
            _merge(found, labels, beam._replace(in_blank=whole + blank, in_letter=repeated))
            for label in likely:
                letter = alphabet[label]
                word = _onward(beam.word, letter, guide)
                before = beam.in_blank if label in labels[-1:] else whole
                if word is not None and before > -math.inf:
                    prior = beam.prior + _prior(letter, beam.word, guide)
                    _merge(found, (*labels, label), Beam(word, -math.inf, before + float(row[label]), prior))
        beams = dict(sorted(found.items(), key=lambda item: -item[1].weight)[:width])
    weights = [
        ("".join(alphabet[label] for label in labels), beam.weight + _prior_of_end(beam.word, guide))
        for labels, beam in beams.items()
        if isinstance(guide, LetterModel) or beam.word == BEHIND or beam.word in guide
    ]
    return sorted(weights, key=lambda item: -item[1])


def _onward(word: str, letter: str, guide: WordList | LetterModel) -> str | None:
    """The word, or its beginning, that a letter makes of another one; None where a list has no word that begins so.

    Before a word signs leave it empty. Behind a word of a list they make it `BEHIND`, where only signs may follow; for
    a letter model another word may begin.
    """
    if isinstance(guide, LetterModel):
        return word + letter.lower() if letter.isalpha() else ""
    if word != BEHIND and (longer := word + letter.lower()) in guide.beginnings:
        return longer
    if letter.isalnum():
        return None
    return "" if not word else BEHIND if word == BEHIND or word in guide.words else None


def _prior(letter: str, word: str, guide: WordList | LetterModel) -> float:
    """What a letter behind the beginning of a word adds to the weight of a text."""
    if isinstance(guide, WordList):
        return 0.0
    return LONGER + PRIOR * (guide.log_probability(letter.lower(), EDGE + word) if letter.isalpha() else SIGN)


def _prior_of_end(word: str, guide: WordList | LetterModel) -> float:
    """What the end of a text adds to its weight, where it ends in a word."""
    return PRIOR * guide.log_probability(EDGE, EDGE + word) if isinstance(guide, LetterModel) and word else 0.0


def _merge(found: dict[tuple[int, ...], Beam], labels: tuple[int, ...], beam: Beam) -> None:
    if there := found.get(labels):
        in_blank, in_letter = _add(there.in_blank, beam.in_blank), _add(there.in_letter, beam.in_letter)
        beam = beam._replace(in_blank=in_blank, in_letter=in_letter)
    found[labels] = beam


def _add(one: float, other: float) -> float:
    """The logarithm of a sum."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
