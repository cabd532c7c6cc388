"""Draw starter letters from the stroke templates, as people with many different handwritings would write them.

    python -m charnet.datasets.synthesize --out data/letters --count 120 --seed 0
    python -m charnet.datasets.synthesize --out data/digits --characters digits

More candidates of each letter are drawn than kept. They are divided among the letter's shapes by weight, and each trait
of a handwriting (slant, width, pen, ...) is spread evenly over them (Latin hypercube sampling). The candidates kept are
those that together represent all of them best, so that few samples show much of the variation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from charnet.datasets.record import missing
from charnet.letters.curves import Points
from charnet.letters.handwriting import random_handwritings, write
from charnet.letters.naming import to_folder
from charnet.letters.samples import check_writer, prefix
from charnet.letters.templates import CHARACTERS, SHAPES, shapes
from charnet.pictures import images, ink
from charnet.spec import Spec
from charnet.system import files, pool, usage
from charnet.system.answer import answer, note, printable
from charnet.system.names import normalise
from charnet.system.progress import Progress

RECORD = ".unfinished.json"  # in the folder while it is being filled: what the call was
CANDIDATES = 5  # drawn for each sample kept
BANDWIDTH = 1.5  # of the Gaussian kernel that compares two pictures, by their Euclidean distance after `_blur`
ROWS = 600  # rows of the kernel matrix computed at once
FEW = 200  # samples that take less time than starting worker processes


class Sample(NamedTuple):
    strokes: list[Points]  # (points, 4) each
    pen: float  # width in framed pixels
    picture: images.Array  # (height, width), framed ink


def apportion(weights: Sequence[float], count: int) -> list[int]:
    """Divide `count` samples among shapes in proportion to their weights (largest remainder method)."""
    exact = np.array(weights) / sum(weights) * count
    whole = np.floor(exact).astype(int)
    for index in np.argsort(whole - exact, kind="stable")[: count - whole.sum()]:
        whole[index] += 1
    return [int(n) for n in whole]


def representative(pictures: images.Array, count: int) -> list[int]:
    """Indices of the `count` of `pictures` (n, height, width) whose distribution is closest to that of all of them.

    Kernel herding (Chen, Welling and Smola, 2010): each next one is similar to many pictures, and not to those chosen.
    """
    flat = _blur(pictures.astype(np.float64)).reshape(len(pictures), -1)
    squares = (flat**2).sum(axis=1)

    def kernel(rows: slice) -> npt.NDArray[np.float64]:  # (rows, n): the whole matrix would be quadratic in memory
        similar: npt.NDArray[np.float64] = np.exp(
            -(squares[rows, None] + squares - 2 * flat[rows] @ flat.T) / (2 * BANDWIDTH**2)
        )
        return similar

    density = np.concatenate([kernel(slice(start, start + ROWS)).mean(axis=1) for start in range(0, len(flat), ROWS)])
    covered, chosen = np.zeros(len(flat)), list[int]()
    for _ in range(count):
        score = np.round(density - covered / (len(chosen) + 1), 9)  # the last bits differ between machines
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
        covered += kernel(slice(chosen[-1], chosen[-1] + 1))[0]
    return chosen


def _blur(pictures: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Blur by a pixel, so that lines a pixel apart count as similar."""
    for axis in (1, 2):
        pictures = (np.roll(pictures, 1, axis) + 2 * pictures + np.roll(pictures, -1, axis)) / 4
    return pictures


def samples(letter: str, count: int, seed: int) -> list[Sample]:
    """`count` samples of a letter; the same seed gives the same samples."""
    rng = np.random.default_rng([seed, ord(letter)])
    weights, templates = zip(*shapes(letter), strict=True)
    total = CANDIDATES * count
    drawn = rng.permutation(np.repeat(np.arange(len(templates)), apportion(weights, total)))
    candidates = [
        (write(templates[index], style, rng), round(style.pen, 2))
        for index, style in zip(drawn, random_handwritings(total, rng), strict=True)
    ]
    pictures = ink.framed_many(candidates, Spec())
    return [Sample(*candidates[index], pictures[index]) for index in representative(pictures, count)]


def synthesize(
    out: Path,
    count: int,
    seed: int,
    overwrite: bool = False,
    writer: str = "",
    letters: Collection[str] = tuple(SHAPES),
) -> int:
    """Write `count` samples of each letter as out/<letter>/<n>.png, or <writer>-<n>.png; return the number of files.

    A call that was stopped half-way leaves a record of what it was to write, and the same call goes on. Raises
    `ValueError` where `out` is not empty, or already has samples of the writer where one is named. With `overwrite`,
    files of the same name are replaced instead.
    """
    check_writer(writer)
    if count < 1:
        raise ValueError(f"--count is {count}, at least 1 sample a letter is needed; give 40 or more")
    if seed < 0:
        raise ValueError(f"--seed is {seed}, a seed is a whole number from 0; give another")
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file, letters need a folder; name another with --out")
    record, content = (
        out / RECORD,
        json.dumps({"count": count, "seed": seed, "writer": writer, "letters": list(letters)}).encode(),
    )
    goes_on = record.is_file() and record.read_bytes() == content
    there = out.is_dir() and any(out.glob(f"*/{prefix(writer)}*.png") if writer else out.iterdir())
    if there and not (overwrite or goes_on):
        raise ValueError(f"{out} is not empty; name a new folder with --out, or replace samples with --overwrite")
    for letter in letters:
        (out / to_folder(letter)).mkdir(parents=True, exist_ok=True)
    files.write_bytes(record, content)
    done = 0
    with Progress("writing letters", len(letters), to=sys.stderr) as progress:
        for saved in pool.in_chunks(
            partial(_save, out, count, seed, writer, not overwrite), letters, chunk=1, few=max(1, FEW // count)
        ):
            done += saved
            progress.show(done)
    files.flush()
    record.unlink(missing_ok=True)
    return count * len(letters)


def _save(out: Path, count: int, seed: int, writer: str, keep: bool, letters: list[str]) -> int:
    """Write the samples of some letters, with `keep` those that are missing; how many letters that are."""
    for letter in letters:
        paths = [out / to_folder(letter) / f"{prefix(writer)}{number}.png" for number in range(count)]
        if keep and not any(map(missing, paths)):
            continue
        for path, (strokes, _, picture) in zip(paths, samples(letter, count, seed), strict=True):
            files.write_bytes(path, ink.to_png(picture, strokes), durable=False)
    return len(letters)


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser(
        "datasets.synthesize", "Draw starter letters from templates, each in a handwriting of its own."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("data/letters"),
        help="folder to write the letter folders to (default %(default)s)",
    )
    parser.add_argument(
        "--characters", choices=list(CHARACTERS), default="lower", help="which characters (default %(default)s)"
    )
    parser.add_argument("--count", type=int, default=120, help="samples for each letter (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same files (default %(default)s)")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="write into a folder that already has samples, and replace those of the same name",
    )
    parser.add_argument(
        "--writer", type=normalise, default="", help="name of the made-up writer, for files named <writer>-<n>.png"
    )
    given = parser.parse_args(argv)

    def work() -> None:
        letters = CHARACTERS[given.characters]
        try:
            written = synthesize(given.out, given.count, given.seed, given.overwrite, given.writer, letters)
        except (KeyboardInterrupt, OSError, MemoryError):
            if (given.out / RECORD).exists():
                note(f"what is in {given.out} is whole; the same command goes on with it")
            raise
        print(f"{printable(given.out)}: {written} samples, {given.count} of each of {len(letters)} letters")

    return answer(work)


if __name__ == "__main__":
    sys.exit(main())
