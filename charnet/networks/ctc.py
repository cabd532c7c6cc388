"""From what a network says at each step to a text: CTC (Graves et al. 2006), steered or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.networks.letter_model import EDGE, ORDER, LetterModel

BLANK = 0  # the class of no letter; the others are the labels in order, then the space
MAX_WORD = 64  # letters
BEHIND = "\n"  # in place of a beginning, behind a whole word; no list of words holds it
PRIOR = 0.8  # weight of what a letter model expects, beside what the network sees
LONGER = 2.0  # what each letter adds, as a letter model finds a long word less likely than a short one
LISTED = 0.5  # share of both for words of a list
ANY = -3.0  # in place of both, for what resembles no word: it may be a name or a code
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


class Width(NamedTuple):
    """What a search follows: so many texts, and of these none that weighs so much less than the best.

    A letter is followed where it is likely enough at a step (its logarithm).
    """

    texts: int
    behind: float
    least: float


WIDTHS = {WordList: Width(32, math.inf, math.log(1e-4)), LetterModel: Width(16, 6.0, math.log(1e-2))}


class Beam(NamedTuple):
    """A text that is followed: the word that it ends in, its probability ending in a blank or a letter, its prior."""

    word: str  # as `_onward` has it
    in_blank: float
    in_letter: float
    prior: float

    @property
    def log_probability(self) -> float:
        return _add(self.in_blank, self.in_letter)

    @property
    def weight(self) -> float:
        return _add(self.in_blank, self.in_letter) + self.prior


class Candidate(NamedTuple):
    """A text that may stand there: the logarithm of its probability over all paths, and with what is expected."""

    text: str
    log_probability: float
    weight: float


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


def search(logs: Logs, alphabet: Sequence[str], guide: WordList | LetterModel) -> list[Candidate]:
    """The likeliest texts, those of most weight first: words of a list, or any, such as a letter model expects.

    A prefix beam search (Hannun et al. 2014); `alphabet` has the text of each class. Signs may stand before and behind
    a word of a list.
    """
    width = WIDTHS[type(guide)]
    onward = cache(lambda word, letter: (_onward(word, letter, guide), _prior(letter, word, guide)))
    begin = Beam(EDGE if isinstance(guide, LetterModel) else "", 0.0, -math.inf, 0.0)
    beams: list[tuple[float, tuple[int, ...], Beam]] = [(0.0, (), begin)]  # weights, classes of the letters; best first
    for row in logs.tolist():
        likely = [label for label, log in enumerate(row) if log > width.least and label != BLANK]
        found: dict[tuple[int, ...], Beam] = {}
        for weight, labels, beam in beams:
            repeated = beam.in_letter + row[labels[-1]] if labels else -math.inf
            found[labels] = Beam(beam.word, weight - beam.prior + row[BLANK], repeated, beam.prior)
        floor = found[beams[0][1]].weight - width.behind
        for weight, labels, beam in beams:
            for label in likely:
                in_letter = (beam.in_blank if label in labels[-1:] else weight - beam.prior) + row[label]
                if in_letter + beam.prior + LONGER <= floor:  # the most that a letter adds
                    continue
                word, prior = onward(beam.word, alphabet[label])
                if word is not None and in_letter + beam.prior + prior > floor:
                    _merge(found, (*labels, label), Beam(word, -math.inf, in_letter, beam.prior + prior))
        weighed = [(beam.weight, labels, beam) for labels, beam in found.items()]
        best = sorted(weighed, key=itemgetter(0), reverse=True)[: width.texts]
        beams = [each for each in best if each[0] >= best[0][0] - width.behind]
    candidates = [
        Candidate("".join(alphabet[label] for label in labels), weight - beam.prior, _weight(beam, guide))
        for weight, labels, beam in beams
        if isinstance(guide, LetterModel) or beam.word == BEHIND or beam.word in guide
    ]
    return sorted(candidates, key=lambda candidate: -candidate.weight)


def expected(candidates: Iterable[Candidate], letters: LetterModel) -> list[Candidate]:
    """The same candidates, words of a list, with a part of what a letter model adds to their weights."""
    return [each._replace(weight=each.weight + LISTED * _prior_of(each.text, letters)) for each in candidates]


def weight_of_others(candidates: Iterable[Candidate]) -> float:
    """The weight of all texts together that are none of these, as if they resembled no word."""
    left = 1 - sum(math.exp(min(candidate.log_probability, 0)) for candidate in candidates)
    return math.log(left) + ANY if left > 0 else -math.inf


def _onward(word: str, letter: str, guide: WordList | LetterModel) -> str | None:
    """The word, or its beginning, that a letter makes of another one; None where a list has no word that begins so.

    Before a word signs leave it empty. Behind a word of a list they make it `BEHIND`, where only signs may follow. For
    a letter model it is what the next letter depends on: `EDGE` and small letters, the last few; signs end a word.
    """
    if isinstance(guide, LetterModel):
        return (word + letter.lower())[1 - ORDER :] if letter.isalpha() else EDGE
    if word != BEHIND and (longer := word + letter.lower()) in guide.beginnings:
        return longer
    if letter.isalnum():
        return None
    return "" if not word else BEHIND if word == BEHIND or word in guide.words else None


def _prior(letter: str, word: str, guide: WordList | LetterModel) -> float:
    """What a letter behind the beginning of a word adds to the weight of a text."""
    if isinstance(guide, WordList):
        return 0.0
    return LONGER + PRIOR * (guide.log_probability(letter.lower(), word) if letter.isalpha() else SIGN)


def _prior_of(text: str, letters: LetterModel) -> float:
    """What the letters of a word add to its weight; signs before and behind it add nothing."""
    word, total = EDGE, 0.0
    for letter in filter(str.isalpha, text):
        total += _prior(letter, word, letters)
        word = _onward(word, letter, letters) or EDGE
    return total + _prior_of_end(word, letters)


def _prior_of_end(word: str, letters: LetterModel) -> float:
    """What the end of a text adds to its weight, where it ends in a word."""
    return PRIOR * letters.log_probability(EDGE, word) if word != EDGE else 0.0


def _weight(beam: Beam, guide: WordList | LetterModel) -> float:
    """That of a text which ends with this beam: as a word that is expected, or as one that resembles none."""
    if isinstance(guide, WordList):
        return beam.weight
    return _add(beam.weight + _prior_of_end(beam.word, guide), beam.log_probability + ANY)


def _merge(found: dict[tuple[int, ...], Beam], labels: tuple[int, ...], beam: Beam) -> None:
    if there := found.get(labels):
        in_blank, in_letter = _add(there.in_blank, beam.in_blank), _add(there.in_letter, beam.in_letter)
        beam = beam._replace(in_blank=in_blank, in_letter=in_letter)
    found[labels] = beam


def _add(one: float, other: float) -> float:
    """The logarithm of a sum."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
