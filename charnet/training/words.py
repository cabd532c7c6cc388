"""The words of a training: pictures with their text beside them, and letters that are put together to lines.

What holds its strokes is drawn anew for every batch: with another pen, larger, leaning, trembling. A line is a word, or
several words and letters by one writer behind each other.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor

from charnet.pictures import writing
from charnet.pictures.writing import HEIGHT
from charnet.training.config import AugmentConfig
from charnet.training.data import split_evenly

AHEAD = 3  # batches
POOL = 32  # batches among which words are sorted by their length, so that those of a batch are about as long
BESIDE = 0.15  # of the batches have lines of more than one word
SIGNED = 0.08  # of the other words have a sign behind them
SPREAD_OUT = 0.15  # of the words are written letter by letter, far apart
GROUPS = (
    0,
    0.15,
    0.15,
    0.15,
    0.15,
    0.15,
    0.1,
    0.1,
    0.05,
)  # share of the batches whose letters are put together to so many
STEP = 4  # columns that become one of the network's steps

MAX_COLUMNS = 30 * HEIGHT  # of a line
# Words that letters are put together to where there are no others: the commonest of English, and pangrams.
COMMON = """
    the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not
    what all were we when your can said there use an each which she do how their if will up other about out many then
    them these so some her would make like him into time has look two more write go see number no way could people my
    than first water been call who oil its now find long down day did get come made may part
    quick brown fox jumps over lazy dog pack five dozen liquor jugs amazing wizards vex quite jolly
"""
SMALL_LETTER = 11  # rows that it is high, about, in the network's pictures

ASCENDING, DESCENDING = frozenset("bdfhklt"), frozenset("gjpqy")
# Where signs stand, in heights of a small letter above the line: lower and upper edge.
SIGNS = {
    ".": (0, 0.15), ",": (-0.35, 0.15), ";": (-0.35, 0.8), ":": (0, 0.8), "'": (1.2, 1.8), '"': (1.2, 1.8),
    "-": (0.4, 0.6), "+": (0, 1), "=": (0.3, 0.8), "*": (0.6, 1.5), "@": (-0.2, 1.5), "(": (-0.4, 1.8),
    ")": (-0.4, 1.8), "/": (-0.2, 1.8),
}  # fmt: skip
FLAT = {"-": 0.8, ".": 0.15}  # widths of those whose height says nothing

Points = npt.NDArray[np.float32]


class Strokes(NamedTuple):
    """Strokes in the network's pixels, how many columns they take, and the pen's width."""

    strokes: list[Points]
    columns: int
    pen: float


Drawing = Strokes | Points  # of a line: its strokes, or its ink (HEIGHT, columns)


@dataclass(slots=True)
class Written:
    """A word or a letter as someone wrote it: its strokes in heights of a small letter, the line at y = 0, y down."""

    text: str
    writer: int
    strokes: list[Points]
    width: float
    ink: Points | None = None  # of a picture (HEIGHT, columns), where there are no strokes


def written(
    text: str, writer: int, strokes: Sequence[npt.ArrayLike] | None, ink: npt.NDArray[np.float32] | None = None
) -> Written:
    """Strokes of any size -> the same in heights of a small letter, as far as the text and their extent tell."""
    if strokes is None:
        assert ink is not None
        return Written(text, writer, [], ink.shape[1] / SMALL_LETTER, ink)
    points = [array[:, :2] for stroke in strokes if len(array := np.asarray(stroke, np.float32))]
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    bottom, top = extent(text)
    scale = (top - bottom) / max(float(high[1] - low[1]), 1e-6)
    if text in FLAT:
        scale = FLAT[text] / max(float((high - low).max()), 1e-6)
    origin = np.array([low[0], high[1] + bottom / scale], np.float32)
    return Written(text, writer, [(stroke - origin) * scale for stroke in points], float(high[0] - low[0]) * scale)


def extent(text: str) -> tuple[float, float]:
    """How far a text reaches below and above its line, in heights of a small letter, as most people write it."""
    edges = [SIGNS.get(letter) or _edges(letter) for letter in text]
    return min(edge for edge, _ in edges), max(edge for _, edge in edges)


def _edges(letter: str) -> tuple[float, float]:
    if letter.isupper() or letter.isdigit() or not letter.isalnum():
        return 0, 1.8
    return -0.8 * (letter in DESCENDING), 1.8 if letter in ASCENDING else 1.4 if letter in "ij" else 1


@dataclass(slots=True)
class WordTensors:
    """The words of a training, as its loop takes them: a batch is drawn when it is asked for."""

    words: list[Written]
    targets: Tensor  # (n, longest text) int64: classes of the network, 0 behind the end
    labels: dict[str, int]  # of each character its class
    others: dict[tuple[int, str], npt.NDArray[np.int64]]  # by writer, and kind or letter: what may stand beside a word
    spellings: list[list[str]]  # by length: texts of words

    @classmethod
    def of(cls, words: list[Written], labels: Sequence[str], train: npt.NDArray[np.int64]) -> WordTensors:
        classes = {label: place for place, label in enumerate([*labels, " "], 1)}
        others: dict[tuple[int, str], list[int]] = {}
        spellings: list[list[str]] = [[] for _ in GROUPS]
        for index in train.tolist():
            word = words[index]
            if word.ink is not None:
                continue
            for key in {kind(word.text), word.text} if len(word.text) == 1 else {"word"}:
                others.setdefault((word.writer, key), []).append(index)
            if len(word.text) < len(GROUPS):
                spellings[len(word.text)].append(word.text)
        if not any(spellings):
            for text in COMMON.split():
                spellings[len(text)].append(text)
        found = {key: np.array(indices) for key, indices in others.items()}
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
        for pool, long in zip(order.split(size * POOL), lengths.split(size * POOL), strict=True):
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
                if len(waiting) > AHEAD:
                    pictures, targets = waiting.popleft().result()
                    yield pictures.to(self.targets.device), targets.to(self.targets.device)
            while waiting:
                pictures, targets = waiting.popleft().result()
                yield pictures.to(self.targets.device), targets.to(self.targets.device)

    def originals(self, indices: Tensor) -> Tensor:
        """The words with these indices as they were written: (batch, HEIGHT, columns) in [0, 1]."""
        pictures = batch([plain(self.words[index]) for index in indices.tolist()])
        return torch.from_numpy(pictures).to(self.targets.device)

    def batch(self, indices: Tensor, config: AugmentConfig, strength: float, seed: int) -> tuple[Tensor, Tensor]:
        """The words with these indices, each drawn in another way and some with others beside, and their classes."""
        random = np.random.default_rng(seed)
        beside, count = random.random() < BESIDE, int(random.choice(len(GROUPS), p=GROUPS))
        apart = random.random() < SPREAD_OUT
        lines = [self._line(index, beside, count, random) for index in indices.tolist()]
        lines = [spread_out(line, random) if line.strokes else line for line in lines] if apart else lines
        drawn = [redrawn(line, config, strength, random) for line in lines]
        texts = [[self.labels[letter] for letter in line.text] for line in lines]
        return torch.from_numpy(worn(batch(drawn), strength, random)), _padded(texts)

    def _line(self, index: int, beside: bool, count: int, random: np.random.Generator) -> Written:
        """A word, with something of the same writer `beside` it or not; a letter in a group of so many."""
        word = self.words[index]
        if word.ink is not None:
            return word
        if len(word.text) > 1 and not beside:
            if random.random() > SIGNED or (word.writer, "sign") not in self.others:
                return word
            return joined([word, self._other(word.writer, ["sign"], random)], random)
        if len(word.text) == 1 and count > 1 and word.text.isalpha() and random.random() < 0.5:
            return joined(self._spelled(word, count, random), random, spaced=False)
        parts = [word]
        while len(parts) < (count if len(word.text) == 1 else 2):
            parts.append(self._other(word.writer, [kind(word.text)] if random.random() < 0.7 else list(KINDS), random))
        if random.random() < 0.5:
            parts.reverse()
        return joined(parts, random)

    def _spelled(self, word: Written, count: int, random: np.random.Generator) -> list[Written]:
        """A word of so many letters, put together from those of a writer, in the case of the letter given."""
        texts = self.spellings[count]
        text = texts[int(random.integers(len(texts)))] if texts else word.text * count
        text = text.upper() if word.text.isupper() else text.lower()
        return [self._other(word.writer, [letter], random, word) for letter in text]

    def _other(
        self, writer: int, kinds: list[str], random: np.random.Generator, default: Written | None = None
    ) -> Written:
        """Something of some kinds by a writer; the default where there is nothing."""
        there = [found for one in kinds if (found := self.others.get((writer, one))) is not None]
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


KINDS = ("word", "digit", "capital", "letter", "sign")


def kind(text: str) -> str:
    if len(text) > 1:
        return "word"
    return "digit" if text.isdigit() else "capital" if text.isupper() else "letter" if text.isalpha() else "sign"


def joined(parts: list[Written], random: np.random.Generator, spaced: bool = True) -> Written:
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
    return Written(text, parts[0].writer, strokes, x)


def spread_out(word: Written, random: np.random.Generator) -> Written:
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
    return Written(word.text, word.writer, strokes, word.width + shift)


def plain(word: Written) -> Drawing:
    """As it was written."""
    if word.ink is not None:
        return word.ink
    return _placed(np.concatenate(word.strokes), word, 1.7, 0, 0)


def redrawn(word: Written, config: AugmentConfig, strength: float, random: np.random.Generator) -> Drawing:
    """As it may be written another time; `config` gives standard deviations in heights of a small letter."""
    if word.ink is not None:
        return _warped(word.ink, config, strength, random)
    points = np.concatenate(word.strokes)
    noise = random.standard_normal(12).astype(np.float32) * strength
    wide, slant, slope = (
        np.exp(config.scale * noise[0] + 0.05),
        config.shear * 1.6 * noise[1],
        config.rotation * noise[2],
    )
    x, y = points[:, 0], points[:, 1]
    lengths = [len(stroke) for stroke in word.strokes]
    apart = random.standard_normal((len(lengths), 2)).astype(np.float32) * (0.5 * config.bend * strength)
    each = np.repeat(apart, lengths, axis=0)
    # Slow waves along the word: letters grow and shrink, rise and fall, come near each other and go apart.
    w = 2 * np.pi / random.uniform(1.5, 6, 3).astype(np.float32)
    phase = random.uniform(0, 2 * np.pi, 3).astype(np.float32)
    tall = 1 + config.scale * 0.7 * noise[3] * np.sin(w[0] * x + phase[0])
    rise = config.bend * noise[4] * np.sin(w[1] * x + phase[1])
    shift = config.bend * 1.5 * noise[5] * np.sin(w[2] * x + phase[2])
    moved = np.empty_like(points)
    moved[:, 0] = (x + shift - slant * y) * wide + each[:, 0]
    moved[:, 1] = y * tall + rise + slope * x + each[:, 1]
    pen = float(np.clip(np.exp(0.5 + 3.5 * config.thickness * noise[6]), 0.7, 3.3))
    return _placed(moved, word, pen, config.scale * 0.6 * noise[7], config.shift * 8 * noise[8])


def _warped(ink: Points, config: AugmentConfig, strength: float, random: np.random.Generator) -> Points:
    """A picture's ink, wider or narrower, larger or smaller, slanted, sloping, higher or lower."""
    noise = random.standard_normal(5) * strength
    wide, tall = np.exp(config.scale * noise[0]), np.exp(0.6 * config.scale * noise[1])
    slant, slope = 1.6 * config.shear * noise[2], config.rotation * noise[3]
    rows, columns = ink.shape
    size = (max(STEP, round(columns * wide) + abs(round(HEIGHT * slant))), HEIGHT)
    x, y = size[0] / 2, HEIGHT / 2 + 8 * config.shift * noise[4]
    # Where each pixel of the result comes from: x' = a x + b y + c, y' = d x + e y + f.
    a, b, d, e = 1 / wide, slant / wide, -slope / tall, 1 / tall
    source = (a, b, columns / 2 - a * x - b * y, d, e, rows / 2 - d * x - e * y)
    warped = Image.fromarray(ink).transform(size, Image.Transform.AFFINE, source, Image.Resampling.BILINEAR)
    return np.array(warped, np.float32)


def _placed(points: Points, word: Written, pen: float, larger: float, lower: float) -> Strokes:
    """Points in heights of a small letter -> strokes in the network's pixels, by the spread of their ink."""
    lengths = [len(stroke) for stroke in word.strokes]
    ends = np.cumsum(lengths)[:-1]
    dx, dy = np.diff(points, axis=0).T
    mass = np.hypot(dx, dy)
    mass[ends - 1] = 0  # from one stroke to the next
    mass += 0.02  # of a dot
    middles = points[:-1, 1] + dy / 2
    total = float(mass.sum())
    middle = float(mass @ middles) / total if total else float(points[0, 1])
    spread = float(np.sqrt(mass @ ((middles - middle) ** 2 + dy**2 / 12) / total)) if total else 0.0
    low, high = points.min(axis=0), points.max(axis=0)
    rim = pen / 2 / SMALL_LETTER
    spread = float(np.hypot(spread, rim / 1.7))
    scale, middle = writing.fitted(middle, spread, float(low[1]) - rim, float(high[1]) + rim)
    scale = min(scale * float(np.exp(larger)), 40.0)
    columns = int(np.ceil(float(high[0] - low[0]) * scale + pen + 6))
    placed = (points - np.array([low[0], middle], np.float32)) * np.float32(scale)
    placed += np.array([pen / 2 + 3, HEIGHT / 2 + lower], np.float32)
    return Strokes(np.split(placed, ends), min(columns, MAX_COLUMNS), pen)


def batch(drawn: Sequence[Drawing]) -> Points:
    """Drawings side by side in a batch (n, HEIGHT, columns), blank behind their ends."""
    widths = [each.shape[1] if isinstance(each, np.ndarray) else each.columns for each in drawn]
    pictures = np.zeros((len(drawn), HEIGHT, -(-max(widths) // STEP) * STEP), np.float32)
    for picture, each, wide in zip(pictures, drawn, widths, strict=True):
        ink = (
            each if isinstance(each, np.ndarray) else writing.rasterize(each.strokes, (HEIGHT, wide), each.pen, fine=3)
        )
        picture[:, :wide] = ink
    return pictures


def worn(ink: npt.NDArray[np.float32], strength: float, random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Ink as paper, cameras and faxes leave it: pale or uneven, blurred, in coarse pixels, with specks and rules."""
    count, rows, columns = ink.shape
    kind = random.random(count)
    # Uneven ink: a pen that skips, or light that falls off.
    uneven = np.flatnonzero(kind < 0.4)
    if len(uneven):
        coarse = random.random((len(uneven), 9, columns // 3 + 2), np.float32)
        depth = random.uniform(0, 0.7, (len(uneven), 1, 1)).astype(np.float32) * strength
        smooth = np.repeat(np.repeat(coarse, 4, axis=1), 3, axis=2)[:, :rows, :columns]
        ink[uneven] *= 1 - depth * smooth
    for sigma in (0.5, 0.8, 1.1):  # of the camera, or of a small picture that is enlarged
        some = np.flatnonzero(random.random(count) < 0.2)
        if len(some):
            ink[some] = ndimage.gaussian_filter(ink[some], (0, sigma, sigma))
    peak = ink.max(axis=(1, 2), keepdims=True)
    ink /= np.maximum(peak, 0.2)
    sharp = np.flatnonzero(random.random(count) < 0.3)  # a scan in black and white, or a hard contrast
    if len(sharp):
        level = random.uniform(0.25, 0.6, (len(sharp), 1, 1)).astype(np.float32)
        steep = random.choice([2, 4, 20], (len(sharp), 1, 1)).astype(np.float32)
        ink[sharp] = np.clip((ink[sharp] - level) * steep + 0.5, 0, 1)
    noisy = np.flatnonzero(random.random(count) < 0.3)
    if len(noisy):
        amount = random.uniform(0, 0.12, (len(noisy), 1, 1)).astype(np.float32) * strength
        ink[noisy] += random.standard_normal((len(noisy), rows, columns), np.float32) * amount
    for index in np.flatnonzero(random.random(count) < 0.08).tolist():  # a rule, or what a crop leaves of a neighbour
        row = (
            int(random.choice([0, 1, 2, rows - 3, rows - 2, rows - 1]))
            if random.random() < 0.6
            else int(random.integers(rows))
        )
        start, stop = sorted(random.integers(0, columns + 1, 2).tolist())
        ink[index, row : row + int(random.integers(1, 3)), start:stop] = random.uniform(0.3, 1)
    for index in np.flatnonzero(random.random(count) < 0.1).tolist():  # specks
        for _ in range(int(random.integers(1, 6))):
            y, x, size = int(random.integers(rows)), int(random.integers(columns)), int(random.integers(1, 3))
            ink[index, y : y + size, x : x + size] = random.uniform(0.3, 1)
    return np.clip(ink, 0, 1, out=ink)
