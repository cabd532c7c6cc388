"""The words of a training: pictures with their text beside them, and letters that are put together to lines.

What holds its strokes is drawn anew for every batch: with another pen, larger, leaning, trembling. A line is a word, or
several words and letters by one writer behind each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from charnet.training import word_augment, word_samples
from charnet.training.config import AugmentConfig
from charnet.training.data import split_evenly
from charnet.training.word_samples import KINDS, WordSample, kind

PREFETCHED = 3  # batches that are drawn ahead of the one that is learned
SORTED_TOGETHER = 32  # batches whose words are sorted by length, so that those of a batch are about as long
SEVERAL = 0.15  # of the batches have lines of more than one word
WITH_SIGN = 0.08  # of the other words have a sign behind them
SPREAD_OUT = 0.15  # of the batches have their letters far apart
# Share of the batches whose single letters are put together to groups of 0, 1, 2, ... letters.
GROUP_SIZES = (0, 0.15, 0.15, 0.15, 0.15, 0.15, 0.1, 0.1, 0.05)

# Words that letters are put together to where there are no others: the commonest of English, and pangrams.
COMMON = """
    the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not
    what all were we when your can said there use an each which she do how their if will up other about out many then
    them these so some her would make like him into time has look two more write go see number no way could people my
    than first water been call who oil its now find long down day did get come made may part
    quick brown fox jumps over lazy dog pack five dozen liquor jugs amazing wizards vex quite jolly
"""


@dataclass(slots=True)
class WordTensors:
    """The words of a training, as its loop takes them: a batch is drawn when it is asked for."""

    words: list[WordSample]
    targets: Tensor  # (n, longest text) int64: classes of the network, 0 behind the end
    labels: dict[str, int]  # of each character its class
    # By writer, and kind or letter: the indices of what trains and has strokes.
    by_writer: dict[tuple[int, str], npt.NDArray[np.int64]]
    spellings: list[list[str]]  # by length: texts of words

    @classmethod
    def of(cls, words: list[WordSample], labels: Sequence[str], train: npt.NDArray[np.int64]) -> WordTensors:
        """Words of these labels and the space; lines are put together from those with the indices `train` alone."""
        classes = {label: place for place, label in enumerate([*labels, " "], 1)}
        by_writer: dict[tuple[int, str], list[int]] = {}
        spellings: list[list[str]] = [[] for _ in GROUP_SIZES]
        for index in train.tolist():
            word = words[index]
            if word.ink is not None:
                continue
            for key in {kind(word.text), word.text} if len(word.text) == 1 else {"word"}:
                by_writer.setdefault((word.writer, key), []).append(index)
            if len(word.text) < len(GROUP_SIZES):
                spellings[len(word.text)].append(word.text)
        if not any(spellings):
            for text in COMMON.split():
                spellings[len(text)].append(text)
        found = {key: np.array(indices) for key, indices in by_writer.items()}
        return cls(
            words, _padded([[classes[letter] for letter in word.text] for word in words]), classes, found, spellings
        )

    def to(self, device: torch.device) -> WordTensors:
        return replace(self, targets=self.targets.to(device))

    def batches(self, order: Tensor, size: int) -> Sequence[Tensor]:
        """Batches whose words are of about the same length each; single letters have batches of their own."""
        lengths = torch.tensor([self.words[index].width for index in order.tolist()])
        lengths -= 1000.0 * torch.tensor([len(self.words[index].text) == 1 for index in order.tolist()])
        found: list[Tensor] = []
        for pool, long in zip(order.split(size * SORTED_TOGETHER), lengths.split(size * SORTED_TOGETHER), strict=True):
            alike = split_evenly(pool[long.argsort()], size)
            found += [alike[place] for place in torch.randperm(len(alike)).tolist()]
        return found

    def draw(
        self, batches: Iterable[Tensor], config: AugmentConfig, strength: float, generator: torch.Generator
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches are drawn in a thread while those before them are learned."""
        with ThreadPoolExecutor(1) as executor:
            waiting: deque[Future[tuple[Tensor, Tensor]]] = deque()
            for batch in batches:
                seed = int(torch.randint(2**62, (1,), generator=generator))
                waiting.append(executor.submit(self.batch, batch, config, strength, seed))
                if len(waiting) > PREFETCHED:
                    pictures, targets = waiting.popleft().result()
                    yield pictures.to(self.targets.device), targets.to(self.targets.device)
            while waiting:
                pictures, targets = waiting.popleft().result()
                yield pictures.to(self.targets.device), targets.to(self.targets.device)

    def originals(self, indices: Tensor) -> Tensor:
        """The words with these indices as they were written: (batch, HEIGHT, columns) in [0, 1]."""
        pictures = word_augment.stack([word_augment.undistorted(self.words[index]) for index in indices.tolist()])
        return torch.from_numpy(pictures).to(self.targets.device)

    def batch(self, indices: Tensor, config: AugmentConfig, strength: float, seed: int) -> tuple[Tensor, Tensor]:
        """The words with these indices, each drawn in another way and some with others beside, and their classes."""
        random = np.random.default_rng(seed)
        beside, count = random.random() < SEVERAL, int(random.choice(len(GROUP_SIZES), p=GROUP_SIZES))
        apart = random.random() < SPREAD_OUT
        lines = [self._line(index, beside, count, random) for index in indices.tolist()]
        lines = [word_samples.spread_out(line, random) if line.strokes else line for line in lines] if apart else lines
        drawn = [word_augment.distort(line, config, strength, random) for line in lines]
        texts = [[self.labels[letter] for letter in line.text] for line in lines]
        return torch.from_numpy(word_augment.degrade(word_augment.stack(drawn), strength, random)), _padded(texts)

    def _line(self, index: int, beside: bool, count: int, random: np.random.Generator) -> WordSample:
        """A word, with something of the same writer `beside` it or not; a letter in a group of so many."""
        word = self.words[index]
        if word.ink is not None:
            return word
        if len(word.text) > 1 and not beside:
            if random.random() > WITH_SIGN or (word.writer, "sign") not in self.by_writer:
                return word
            return word_samples.concatenate([word, self._another(word.writer, ["sign"], random)], random)
        if len(word.text) == 1 and count > 1 and word.text.isalpha() and random.random() < 0.5:
            return word_samples.concatenate(self._spelled(word, count, random), random, spaced=False)
        parts = [word]
        while len(parts) < (count if len(word.text) == 1 else 2):
            parts.append(
                self._another(word.writer, [kind(word.text)] if random.random() < 0.7 else list(KINDS), random)
            )
        if random.random() < 0.5:
            parts.reverse()
        return word_samples.concatenate(parts, random)

    def _spelled(self, word: WordSample, count: int, random: np.random.Generator) -> list[WordSample]:
        """A word of so many letters, put together from those of a writer, in the case of the letter given."""
        texts = self.spellings[count]
        text = texts[int(random.integers(len(texts)))] if texts else word.text * count
        text = text.upper() if word.text.isupper() else text.lower()
        return [self._another(word.writer, [letter], random, word) for letter in text]

    def _another(
        self, writer: int, kinds: list[str], random: np.random.Generator, default: WordSample | None = None
    ) -> WordSample:
        """Something of some kinds by a writer; the default where there is nothing."""
        there = [found for one in kinds if (found := self.by_writer.get((writer, one))) is not None]
        if default and not there:
            return default
        found = there[int(random.integers(len(there)))]
        return self.words[int(found[random.integers(len(found))])]


def _padded(texts: list[list[int]]) -> Tensor:
    """Classes of texts -> (n, longest) int64, 0 behind the end."""
    targets = np.zeros((len(texts), max(map(len, texts))), np.int64)
    for row, text in zip(targets, texts, strict=True):
        row[: len(text)] = text
    return torch.from_numpy(targets)
