"""Which letters of sheets are named doubtful by the network in use: python benchmarks/doubts.py UNIPEN [--letters 4000]

UNIPEN is what `charnet.datasets.unipen` made; letters are of the writers in held_back_writers.txt. For each network:
the share of letters in their own box that are doubted, and of letters in a box that asks for another one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from charnet.letters.samples import writer_of
from charnet.networks import classify
from charnet.pictures import images, listing
from charnet.sheets.read import LIKELY, UNLIKELY
from charnet.spec import Spec

NETWORKS = ("letters", "letters-cnn")
BOUNDS = [(0.01, 0.9), (0.003, 0.3), (0.01, 0.3), (0.03, 0.3), (0.1, 0.3), (0.01, 0.5)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("unipen", type=Path)
    parser.add_argument("--letters", type=int, default=4000)
    given = parser.parse_args()
    held_back = set((Path(__file__).parent / "held_back_writers.txt").read_text().splitlines())
    paths = [path for path in listing.walk([given.unipen]) if writer_of(path) in held_back]
    random, labels = np.random.default_rng(0), np.array(Spec().labels)
    paths = [paths[place] for place in random.permutation(len(paths))[: given.letters]]
    framed, _ = images.read_many(paths, Spec())
    own = np.searchsorted(labels, [path.parent.name for path in paths])
    other = (own + random.integers(1, len(labels), len(own))) % len(labels)
    for name in NETWORKS:
        likelihoods = classify.load(name).likelihoods(framed)
        for unlike, sure in BOUNDS:
            own_doubted, other_doubted = (
                ((likelihoods[np.arange(len(own)), asked] < unlike) & (likelihoods.max(axis=1) > sure)).mean()
                for asked in (own, other)
            )
            chosen = "  <- in use" if (unlike, sure) == (UNLIKELY, LIKELY) else ""
            print(
                f"{name:12} less than {unlike:5} likely, another more than {sure}: "
                f"{own_doubted:.1%} of letters in their own box doubted, {other_doubted:.1%} in another's{chosen}"
            )


if __name__ == "__main__":
    main()
