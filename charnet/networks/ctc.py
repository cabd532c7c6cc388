"""From what a network says at each step to a text: CTC (Graves et al. 2006), without a dictionary or steered by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BLANK = 0  # the class of no letter; the others are the labels in order, then the space
MAX_WORD = 64  # letters
BEAM = 32  # beginnings of words that are followed at once
LEAST = math.log(1e-4)  # a class less likely than that at a step is not followed there
BEHIND = "\n"  # in place of a beginning, behind a whole word; no list of words holds it
MARGIN = 7.0  # a word that is not in the list is kept where it is so much likelier (in nats) than all that are

Logs = npt.NDArray[np.float64]  # (steps, classes): logarithms of probabilities
Beams = dict[str, tuple[str, float, float]]


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


def search(logs: Logs, alphabet: Sequence[str], words: WordList) -> list[tuple[str, float]]:
    """The likeliest texts that are words of a list, with the logarithms of their probabilities, best first.

    A prefix beam search (Hannun et al. 2014) among the beginnings of the words; `alphabet` has the text of each class.
    Signs may stand before and behind a word.
    """
    place = {letter: label for label, letter in enumerate(alphabet)}
    # A text -> the beginning of a word that it ends in (see `_onward`), its probability ending in a blank, in a letter.
    beams: Beams = {"": ("", 0.0, -math.inf)}
    for row in logs:
        likely = [label for label in np.flatnonzero(row > LEAST).tolist() if label != BLANK]
        found: Beams = {}
        for text, (beginning, in_blank, in_letter) in beams.items():
            whole = _add(in_blank, in_letter)
            repeated = in_letter + float(row[place[text[-1]]]) if text else -math.inf
            _merge(found, text, beginning, whole + float(row[BLANK]), repeated)
            for label in likely:
                letter = alphabet[label]
                onward = _onward(beginning, letter, words)
                if onward is not None:
                    before = in_blank if text and text[-1] == letter else whole
                    _merge(found, text + letter, onward, -math.inf, before + float(row[label]))
        possible = [(text, each) for text, each in found.items() if max(each[1:]) > -math.inf]
        beams = dict(sorted(possible, key=lambda item: -_add(*item[1][1:]))[:BEAM])
    whole_words = [
        (text, _add(*each[1:])) for text, each in beams.items() if each[0] == BEHIND or each[0] in words.words
    ]
    return sorted(whole_words, key=lambda item: -item[1])


def _onward(beginning: str, letter: str, words: WordList) -> str | None:
    """The beginning of a word that a letter makes of another one; None where no word begins so.

    Before a word signs leave it empty, after one they make it `BEHIND`, where only signs may follow.
    """
    if beginning != BEHIND and (longer := beginning + letter.lower()) in words.beginnings:
        return longer
    if letter.isalnum():
        return None
    return "" if not beginning else BEHIND if beginning == BEHIND or beginning in words.words else None


def _merge(found: Beams, text: str, beginning: str, in_blank: float, in_letter: float) -> None:
    there = found.get(text)
    if there:
        in_blank, in_letter = _add(there[1], in_blank), _add(there[2], in_letter)
    found[text] = beginning, in_blank, in_letter


def _add(one: float, other: float) -> float:
    """The logarithm of a sum."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
