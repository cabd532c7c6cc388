"""Measure a stored network on letter folders: `python -m charnet.evaluate --weights W FOLDER...`. Needs no torch.

Nothing is trained or selected here, so the figures are unbiased for pictures that the network never saw.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from charnet.letters import copies, folder, samples
from charnet.letters.folder import LetterSet
from charnet.measure import evaluation, figures, metrics
from charnet.networks import classify
from charnet.spec import Spec
from charnet.system import options, usage
from charnet.system.answer import answer, note, printable

TOLD = 0.05  # share of pictures that trained the network, from which it is told; fewer may be alike by chance
BATCH = 8192  # pictures read at once


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: evaluate(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("evaluate", "Measure how well a network reads.")
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="each with one folder of pictures per label")
    options.add_weights(parser)
    options.add_only(parser)
    parser.add_argument("--style", choices=samples.STYLES, help="only samples whose file names contain this style")
    out = Path("outputs/evaluation")
    parser.add_argument(
        "--out", type=Path, default=out, help="folder for confusion.png and mistakes.png (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, with the names of metrics.json")
    given = parser.parse_args(argv)
    given.folders = [Path(path) for argument in given.folders for path in usage.expand(argument)]
    if len({folder.resolve() for folder in given.folders}) < len(given.folders):
        parser.error("a folder is named twice; its pictures would count twice")
    return given


def evaluate(given: argparse.Namespace) -> None:
    messages = sys.stderr if given.json else sys.stdout
    classifier = classify.load(given.weights)
    if given.only is not None:
        classifier = classifier.only(given.only)
    letters = of_style(read(given.folders, classifier.spec), given.style)
    batches = (letters.pictures[start : start + BATCH] for start in range(0, len(letters), BATCH))
    likelihoods = np.concatenate([classifier.likelihoods(batch / np.float32(255)) for batch in batches])
    found = evaluation.measure(likelihoods, letters.targets, classifier.spec.labels)
    found["writers"] = len({samples.writer_of(path) for path in letters.paths} - {""}) or None
    found["trained_on"] = copies.share_in(classifier.facts.trained_on, letters.pictures)
    if found["trained_on"] >= TOLD:
        note(
            f"some {found['trained_on']:.0%} of these pictures trained this network, so the figures flatter it; "
            "measure it on letters that it never saw"
        )
    draw(given.out, letters, likelihoods, classifier.spec.labels)
    out = printable(given.out)
    print("\n".join([f"network: {printable(classifier.name)}", *evaluation.describe(found)]), file=messages)
    print(f"saved: {out}/confusion.png, {out}/mistakes.png", file=messages)
    if given.json:
        print(json.dumps(found))


def read(folders: Sequence[Path], spec: Spec) -> LetterSet:
    """The letters of several folders together. Missing labels are noted; raises the errors of `folder.read`."""
    parts = [folder.read(root, spec, allow_missing=True) for root in folders]
    return LetterSet(
        np.concatenate([part.pictures for part in parts]),
        np.concatenate([part.targets for part in parts]),
        [path for part in parts for path in part.paths],
    )


def of_style(letters: LetterSet, style: str | None) -> LetterSet:
    """The letters whose file names contain a style; all for None. `ValueError` where there are none."""
    kept = [index for index, path in enumerate(letters.paths) if style in (None, samples.style_of(path))]
    if not kept:
        raise ValueError(f"--style: no picture's name says {style}, as kai-yslee-0001.{style}.png does")
    return letters.take(kept)


def draw(out: Path, letters: LetterSet, likelihoods: metrics.Floats, labels: Sequence[str]) -> None:
    """Write confusion.png and mistakes.png, with likelihoods scaled to sum to 1."""
    out.mkdir(parents=True, exist_ok=True)
    counts = metrics.confusion(likelihoods, letters.targets)
    figures.save(figures.confusion_matrix(counts, labels, len(letters)), out / "confusion.png")
    log_probabilities = np.log(metrics.normalise(likelihoods))
    mistakes = figures.mistakes(letters.pictures, log_probabilities, letters.targets, labels, letters.paths)
    figures.save(mistakes, out / "mistakes.png")


if __name__ == "__main__":
    sys.exit(main())
