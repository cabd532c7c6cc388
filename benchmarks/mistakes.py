"""Where `model=cnn` errs on writers that it never saw: python benchmarks/mistakes.py UNIPEN SOURCE

UNIPEN is what `charnet.datasets.unipen` made of SOURCE, a folder in the layout of the distribution. The network is the
one that `benchmarks/accuracy.py writers-cnn UNIPEN` left in outputs/benchmarks. Prints the twenty worst confusions, and
writes into outputs/benchmarks/mistakes:

    confusions.png      the twenty worst confusions, each with the letters that it is surest of
    surest-1.png ...    its hundred surest mistakes, as they were written, to be looked at
    surest.csv          the same as a list: number, file, segment, label, read, likelihood
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from accuracy import KEPT  # noqa: E402

from charnet.datasets import unipen, unipen_scan  # noqa: E402
from charnet.datasets.unipen_corrections import path_in_1c  # noqa: E402
from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import split  # noqa: E402
from charnet.measure import figures, metrics  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import ink  # noqa: E402

WORST = 20  # confusions,
EACH = 6  # and pictures of each
SUREST = 100
SHEET = 25  # of them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="UNIPEN")
    parser.add_argument("source", type=Path, metavar="SOURCE")
    given = parser.parse_args()
    network = classify.load(str(KEPT / "writers-cnn"))
    letters = letter_folder.read(given.folder, network.spec)
    letters = letters.take(np.flatnonzero(split.hold_out(letters, 0.2, "writer", seed=0)))
    likelihoods = network.likelihoods(letters.pictures / np.float32(255))
    shares = metrics.normalise(likelihoods)
    labels, read = network.spec.labels, metrics.predictions(likelihoods)
    out = KEPT / "mistakes"
    out.mkdir(exist_ok=True)
    print(f"{(read == letters.targets).mean():.2%} of {len(letters):,} letters of new writers right")

    counts = metrics.confusion(likelihoods, letters.targets)
    np.fill_diagonal(counts, 0)
    shown, captions = [], []
    for place in np.argsort(-counts, axis=None, kind="stable")[:WORST]:
        label, taken = divmod(int(place), len(labels))
        print(f"{labels[label]} read as {labels[taken]}: {counts[label, taken]}")
        which = np.flatnonzero((letters.targets == label) & (read == taken))
        which = which[np.argsort(-shares[which, taken], kind="stable")][:EACH]
        shown += [*which] + [-1] * (EACH - len(which))
        captions += [f"{labels[label]} read as {labels[taken]}" if which[0] == one else "" for one in which]
        captions += [""] * (EACH - len(which))
    pictures = np.concatenate([letters.pictures, np.zeros_like(letters.pictures[:1])])[shown]
    title = f"the {WORST} most frequent confusions, the surest of each (letters: UNIPEN, CC BY 4.0)"
    figures.save(figures.contact_sheet(pictures, captions, title, columns=3 * EACH), out / "confusions.png")

    wrong = np.flatnonzero(read != letters.targets)
    surest = wrong[np.argsort(-shares[wrong].max(axis=1), kind="stable")][:SUREST]
    where = places(given.source)
    large = replace(network.spec, width=12, framing="fit")
    with (out / "surest.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "file", "segment", "label", "read", "likelihood"])
        for number, place in enumerate(surest):
            path = letters.paths[place]
            name, segment = where[f"{path.parent.name}/{path.name}"]
            answer = labels[read[place]]
            rows.writerow([number, name, segment, path.parent.name, answer, f"{shares[place].max():.3f}"])
    for start in range(0, len(surest), SHEET):
        part = surest[start : start + SHEET]
        drawn = np.stack([255 * ink.draw(ink.from_png(letters.paths[place]) or [], large) for place in part])
        captions = [
            f"{start + number}: {letters.paths[place].parent.name}, read {labels[read[place]]}"
            for number, place in enumerate(part)
        ]
        sheet = figures.contact_sheet(drawn.astype(np.uint8), captions, "surest mistakes", columns=9)
        figures.save(sheet, out / f"surest-{start // SHEET + 1}.png")
    print(f"pictures and list: {out}")


def places(source: Path) -> dict[str, tuple[str, int]]:
    """Below the imported folder -> below data/1c, and the number of the segment there."""
    files = unipen_scan.segment_files(source)
    plan = unipen_scan.plan(unipen._scan(files, 1))
    return {path: (path_in_1c(file), number) for file, rows in zip(files, plan, strict=True) for number, path in rows}


if __name__ == "__main__":
    main()
