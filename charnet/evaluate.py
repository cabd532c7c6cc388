"""How well a stored network reads letter folders: `python -m charnet.evaluate --weights W FOLDER...`. Needs no torch.

Nothing is trained and nothing chosen here, so the figures are honest for pictures that the network never saw.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet import classify, files, images, metrics, tracking
from charnet.datasets import STYLES, style_of, writer_of
from charnet.spec import Spec

BINS = 15  # of the calibration error, as in its source
CHUNK = 8192  # pictures read at once
WORST = 10  # confusions that are printed; the JSON has all
NAMED = 5  # skipped files that are named one by one; the rest are counted

Pictures = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m charnet.evaluate", description="Measure how well a network reads.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="with one folder of pictures a label")
    parser.add_argument("--weights", help="a weights file, a run folder or a shipped network (default: the one in use)")
    parser.add_argument("--style", choices=STYLES, help="only samples whose names say that they were written so")
    out = Path("outputs/evaluation")
    parser.add_argument("--out", type=Path, default=out, help="folder for the two pictures (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object, its names those of metrics.json")
    given = parser.parse_args(argv)
    if len({folder.resolve() for folder in given.folders}) < len(given.folders):
        parser.error("a folder is named twice; its pictures would count twice")
    people = sys.stderr if given.json else sys.stdout
    try:
        classifier = classify.load(given.weights)
        parts = [read(folder, classifier.spec) for folder in given.folders]
        paths = [path for part in parts for path in part[2]]
        kept = of_style(paths, given.style)
        pictures = np.concatenate([part[0] for part in parts])[kept]
        targets = np.concatenate([part[1] for part in parts])[kept]
        writers = {writer_of(paths[i]) for i in kept} - {""}
        chunks = [pictures[start : start + CHUNK] / np.float32(255) for start in range(0, len(pictures), CHUNK)]
        likelihoods = np.concatenate([classifier.likelihoods(chunk) for chunk in chunks])
        found = measure(likelihoods, targets, classifier.spec.labels)
        found["writers"] = len(writers) or None
        given.out.mkdir(parents=True, exist_ok=True)
        draw(given.out, np.concatenate(chunks), likelihoods, targets, classifier.spec.labels)
        print("\n".join([f"network: {classifier.name}", *describe(found)]), file=people)
        print(f"pictures of this: {given.out}/confusion.png, {given.out}/mistakes.png", file=people)
        if given.json:
            print(json.dumps(found))
        sys.stdout.flush()
    except BrokenPipeError:  # as in `... | head`
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def read(folder: Path, spec: Spec) -> tuple[Pictures, Ints, list[Path]]:
    """A folder's pictures (n, height, width), 255 = ink; their labels (n,), as indices into the spec's; their paths.

    Unlike `data.load` it takes a folder that lacks labels, and needs no torch. Lacking labels and pictures that can't
    be read are noted on standard error. `FileNotFoundError` for a missing folder, `ValueError` for folders that are no
    label, and for none.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; name one with a folder of pictures a label")
    inside = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    unknown = [name for name in inside if name not in spec.labels]
    if unknown:
        raise ValueError(
            f"{folder}: {', '.join(unknown)}: not among the labels {' '.join(spec.labels)}; move them away"
        )
    found = images.walk([folder / label for label in spec.labels if label in inside], every=True)
    framed, errors = images.read_many(found, spec)
    paths = [path for place, path in enumerate(found) if place not in errors]
    index = {label: target for target, label in enumerate(spec.labels)}
    targets = np.array([index[path.relative_to(folder).parts[0]] for path in paths], np.int64)
    skipped = [f"{found[place]}: {error}" for place, error in errors.items()]
    notes = [f"skipped {line}" for line in skipped[:NAMED]]
    notes += [f"skipped {len(skipped) - NAMED:,} more"] if len(skipped) > NAMED else []
    lacking = [label for target, label in enumerate(spec.labels) if target not in targets]
    notes += [f"note: {folder} has no pictures of {' '.join(lacking)}"] if lacking and paths else []
    print("".join(f"{note}\n" for note in notes), end="", file=sys.stderr)
    if not paths:
        raise ValueError(f"{folder}: no pictures that can be read; it needs one folder of pictures a label")
    return np.round(framed * 255).astype(np.uint8), targets, paths


def of_style(paths: Sequence[Path], style: str | None) -> Ints:
    """Which samples are of a style by their names, as indices; None takes all. `ValueError` when none is."""
    kept = np.array([number for number, path in enumerate(paths) if style in (None, style_of(path))], np.int64)
    if not len(kept):
        raise ValueError(f"--style: no picture's name says {style}, as kai-yslee-0001.{style}.png does")
    return kept


def measure(likelihoods: Floats, targets: Ints, labels: Sequence[str]) -> dict[str, Any]:
    """Likelihoods (n, labels), each in [0, 1], and right answers (n,) -> the figures, under their names in the JSON.

    `loss` is the mean negative logarithm of the likelihoods scaled to sum 1. `low` and `high` bound the accuracy with
    95 % (Wilson), as if the pictures were independent: those of one writer are not, so few writers tell less than it
    says. Precision is None for a label never read, recall for one without pictures. `macro` are the plain means over
    the labels that have pictures, in which a label never read has precision 0, as in scikit-learn.
    """
    count, rows = len(targets), np.arange(len(targets))
    order = np.argsort(-likelihoods, axis=1, kind="stable")  # as `Classifier.ranking`: of equals, the earlier label
    place = (order == targets[:, None]).argmax(axis=1)
    low, high = metrics.wilson(int((place < 1).sum()), count)
    counts = metrics.confusion(likelihoods, targets)  # (right label, read label)
    right, is_, read_as = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    recall = [int(r) / int(n) if n else None for r, n in zip(right, is_, strict=True)]
    precision = [int(r) / int(n) if n else None for r, n in zip(right, read_as, strict=True)]
    wrong = np.argwhere(counts * (1 - np.eye(len(labels), dtype=np.int64)))
    wrong = wrong[np.argsort(-counts[wrong[:, 0], wrong[:, 1]], kind="stable")]
    seen = np.flatnonzero(is_)
    return {
        "accuracy": float((place < 1).mean()),
        "top3": float((place < 3).mean()),
        "loss": float(-np.log(normalise(likelihoods)[rows, targets]).mean()),
        "low": low,
        "high": high,
        "pictures": count,
        "ece": calibration_error(likelihoods.max(axis=1), place < 1),
        "macro": {
            "precision": float(np.mean([precision[i] or 0.0 for i in seen])),
            "recall": float(np.mean([recall[i] or 0.0 for i in seen])),
        },
        "per_label": {
            label: {"precision": precision[i], "recall": recall[i], "count": int(is_[i])}
            for i, label in enumerate(labels)
        },
        "confusions": [{"label": labels[i], "read": labels[j], "count": int(counts[i, j])} for i, j in wrong],
    }


def normalise(likelihoods: Floats) -> Floats:
    """Likelihoods (n, labels) scaled to sum 1 a picture; below 2e-16 they count as that, so that logarithms exist."""
    above: Floats = np.maximum(likelihoods, np.finfo(np.float64).eps)
    shares: Floats = above / above.sum(axis=1, keepdims=True)
    return shares


def calibration_error(likelihood: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error of the first answers' likelihoods (n,) and whether they are right (n,).

    Mean distance of accuracy and likelihood over equally wide bins, weighted by their pictures: Guo et al., "On
    calibration of modern neural networks" (2017).
    """
    bins = np.clip(np.ceil(likelihood * BINS) - 1, 0, BINS - 1).astype(np.int64)  # ((m - 1) / 15, m / 15]
    distance = np.bincount(bins, weights=right.astype(np.float64) - likelihood, minlength=BINS)
    return float(np.abs(distance).sum() / len(right))


def draw(
    folder: Path, pictures: npt.NDArray[np.floating], likelihoods: Floats, targets: Ints, labels: Sequence[str]
) -> None:
    """confusion.png and mistakes.png, with the likelihoods scaled to sum 1."""
    confusion = tracking.confusion_matrix(metrics.confusion(likelihoods, targets), labels)
    files.write_bytes(folder / "confusion.png", tracking.to_png(tracking.pixels(confusion)))
    mistakes = tracking.mistakes(pictures, np.log(normalise(likelihoods)), targets, labels)
    files.write_bytes(folder / "mistakes.png", tracking.to_png(tracking.pixels(mistakes)))


def describe(found: dict[str, Any]) -> list[str]:
    """The figures as lines for a person."""
    by = f" by {found['writers']:,} writers" if found["writers"] else ""
    lines = [
        f"{found['pictures']:,} pictures{by}",
        f"right: {found['accuracy']:.1%} (95 % interval {found['low']:.1%} to {found['high']:.1%})",
        f"among the first three: {found['top3']:.1%}",
        f"mean over labels: precision {found['macro']['precision']:.1%}, recall {found['macro']['recall']:.1%}",
        f"loss {found['loss']:.3f}, expected calibration error {found['ece']:.1%}",
        "",
        "label  pictures  precision  recall",
    ]
    for label, row in found["per_label"].items():
        precision, recall = ("-" if row[name] is None else f"{row[name]:.1%}" for name in ("precision", "recall"))
        lines.append(f"{label:<5}  {row['count']:8,}  {precision:>9}  {recall:>6}")
    if found["confusions"]:
        lines += ["", "most often read wrong:"]
    for row in found["confusions"][:WORST]:
        of = found["per_label"][row["label"]]["count"]
        lines.append(f"  {row['label']} as {row['read']}: {row['count']:,} of {of:,}")
    return [*lines, ""]


if __name__ == "__main__":
    sys.exit(main())
