"""How likely one letter follows others: interpolated n-grams of letters (Witten & Bell 1991).

They are counted in a list of words and travel in the network's file. Words that are in no list stay possible.
"""

from __future__ import annotations

import base64
import itertools
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

ORDER = 7  # letters of the longest n-grams
LEAST_GAIN = 0.5  # nats by which a longer n-gram says something else than shorter ones, where it is kept
SURELY_KEPT = 3  # letters of n-grams that are kept all the same
STEPS = 16  # of a nat, to which logarithms are rounded
NONE = 255  # in place of a logarithm, where there is none, or one so low that it is not worth keeping
EDGE = "^"  # before the first letter of a word and behind its last
UNKNOWN = math.log(1e-4)  # of a letter that was never seen
MAX_BYTES = 5_000_000  # of the n-grams, unpacked


@dataclass(frozen=True, slots=True)
class LetterModel:
    """The logarithms of the probabilities of letters, and of a word's end, given the letters before."""

    ngrams: dict[str, float] = field(repr=False)  # of the last letter, after the others
    backoffs: dict[str, float] = field(repr=False)  # of letters that were not seen after these

    @classmethod
    def of(cls, words: Mapping[str, float]) -> LetterModel:
        """Words with their weights, such as how often they were written; capitals count as small letters."""
        counts: dict[str, dict[str, float]] = defaultdict(dict)
        for word, weight in words.items():
            text = f"{EDGE}{word.lower()}{EDGE}"
            for end in range(1, len(text)):
                for start in range(max(0, end - ORDER + 1), end + 1):
                    after = counts[text[start:end]]
                    after[text[end]] = after.get(text[end], 0) + weight
        if not counts:
            raise ValueError("no words to learn letters from")
        model = cls({}, {})
        for before in sorted(counts, key=len):  # shorter ones first, which the longer ones build on
            after = counts[before]
            seen, kinds = sum(after.values()), len(after)
            shorter = {letter: math.exp(model.log_probability(letter, before[1:])) if before else 0 for letter in after}
            model.backoffs[before] = math.log(kinds / (seen + kinds))
            for letter, count in after.items():
                found = math.log((count + kinds * shorter[letter]) / (seen + kinds))
                gain = found - model.backoffs[before] - math.log(shorter[letter]) if before else math.inf
                if len(before) < SURELY_KEPT or abs(gain) > LEAST_GAIN:
                    model.ngrams[before + letter] = found
        return model

    def log_probability(self, letter: str, before: str) -> float:
        """Of a letter, or of `EDGE`, after what was written of a word, `EDGE` in front of it."""
        before = before[1 - ORDER :]
        weight = 0.0
        while (found := self.ngrams.get(before + letter)) is None and before:
            weight += self.backoffs.get(before, 0.0)
            before = before[1:]
        return weight + (UNKNOWN if found is None else found)

    def knows(self, labels: Iterable[str]) -> bool:
        """Whether the letters among these labels were all seen."""
        return all(label.lower() in self.ngrams for label in labels if label.isalpha())

    def to_dict(self) -> dict[str, str]:
        """Plain types for a file; logarithms are rounded to a sixteenth."""
        names = sorted({*self.ngrams, *self.backoffs})
        values = [np.array([known.get(name, -math.inf) for name in names]) for known in (self.ngrams, self.backoffs)]
        rounded = [np.clip(np.round(-STEPS * each), 0, NONE).astype(np.uint8).tobytes() for each in values]
        return {
            "ngrams": _packed("\n".join(names).encode()),
            "probabilities": _packed(rounded[0]),
            "backoffs": _packed(rounded[1]),
        }

    @classmethod
    def from_dict(cls, values: object) -> LetterModel | None:
        """The inverse of `to_dict`; None for what is none, since a network can be read without."""
        if not isinstance(values, Mapping):
            return None
        try:
            text, *rounded = (_unpacked(values[name]) for name in ("ngrams", "probabilities", "backoffs"))
            names = text.decode().split("\n")
        except (KeyError, TypeError, ValueError, zlib.error):
            return None
        if any(len(each) != len(names) for each in rounded):
            return None
        stored = [np.frombuffer(each, np.uint8) for each in rounded]
        return cls(*(_known(names, each) for each in stored))


def _known(names: list[str], rounded: npt.NDArray[np.uint8]) -> dict[str, float]:
    known = rounded < NONE
    return dict(zip(itertools.compress(names, known.tolist()), (rounded[known] / -STEPS).tolist(), strict=True))


def _packed(content: bytes) -> str:
    return base64.b85encode(zlib.compress(content, 9)).decode()


def _unpacked(text: str) -> bytes:
    """Raises `ValueError` for more than `MAX_BYTES`, as a small file may hold."""
    unpack = zlib.decompressobj()
    content = unpack.decompress(base64.b85decode(text), MAX_BYTES)
    if not unpack.eof:
        raise ValueError("too many n-grams")
    return content
