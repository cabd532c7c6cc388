"""How well letters are read from photos, by scene, beside the same letters unphotographed.

    python benchmarks/photos.py UNIPEN ORIGINAL [--each 100] [--seed 0] [--others] [--weights NETWORK ...]

UNIPEN is what `charnet.datasets.unipen` made, ORIGINAL the folder of the original project's drawings. Photos are
rendered (tests/photos.py) from letters of the writers in held_back_writers.txt and from the original drawings with odd
numbers; what shaped the reading of photos came from the other ones. `--others` adds scenes that no goal is set for.
The shipped networks learned UNIPEN's letters by heart; `--weights outputs/benchmarks/writers-cnn` reads with what
`accuracy.py writers-cnn UNIPEN` left, and then only letters of the writers whom that network never saw are taken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

import common  # noqa: E402
import photos  # noqa: E402

from charnet.letters.samples import writer_of  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import images, ink, listing  # noqa: E402
from charnet.spec import Spec  # noqa: E402

NETWORKS = ("letters-cnn", "letters")
DRAWINGS = 0.3  # the share of letters that are original drawings


def letters(unipen: Path, original: Path, unseen: bool) -> tuple[list[Path], list[Path]]:
    """Pen strokes of UNIPEN, of the writers whom `accuracy.py` holds out alone if they must be `unseen`; drawings."""
    held_back = set((ROOT / "benchmarks/held_back_writers.txt").read_text().splitlines())
    strokes = [path for path in listing.walk([unipen]) if writer_of(path) in held_back]
    if unseen:
        held_out = common.strangers(unipen)
        strokes = [path for path in strokes if writer_of(path) in held_out]
    drawings = [path for path in listing.walk([original]) if int(path.stem) % 2]
    return strokes, drawings


def coverage(path: Path, random: photos.Random) -> photos.Array:
    size = random.uniform(photos.SMALLEST, photos.LARGEST)
    strokes = ink.from_png(path)
    if strokes is None:
        return photos.enlarged(Image.open(path), size)
    return photos.coverage(strokes, size, size * random.uniform(0.025, 0.11))


def rendered(scene: str, each: int, seed: int, sources: tuple[list[Path], ...]) -> Iterator[tuple[Path, Image.Image]]:
    for number in range(each):
        random = np.random.default_rng([seed, list(photos.ALL).index(scene), number])
        some = sources[random.random() < DRAWINGS]
        path = some[random.integers(len(some))]
        yield path, photos.photo(coverage(path, random), scene, random)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("unipen", type=Path)
    parser.add_argument("original", type=Path)
    parser.add_argument("--each", type=int, default=100, help="photos a scene")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--weights", nargs="+", default=NETWORKS)
    given = parser.parse_args()
    networks = [classify.load(name) for name in given.weights]
    sources, spec = letters(given.unipen, given.original, given.weights != NETWORKS), Spec()
    names = [Path(name).name for name in given.weights]
    head = ("scene", *(f"{name}, {how}" for name in names for how in ("clean", "photo", "points")), "not read")
    means, rows = [], []
    for scene in [*photos.SCENES, *(photos.OTHERS if given.others else ())]:
        labels, clean, photographed, missed = [], [], [], 0
        for path, picture in rendered(scene, given.each, given.seed, sources):
            labels.append(path.parent.name)
            clean.append(images.read(path, spec))
            try:
                photographed.append(images.read(picture, spec))
            except ValueError:
                photographed.append(np.zeros_like(clean[-1]))
                missed += 1
        row = []
        for network in networks:
            best = np.array(network.spec.labels)
            for pictures in (clean, photographed):
                row.append(float(np.mean(best[network.likelihoods(np.stack(pictures)).argmax(axis=1)] == labels)))
        means.append(row)
        rows.append((scene, *_points(row), str(missed)))
        print(*rows[-1], file=sys.stderr, flush=True)
    rows.append(("all", *_points(np.mean(means, axis=0).tolist()), ""))
    options = f"--each {given.each} --seed {given.seed}{' --others' * given.others} --weights {' '.join(given.weights)}"
    name = "photos-others" if given.others else "photos"
    common.figures(name, f"python benchmarks/photos.py UNIPEN DRAWINGS {options}", head, rows)


def _points(row: list[float]) -> list[str]:
    return [
        text
        for clean, photo in zip(row[::2], row[1::2], strict=True)
        for text in (common.percent(clean), common.percent(photo), f"{100 * (photo - clean):+.1f}")
    ]


if __name__ == "__main__":
    main()
