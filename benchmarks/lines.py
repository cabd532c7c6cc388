"""How well lines of letters are cut and read: python benchmarks/lines.py UNIPEN [--pictures 40] [--seed 0]

Lines are composed of letters by the writers in held_back_writers.txt, each line by one of them: gaps 0.15 to 0.6 of the
x-height, a wobbling, sloping baseline, pens of several widths, white, grey-lit, ruled and checked paper.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import photos  # noqa: E402

from charnet.letters.folder import writer_of  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import images, ink, lines  # noqa: E402
from charnet.spec import Spec  # noqa: E402

TALL = {**dict.fromkeys("bdfhklt", (1.7, 0)), **dict.fromkeys("gpqy", (1.6, 0.6)), "j": (2.1, 0.6), "i": (1.5, 0)}
PAPERS = ("white", "grey", "ruled", "checked")

Box = tuple[float, float, float, float]  # left, top, right, bottom


def compose(paths: Sequence[Path], paper: str, random: photos.Random) -> tuple[Image.Image, list[Box], list[Path]]:
    """A picture of two lines of letters, their boxes and where each came from."""
    page, boxes, used = np.zeros((photos.HEIGHT, photos.WIDTH), np.float32), [], []
    height = random.uniform(45, 80)  # the x-height in pixels
    pen = height * random.uniform(0.07, 0.16)
    for baseline in (photos.HEIGHT * 0.33, photos.HEIGHT * 0.75):
        x, slope = 60.0, random.uniform(-0.08, 0.08)
        while x < photos.WIDTH - 3 * height:
            path = paths[random.integers(len(paths))]
            strokes = ink.from_png(path)
            up, down = TALL.get(path.parent.name, (1, 0))
            points = np.concatenate(strokes)[:, :2]
            wide, high = np.ptp(points, axis=0)
            size = up * height * random.uniform(0.8, 1.2) * max(1, wide / max(high, 1e-6))
            letter = photos.coverage(strokes, min(size, 2.5 * height), pen)
            y = baseline + slope * (x - photos.WIDTH / 2) + random.normal(0, 0.06) * height + down * height
            rows, columns = np.flatnonzero(letter.max(axis=1) > 0.5), np.flatnonzero(letter.max(axis=0) > 0.5)
            top, left = int(y) - letter.shape[0], int(x)
            if not len(rows) or left + letter.shape[1] > photos.WIDTH - 30:
                break
            part = page[top : top + letter.shape[0], left : left + letter.shape[1]]
            np.maximum(part, letter, out=part)
            boxes.append((left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1))
            used.append(path)
            x += (
                letter.shape[1]
                - 4
                + height * (random.uniform(1.2, 1.8) if random.random() < 0.15 else random.uniform(0.15, 0.6))
            )
    if paper == "white":
        return Image.fromarray((255 - 255 * page).astype(np.uint8)), boxes, used
    scene = {"grey": "plain"}.get(paper, paper)
    return photos.page(page, scene, random), boxes, used


def overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0, wide) * max(0, high)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("unipen", type=Path)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tune", action="store_true", help="letters of the other writers instead")
    parser.add_argument("--look", type=Path, help="a folder for the pictures with the boxes found")
    given = parser.parse_args()
    held_back = set((ROOT / "benchmarks/held_back_writers.txt").read_text().splitlines())
    writers: dict[str, list[Path]] = {}
    for path in images.walk([given.unipen]):
        if (writer_of(path) in held_back) != given.tune and ".printed" in path.name:
            writers.setdefault(writer_of(path), []).append(path)
    names = sorted(name for name, paths in writers.items() if len(paths) >= 26)
    network, spec = classify.load("letters-cnn"), Spec()
    best = np.array(network.spec.labels)
    totals = dict.fromkeys(PAPERS)
    for paper in PAPERS:
        count = right = found = read = alone = 0
        for number in range(given.pictures // len(PAPERS)):
            random = np.random.default_rng([given.seed, PAPERS.index(paper), number])
            picture, boxes, used = compose(writers[names[random.integers(len(names))]], paper, random)
            letters = lines.read(picture, spec)
            labels = best[network.likelihoods(letters.framed).argmax(axis=1)]
            clean = np.stack([images.read(path, spec) for path in used])
            alone += int((best[network.likelihoods(clean).argmax(axis=1)] == [path.parent.name for path in used]).sum())
            there = [(left, top, left + wide, top + high) for left, top, wide, high in letters.boxes]
            count, found = count + len(boxes), found + len(there)
            for box, path in zip(boxes, used, strict=True):
                matches = [place for place, other in enumerate(there) if overlap(box, other) > 0.5]
                right += len(matches) == 1
                read += len(matches) == 1 and labels[matches[0]] == path.parent.name
            if given.look:
                given.look.mkdir(exist_ok=True)
                drawn = lines.draw(picture, letters.boxes, list(labels))
                for box in boxes:
                    ImageDraw.Draw(drawn).rectangle(box, outline="green")
                drawn.save(given.look / f"{paper}-{number}.png")
        totals[paper] = (count, right, found, read, alone)
        print(_row(paper, *totals[paper]), flush=True)
    print(_row("all", *np.sum(list(totals.values()), axis=0)))


def _row(paper: str, count: int, right: int, found: int, read: int, alone: int) -> str:
    return (
        f"{paper:8} {count:5} letters: cut right {right / count:.1%}, boxes too many {(found - right) / count:.1%}, "
        f"read {read / count:.1%}, one by one {alone / count:.1%}"
    )


if __name__ == "__main__":
    main()
