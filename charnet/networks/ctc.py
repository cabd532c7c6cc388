"""From what a network says at each step to a text: CTC (Graves et al. 2006), without a dictionary or steered by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BLANK = 0  # the class of no letter
BEAM = 32  # beginnings of words that are followed at once
LEAST = math.log(1e-4)  # a class less likely than that at a step is not followed there
MARGIN = 7.0  # a word that is not in the list is kept where it is so much likelier (in nats) than all that are

Logs = npt.NDArray[np.float64]  # (steps, classes): logarithms of probabilities


class Letter(NamedTuple):
    """A letter of the best path: its class, and the steps from its first to behind its last."""

    label: int
    first: int
    last: int


class Node:
    """A beginning of the words of a list."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.ends = False


BEHIND = Node()  # behind a word, where only signs may follow
BEHIND.ends = True


class WordList:
    """Words to be read, in any case, with signs before and behind them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.root = Node()
        self.count = 0
        for word in words:
            node = self.root
            for letter in word.lower():
                node = node.next.setdefault(letter, Node())
            self.count += not node.ends
            node.ends = True

    def __contains__(self, text: str) -> bool:
        node: Node | None = self.root
        for letter in text.lower():
            node = node.next.get(letter) if node else None
        return node is not None and node.ends


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

    A prefix beam search (Hannun et al. 2014) along the list's tree; `alphabet` has the text of each class. Signs may
    stand before and behind a word.
    """
    # A beginning -> its place in the tree, its probability ending in a blank, and in a letter.
    place = {letter: label for label, letter in enumerate(alphabet)}
    beams: dict[str, tuple[Node, float, float]] = {"": (words.root, 0.0, -math.inf)}
    for row in logs:
        likely = [label for label in np.flatnonzero(row > LEAST).tolist() if label != BLANK]
        found: dict[str, tuple[Node, float, float]] = {}
        for text, (node, in_blank, in_letter) in beams.items():
            whole = _add(in_blank, in_letter)
            repeated = in_letter + float(row[place[text[-1]]]) if text else -math.inf
            _merge(found, text, node, whole + float(row[BLANK]), repeated)
            for label in likely:
                letter = alphabet[label]
                onward = _onward(node, letter, words.root)
                if onward:
                    before = in_blank if text and text[-1] == letter else whole
                    _merge(found, text + letter, onward, -math.inf, before + float(row[label]))
        possible = [(text, each) for text, each in found.items() if max(each[1:]) > -math.inf]
        beams = dict(sorted(possible, key=lambda item: -_add(*item[1][1:]))[:BEAM])
    whole_words = [(text, _add(*each[1:])) for text, each in beams.items() if each[0].ends]
    return sorted(whole_words, key=lambda item: -item[1])


def _onward(node: Node, letter: str, root: Node) -> Node | None:
    """Where in the tree a letter leads; None for nowhere. Signs lead from the root to it, and from a word behind it."""
    if found := node.next.get(letter.lower()):
        return found
    if letter.isalnum():
        return None
    return root if node is root else BEHIND if node.ends else None


def _merge(
    found: dict[str, tuple[Node, float, float]], text: str, node: Node, in_blank: float, in_letter: float
) -> None:
    there = found.get(text)
    if there:
        in_blank, in_letter = _add(there[1], in_blank), _add(there[2], in_letter)
    found[text] = node, in_blank, in_letter


def _add(one: float, other: float) -> float:
    """The logarithm of a sum."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
