"""How well real letters are read, small pictures, and a picture's negative.

    python benchmarks/real.py crops FOLDER ...                       # letters photographed on paper and cut out
    python benchmarks/real.py scales UNIPEN ORIGINAL [--each 40]     # photos as of photos.py, made smaller
    python benchmarks/real.py negatives FOLDER ...                   # whether a picture and its negative read alike
    python benchmarks/real.py words FOLDER                           # photos of words, and lines.json with their texts
    python benchmarks/real.py speed FOLDER                           # pictures a second, in bulk, by one core

FOLDER holds letter folders; UNIPEN and ORIGINAL are as in photos.py. `scales` reduces the whole photo, and the letter
cut out of it as people cut letters out, to so many pixels of the longer side. `words` leaves out words with digits, and
takes capitals for small letters, since the networks read nothing else. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

import common  # noqa: E402
import photos  # noqa: E402

import benchmarks.photos as sources  # noqa: E402
from charnet.measure.metrics import wilson  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.networks import words as read_words  # noqa: E402
from charnet.pictures import images, listing  # noqa: E402
from charnet.spec import Spec  # noqa: E402

NETWORKS = ("letters-cnn", "letters")
SIZES = (512, 256, 128, 64, 32, 16)  # pixels of the longer side
AROUND = 0.3  # of the letter's longer side: paper around a letter that is cut out
BULK = 5000  # pictures that `speed` reads

Labels = npt.NDArray[np.str_]


def read(network: classify.Classifier, pictures: Sequence[images.Source]) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """The best label of each picture, "" where it can't be read, and which of them are sure."""
    framed, errors, odd = images.look_many(pictures, network.spec)
    good = np.array([place not in errors for place in range(len(pictures))])
    labels, sure = np.full(len(pictures), "", object), np.zeros(len(pictures), bool)
    if good.any():
        likelihoods = network.likelihoods(framed)
        labels[good] = np.array(network.spec.labels, object)[likelihoods.argmax(axis=1)]
        sure[good] = network.sure(likelihoods)
    sure[list(odd)] = False
    return labels, sure


def crops(given: argparse.Namespace) -> None:
    rows = []
    for folder in given.folders:
        paths = listing.walk([folder])
        truth = np.array([path.parent.name for path in paths], object)
        for network in map(classify.load, given.weights):
            labels, sure = read(network, paths)
            right = labels == truth
            missed = str(np.count_nonzero(labels == ""))
            rows.append((folder.name, network.name, *_share(right), *_share(right[sure]), missed))
    head = ("pictures", "network", "right", "of", "of those called sure", "of", "not read")
    common.figures("real", "python benchmarks/real.py crops FOLDER ...", head, rows)


def scales(given: argparse.Namespace) -> None:
    drawn = sources.letters(*given.folders, unseen=False)
    truth, whole, cut = [], [], []
    for scene in photos.SCENES:
        for number in range(given.each):
            random = np.random.default_rng([given.seed, list(photos.ALL).index(scene), number])
            some = drawn[random.random() < sources.DRAWINGS]
            path = some[random.integers(len(some))]
            photo, (left, top, right, bottom) = photos.placed(sources.coverage(path, random), scene, random)
            around = AROUND * max(right - left, bottom - top) * random.uniform(0.5, 1.5)
            truth.append(path.parent.name)
            whole.append(photo.convert("RGB"))
            cut.append(whole[-1].crop([*np.clip([left - around, top - around, right + around, bottom + around],
                                                0, [photo.width, photo.height] * 2).astype(int).tolist()]))  # fmt: skip
    rows = []
    for name, pictures in (("whole photo", whole), ("cut out", cut)):
        for network in map(classify.load, given.weights):
            right = []
            for size in SIZES:
                small = [ImageOps.contain(each, (size, size), Image.Resampling.BOX) for each in pictures]
                right.append(float((read(network, small)[0] == np.array(truth, object)).mean()))
            lost = [f"{100 * (each - right[0]):+.1f}" for each in right[1:]]
            rows.append((name, network.name, common.percent(right[0]), *lost))
            print(*rows[-1], file=sys.stderr, flush=True)
    options = f"--each {given.each} --seed {given.seed}"
    head = ("pictures", "network", f"right at {SIZES[0]}", *(f"at {size}, points" for size in SIZES[1:]))
    common.figures("scales", f"python benchmarks/real.py scales UNIPEN DRAWINGS {options}", head, rows)


def negatives(given: argparse.Namespace) -> None:
    rows = []
    for folder in given.folders:
        paths = listing.walk([folder])
        turned = [ImageOps.invert(Image.fromarray(images.decode(path))) for path in paths]
        for network in map(classify.load, given.weights):
            same = read(network, paths)[0] == read(network, turned)[0]
            rows.append((folder.name, network.name, *_share(same)))
    common.figures(
        "negatives", "python benchmarks/real.py negatives FOLDER ...", ("pictures", "network", "alike", "of"), rows
    )


def words(given: argparse.Namespace) -> None:
    rows = []
    for folder in given.folders:
        texts = {
            folder / line["path"]: line["text"].lower() for line in json.loads((folder / "lines.json").read_text())
        }
        texts = {path: text for path, text in texts.items() if text.replace(" ", "").isalpha()}
        for network in map(classify.load, given.weights):
            right, wrong = [], 0
            for path, text in texts.items():
                found = _text(network, path).split()
                right += [word in found for word in text.split()]
                wrong += _edits(" ".join(found), text)
            share = common.percent(wrong / sum(map(len, texts.values())))
            rows.append((network.name, str(len(texts)), *_share(np.array(right)), share))
    head = ("network", "photos", "words right", "of", "characters wrong")
    common.figures("words", "python benchmarks/real.py words FOLDER", head, rows)


def _text(network: classify.Classifier, path: Path) -> str:
    try:
        return read_words.read(network, path).text
    except ValueError:
        return ""


def _edits(found: str, text: str) -> int:
    """How many characters have to be put in, taken out or changed (Levenshtein 1966)."""
    row = list(range(len(text) + 1))
    for number, one in enumerate(found, 1):
        diagonal, row[0] = row[0], number
        for place, other in enumerate(text, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (one != other))
    return row[-1]


def speed(given: argparse.Namespace) -> None:
    paths = listing.walk(given.folders)[:BULK]
    spec, seconds = Spec(), []
    for _ in range(6):
        begin = time.perf_counter()
        images.look_many(paths, spec)
        seconds.append(time.perf_counter() - begin)
    print(f"{len(paths) / float(np.median(seconds[1:])):,.0f} pictures a second, median of five")


def _share(right: npt.NDArray[np.bool_]) -> tuple[str, str]:
    """The share that is right with its interval, and how many there are."""
    low, high = wilson(int(right.sum()), len(right)) if len(right) else (0, 1)
    share = float(right.mean()) if len(right) else 0.0
    return f"{common.percent(share)} ({100 * low:.1f} to {100 * high:.1f})", f"{len(right):,}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    ways = {each.__name__: each for each in (crops, scales, negatives, words, speed)}
    parser.add_argument("what", choices=ways)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=40, help="photos a scene, for `scales`")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", nargs="+", default=NETWORKS)
    given = parser.parse_args()
    ways[given.what](given)


if __name__ == "__main__":
    main()
