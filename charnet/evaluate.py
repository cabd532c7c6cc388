"""How well a stored network reads letter folders: `python -m charnet.evaluate --weights W FOLDER...`. Needs no torch.

Nothing is trained and nothing chosen here, so the figures are honest for pictures that the network never saw.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from charnet.letters import folder, names
from charnet.letters.folder import Letters
from charnet.measure import figures, metrics, report
from charnet.networks import classify
from charnet.spec import Spec
from charnet.system import options, usage
from charnet.system.answer import answer, printable

CHUNK = 8192  # pictures read at once


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: evaluate(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("evaluate", "Measure how well a network reads.")
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="each with one folder of pictures per label")
    options.add_weights(parser)
    parser.add_argument("--style", choices=names.STYLES, help="only samples whose names say that they were written so")
    out = Path("outputs/evaluation")
    parser.add_argument("--out", type=Path, default=out, help="folder for the two pictures (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object, its names those of metrics.json")
    given = parser.parse_args(argv)
    given.folders = [Path(name) for argument in given.folders for name in usage.expand(argument)]
    if len({folder.resolve() for folder in given.folders}) < len(given.folders):
        parser.error("a folder is named twice; its pictures would count twice")
    return given


def evaluate(given: argparse.Namespace) -> None:
    people = sys.stderr if given.json else sys.stdout
    classifier = classify.load(given.weights)
    letters = of_style(read(given.folders, classifier.spec), given.style)
    chunks = [letters.pictures[at : at + CHUNK] / np.float32(255) for at in range(0, len(letters), CHUNK)]
    likelihoods = np.concatenate([classifier.likelihoods(chunk) for chunk in chunks])
    found = report.measure(likelihoods, letters.targets, classifier.spec.labels)
    found["writers"] = len({names.writer_of(path) for path in letters.paths} - {""}) or None
    draw(given.out, letters, likelihoods, classifier.spec.labels)
    out = printable(given.out)
    print("\n".join([f"network: {printable(classifier.name)}", *report.describe(found)]), file=people)
    print(f"pictures of this: {out}/confusion.png, {out}/mistakes.png", file=people)
    if given.json:
        print(json.dumps(found))


def read(folders: Sequence[Path], spec: Spec) -> Letters:
    """The letters of several folders as one. Lacking labels are noted, errors are those of `folder.read`."""
    parts = [folder.read(root, spec, lacking=True) for root in folders]
    return Letters(
        np.concatenate([part.pictures for part in parts]),
        np.concatenate([part.targets for part in parts]),
        [path for part in parts for path in part.paths],
    )


def of_style(letters: Letters, style: str | None) -> Letters:
    """Those whose names say that they were written in a style; None takes all. `ValueError` when none is."""
    kept = [number for number, path in enumerate(letters.paths) if style in (None, names.style_of(path))]
    if not kept:
        raise ValueError(f"--style: no picture's name says {style}, as kai-yslee-0001.{style}.png does")
    return letters.take(kept)


def draw(out: Path, letters: Letters, likelihoods: metrics.Floats, labels: Sequence[str]) -> None:
    """confusion.png and mistakes.png, with the likelihoods scaled to sum 1."""
    out.mkdir(parents=True, exist_ok=True)
    counts = metrics.confusion(likelihoods, letters.targets)
    figures.save(figures.confusion_matrix(counts, labels, len(letters)), out / "confusion.png")
    shares = np.log(metrics.normalise(likelihoods))
    mistakes = figures.mistakes(letters.pictures, shares, letters.targets, labels, letters.paths)
    figures.save(mistakes, out / "mistakes.png")


if __name__ == "__main__":
    sys.exit(main())
