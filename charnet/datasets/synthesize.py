"""Starter letters, drawn from the stroke templates as many different hands would write them.

    python -m charnet.datasets.synthesize --out data/letters --count 120 --seed 0

Of each letter more candidates are written than are kept. Its shapes get their share of them, and each trait of a hand
(slant, width, pen, ...) is spread evenly over them (Latin hypercube: one candidate in each n-th of the trait's range).
Those are kept that together represent all candidates best, so that a few samples carry a lot.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from charnet.datasets.hands import hands, write
from charnet.datasets.templates import SHAPES, Points, shapes
from charnet.letters.samples import prefix
from charnet.pictures import images, ink
from charnet.spec import Spec
from charnet.system import files, pool, usage
from charnet.system.answer import answer, printable
from charnet.system.progress import Progress
from charnet.system.settings import folder_name

CANDIDATES = 5  # written for each sample kept
NEAR = 1.5  # distance of two pictures (root of the sum of squares of ink, after `_soften`) up to which they are alike
ROWS = 600  # candidates that are compared with all others at a time
QUICK = 200  # samples, made before other processes could help


class Sample(NamedTuple):
    strokes: list[Points]  # (points, 4) each
    pen: float  # width in framed pixels
    picture: images.Array  # (height, width), framed ink


def shared_out(shares: Sequence[float], count: int) -> list[int]:
    """How many of `count` samples each shape gets, the largest remainders rounded up."""
    exact = np.array(shares) / sum(shares) * count
    whole = np.floor(exact).astype(int)
    for index in np.argsort(whole - exact, kind="stable")[: count - whole.sum()]:
        whole[index] += 1
    return [int(n) for n in whole]


def representative(pictures: images.Array, count: int) -> list[int]:
    """Indices of the `count` of `pictures` (n, height, width) whose density is most like that of all of them.

    Kernel herding (Chen, Welling and Smola, 2010): each next one is near to many that are still unlike those chosen.
    """
    flat = _soften(pictures.astype(np.float64)).reshape(len(pictures), -1)
    squares = (flat**2).sum(axis=1)

    def alike(some: slice) -> Points:  # these and all others, (some, n): all at once would be quadratic in memory
        near: Points = np.exp(-(squares[some, None] + squares - 2 * flat[some] @ flat.T) / (2 * NEAR**2))
        return near

    common = np.concatenate([alike(slice(at, at + ROWS)).mean(axis=1) for at in range(0, len(flat), ROWS)])
    taken, chosen = np.zeros(len(flat)), list[int]()
    for _ in range(count):
        score = np.round(common - taken / (len(chosen) + 1), 9)  # the last bits differ between machines
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
        taken += alike(slice(chosen[-1], chosen[-1] + 1))[0]
    return chosen


def _soften(pictures: Points) -> Points:
    """Blurred by a pixel, so that lines a pixel apart count as alike."""
    for axis in (1, 2):
        pictures = (np.roll(pictures, 1, axis) + 2 * pictures + np.roll(pictures, -1, axis)) / 4
    return pictures


def samples(letter: str, count: int, seed: int) -> list[Sample]:
    """`count` samples of a letter; the same for the same seed."""
    rng = np.random.default_rng([seed, ord(letter)])
    choices = shapes(letter)
    number = CANDIDATES * count
    drawn = rng.permutation(np.repeat(np.arange(len(choices)), shared_out([share for share, _ in choices], number)))
    candidates = [
        (write(choices[index][1], hand, rng), round(hand.pen, 2))
        for index, hand in zip(drawn, hands(number, rng), strict=True)
    ]
    pictures = ink.framed_many(candidates, Spec())
    return [Sample(*candidates[index], pictures[index]) for index in representative(pictures, count)]


def synthesize(out: Path, count: int, seed: int, overwrite: bool = False, writer: str = "") -> int:
    """Write `count` samples of every letter as out/<letter>/<n>.png, or <writer>-<n>.png; returns how many files.

    Raises `ValueError` for a folder with something in it, of this writer where there is one, unless `overwrite`; then
    files of the same name are replaced.
    """
    folder_name("--writer", writer)
    if count < 1:
        raise ValueError(f"--count is {count}, at least 1 sample a letter is needed; give 40 or more")
    if seed < 0:
        raise ValueError(f"--seed is {seed}, a seed is a whole number from 0; give another")
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file, letters need a folder; name another with --out")
    if not overwrite and out.is_dir() and any(out.glob(f"*/{prefix(writer)}*.png") if writer else out.iterdir()):
        raise ValueError(f"{out} is not empty; name a new folder with --out, or replace samples with --overwrite")
    for letter in SHAPES:
        (out / letter).mkdir(parents=True, exist_ok=True)
    done = 0
    with Progress("writing letters", len(SHAPES), to=sys.stderr) as progress:
        for several in pool.in_chunks(
            partial(_save, out, count, seed, writer), SHAPES, chunk=1, few=max(1, QUICK // count)
        ):
            done += several
            progress.show(done)
    files.flush()
    return count * len(SHAPES)


def _save(out: Path, count: int, seed: int, writer: str, letters: list[str]) -> int:
    start = prefix(writer)
    for letter in letters:
        for number, (strokes, _, picture) in enumerate(samples(letter, count, seed)):
            files.write_bytes(out / letter / f"{start}{number}.png", ink.to_png(picture, strokes), durable=False)
    return len(letters)


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser("datasets.synthesize", "Draw letters to start with from templates, each in its own way.")
    parser.add_argument("--out", type=Path, default=Path("data/letters"), help="folder (default %(default)s)")
    parser.add_argument("--count", type=int, default=120, help="samples per letter (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same files (default %(default)s)")
    parser.add_argument("--overwrite", action="store_true", help="write into a folder that has samples already")
    parser.add_argument("--writer", default="", help="name of the made-up writer, for files <writer>-<n>.png")
    given = parser.parse_args(argv)

    def work() -> None:
        written = synthesize(given.out, given.count, given.seed, given.overwrite, given.writer)
        print(f"{printable(given.out)}: {written} samples, {given.count} of each of {len(SHAPES)} letters")

    return answer(work)


if __name__ == "__main__":
    sys.exit(main())
