"""How well lines of letters are cut and read.

    python benchmarks/lines.py UNIPEN ORIGINAL [--pictures 48] [--seed 0] [--weights NETWORK]

UNIPEN is what `charnet.datasets.unipen` made, ORIGINAL the folder of the original project's drawings. Each picture
holds lines of one writer's letters: of a writer in held_back_writers.txt or, in a quarter of the pictures, of the
drawings with odd numbers. Gaps are 0.15 to 0.6 of the x-height, the baseline wobbles and slopes by up to 10 degrees,
sizes differ twofold (from line to line or from letter to letter), pens are fine to broad; paper is white, grey-lit,
ruled or checked. `--weights outputs/benchmarks/writers-cnn` reads with what `accuracy.py writers-cnn UNIPEN` left, and
then only letters of writers whom that network never saw are taken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

import common  # noqa: E402
import photos  # noqa: E402

from charnet.letters.samples import writer_of  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import boxes, images, ink, lines, listing  # noqa: E402
from charnet.spec import Spec  # noqa: E402

TALL = {**dict.fromkeys("bdfhklt", (1.7, 0)), **dict.fromkeys("gpqy", (1.6, 0.6)), "j": (2.1, 0.6), "i": (1.5, 0)}
NETWORK = "letters-cnn"
HEAD = ("paper", "letters", "segmented correctly", "extra boxes", "accuracy", "one by one", "as first drawn")
PAPERS = ("white", "grey", "ruled", "checked")
STEEPEST = np.tan(np.deg2rad(10))
DRAWINGS = 4  # every fourth picture holds original drawings

Box = tuple[float, float, float, float]  # left, top, right, bottom


class Written(NamedTuple):
    """A letter on a page: where, where it came from, and the same alone on clean paper."""

    box: Box
    path: Path
    alone: Image.Image


def compose(paths: Sequence[Path], paper: str, random: photos.Random) -> tuple[Image.Image, list[Written]]:
    """A picture of two lines of letters, and the letters."""
    page, written = np.zeros((photos.HEIGHT, photos.WIDTH), np.float32), []
    largest = random.uniform(50, 80)  # x-height in pixels
    by_line = random.random() < 0.5
    first = random.uniform(0.5, 1)  # twofold at most
    pen, slope = largest * random.uniform(0.06, 0.14), random.uniform(-STEEPEST, STEEPEST)
    room = photos.HEIGHT - slope * photos.WIDTH * np.sign(slope)
    for baseline, size in zip((0.36, 0.8), (first, 1) if by_line else (1, 1), strict=True):
        x, height = 60.0, largest * size
        middle = (photos.HEIGHT - room) / 2 + baseline * room
        while x < photos.WIDTH - 3 * height:
            path = paths[random.integers(len(paths))]
            scale = random.uniform(0.9, 1.1) if by_line else random.uniform(0.5, 1)
            letter, down = _drawn(path, scale * height, pen * size)
            y = middle + slope * (x - photos.WIDTH / 2) + random.normal(0, 0.06) * height + down
            rows, columns = np.flatnonzero(letter.max(axis=1) > 0.5), np.flatnonzero(letter.max(axis=0) > 0.5)
            top, left = int(y) - letter.shape[0], int(x)
            if not len(rows) or left + letter.shape[1] > photos.WIDTH - 30:
                break
            part = page[top : top + letter.shape[0], left : left + letter.shape[1]]
            np.maximum(part, letter, out=part)
            box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
            alone = Image.fromarray((255 - 255 * np.pad(letter, 20)).astype(np.uint8))
            written.append(Written(box, path, alone))
            wide = random.random() < 0.15  # a space
            x += columns[-1] + 1 - 2 + height * (random.uniform(1.2, 1.8) if wide else random.uniform(0.15, 0.6))
    if paper == "white":
        return Image.fromarray((255 - 255 * page).astype(np.uint8)), written
    scene = {"grey": "plain"}.get(paper, paper)
    return photos.page(page, scene, random), written


def _drawn(path: Path, height: float, pen: float) -> tuple[photos.Array, float]:
    """A letter's coverage for an x-height, and how far it reaches below the line."""
    strokes = ink.from_png(path)
    if strokes is None:
        black = np.asarray(Image.open(path).convert("L")) < 128
        high, wide = (np.ptp(np.flatnonzero(black.any(axis=axis))) + 1 for axis in (1, 0))
    else:
        wide, high = np.ptp(np.concatenate(strokes)[:, :2], axis=0)
    up, down = TALL.get(path.parent.name, (1, 0))
    size = min(2.5 * height, up * height * max(1, wide / max(high, 1e-6)))
    letter = photos.enlarged(Image.open(path), size) if strokes is None else photos.coverage(strokes, size, pen)
    return letter, down * height


def overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)


def sources(unipen: Path, original: Path, tune: bool, unseen: bool) -> tuple[list[list[Path]], list[Path]]:
    """Letters by each writer who left enough of them, and the original drawings."""
    held_back = set((ROOT / "benchmarks/held_back_writers.txt").read_text().splitlines())
    if unseen:
        held_back &= common.strangers(unipen)
    writers: dict[str, list[Path]] = {}
    for path in listing.walk([unipen]):
        if (writer_of(path) in held_back) != tune and ".printed" in path.name:
            writers.setdefault(writer_of(path), []).append(path)
    hands = [writers[name] for name in sorted(writers) if len(writers[name]) >= 26]
    return hands, [path for path in listing.walk([original]) if (int(path.stem) % 2 == 0) == tune]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("unipen", type=Path)
    parser.add_argument("original", type=Path)
    parser.add_argument("--pictures", type=int, default=48)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tune", action="store_true", help="letters of the other writers instead")
    parser.add_argument("--look", type=Path, help="a folder for the pictures with the boxes found")
    parser.add_argument("--weights", default=NETWORK)
    given = parser.parse_args()
    hands, drawings = sources(given.unipen, given.original, given.tune, given.weights != NETWORK)
    network, spec = classify.load(given.weights), Spec()
    best = np.array(network.spec.labels)
    totals = {paper: np.zeros(6, int) for paper in PAPERS}
    for paper in PAPERS:
        for number in range(given.pictures // len(PAPERS)):
            random = np.random.default_rng([given.seed, PAPERS.index(paper), number])
            paths = drawings if number % DRAWINGS == DRAWINGS - 1 else hands[random.integers(len(hands))]
            picture, written = compose(paths, paper, random)
            letters = lines.read(picture, spec)
            asked = np.array([each.path.parent.name for each in written])
            labels, one_by_one, stored = (
                best[network.likelihoods(framed).argmax(axis=1)]
                for framed in (
                    letters.framed,
                    np.stack([images.read(each.alone, spec) for each in written]),
                    np.stack([images.read(each.path, spec) for each in written]),
                )
            )
            there = [(left, top, left + wide, top + high) for left, top, wide, high in letters.boxes]
            matches = [[n for n, other in enumerate(there) if overlap(each.box, other) > 0.5] for each in written]
            read = [len(found) == 1 and labels[found[0]] == label for found, label in zip(matches, asked, strict=True)]
            right = sum(len(found) == 1 for found in matches)
            totals[paper] += [
                len(written), right, len(there), sum(read), (one_by_one == asked).sum(), (stored == asked).sum()
            ]  # fmt: skip
            if given.look:
                given.look.mkdir(exist_ok=True)
                drawn = boxes.draw(picture, letters.boxes, list(labels))
                for each, found in zip(written, matches, strict=True):
                    ImageDraw.Draw(drawn).rectangle(each.box, outline="green" if len(found) == 1 else "magenta")
                drawn.save(given.look / f"{paper}-{number}.png")
        print(_row(paper, *totals[paper]), file=sys.stderr, flush=True)
    rows = [_row(paper, *found) for paper, found in [*totals.items(), ("all", sum(totals.values()))]]
    options = f"--pictures {given.pictures} --seed {given.seed} --weights {given.weights}"
    common.figures("lines", f"python benchmarks/lines.py UNIPEN DRAWINGS {options}", HEAD, rows)


def _row(paper: str, count: int, *counts: int) -> tuple[str, ...]:
    right, found, read, alone, stored = counts
    shares = (right, found - right, read, alone, stored)
    return paper, f"{count:,}", *(common.percent(share / count) for share in shares)


if __name__ == "__main__":
    main()
