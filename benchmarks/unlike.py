"""What is called sure of what is no letter: python benchmarks/unlike.py UNIPEN DATA [--write]

UNIPEN is what `charnet.datasets.unipen` made. DATA holds unipen-chars.tar.xz (category 1a: digits), original/Letters
(mouse drawings of 2015) and real/crops, real/crops-digits (photographed letters and digits, cut out). With --write the
shipped networks' likeness (charnet/networks/likeness.py) is computed first and stored in their files: from UNIPEN's
letters, with the limit that one half of the writers whom `accuracy.py writers` holds out gives. Three
constants of the measure were chosen with the other kinds in view.

Printed is a table a network: a row for each measure, with limits that keep the same share of that half's letters sure;
a column for each kind: what share of it is called sure and, of letters, how much of that is right. "Other writers" are
the other half; the shipped networks were trained on them too, and are surer of them than of anyone else's letters.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import onnx  # noqa: E402
import torch  # noqa: E402
from common import figures, percent, strangers  # noqa: E402
from sure import strangers as aliens  # noqa: E402

from charnet.datasets import archives, unipen_format, unipen_ink  # noqa: E402
from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters.folder import LetterSet  # noqa: E402
from charnet.letters.samples import writer_of  # noqa: E402
from charnet.measure import likeness  # noqa: E402
from charnet.networks import classify, json_file, onnx_file, stored  # noqa: E402
from charnet.networks.classify import Classifier, confidence  # noqa: E402
from charnet.networks.facts import Facts  # noqa: E402
from charnet.networks.likeness import Likeness, logits  # noqa: E402
from charnet.pictures import images, ink, listing  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.system import files  # noqa: E402
from charnet.training.calibration import letters_alike  # noqa: E402
from charnet.training.config import ModelConfig  # noqa: E402
from charnet.training.data import LetterTensors  # noqa: E402
from charnet.training.fitting import NETWORKS  # noqa: E402
from charnet.training.network import Network  # noqa: E402

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Pictures = npt.NDArray[np.float32]
Score = Callable[[Floats], Floats]  # likelihoods (n, labels) -> how unsure each first answer is (n,)

SHIPPED = {"letters": "mlp", "letters-cnn": "cnn"}
DIGITS = "234578"  # the others have a letter's shape
NO_LETTERS = "acefgjkrtv"  # upside down
WANTED = re.compile(r"(^|/)(data/1a|include)/", re.IGNORECASE)


class Kind(NamedTuple):
    pictures: Pictures
    targets: npt.NDArray[np.int64] | None  # None for what is no letter


def collect(unipen: Path, data: Path, letters: LetterSet, spec: Spec) -> dict[str, Kind]:
    """Every kind of picture; "validation" alone may choose anything."""
    validation, test = halves(unipen, letters)
    drawings = letter_folder.read(data / "original/Letters", spec)
    crops = letter_folder.read(data / "real/crops", spec)
    turned = [index for index in test if spec.labels[letters.targets[index]] in NO_LETTERS][::5]
    return {
        "validation": of(letters.take(validation)),
        "other writers": of(letters.take(test)),
        "mouse": of(drawings),
        "crops": of(crops),
        "digits": Kind(digits(data / "unipen-chars.tar.xz", spec), None),
        "digit crops": Kind(digit_crops(data / "real/crops-digits", spec), None),
        "turned": Kind(ink.framed_many(upside_down(letters.paths[index] for index in turned), spec), None),
        **{name: Kind(pictures, None) for name, pictures in aliens(spec).items() if name != "digits"},
    }


def halves(unipen: Path, letters: LetterSet) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The letters of the writers whom `accuracy.py writers` holds out, of one half of these writers and the other."""
    order = np.random.default_rng(0).permutation(sorted(strangers(unipen)))
    writers = np.array([writer_of(path) for path in letters.paths])
    first, second = (np.isin(writers, part) for part in (order[: len(order) // 2], order[len(order) // 2 :]))
    return np.flatnonzero(first), np.flatnonzero(second)


def of(letters: LetterSet) -> Kind:
    return Kind(letters.pictures / np.float32(255), letters.targets)


def digits(archive: Path, spec: Spec) -> Pictures:
    """UNIPEN's digits that have no letter's shape, framed."""
    drawings = []
    with archives.unpacked(archive, WANTED) as source:
        for folder in sorted(path for path in source.rglob("1a") if path.is_dir()):
            include = folder.parent.parent / "include"
            for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".dat"):
                content = unipen_format.read(path, include, path.relative_to(folder).parts[0].lower())
                for segment in content.segments:
                    if len(segment.label) == 1 and segment.label in DIGITS and segment.components:
                        try:
                            drawings.append((unipen_ink.strokes(content, segment.components)[0], ink.PEN))
                        except ValueError:
                            continue  # it refers to no ink
    return ink.framed_many(drawings, spec)


def digit_crops(folder: Path, spec: Spec) -> Pictures:
    paths = [entry.path for digit in DIGITS for entry in listing.scan(folder / digit)]
    return images.look_many(paths, spec)[0]


def upside_down(paths: Iterator[Path]) -> Iterator[tuple[list[Floats], float]]:
    for path in paths:
        strokes = ink.from_png(path)
        assert strokes
        yield [np.column_stack([1 - stroke[:, :2], stroke[:, 2:]]) for stroke in strokes], ink.PEN


def likeness_of(name: str, letters: LetterSet, validation: Kind) -> Likeness:
    """The likeness of a shipped network, which was trained on all of these letters."""
    classifier = classify.load(name)
    network: Network = NETWORKS[SHIPPED[name]](classifier.spec, ModelConfig(SHIPPED[name]))
    network.load(stored.find(name))
    network.eval()
    found = letters_alike(network, LetterTensors.of(letters, torch.device("cpu")), torch.arange(len(letters)))
    assert found
    likelihoods = classifier.likelihoods(validation.pictures)
    right = likelihoods.argmax(axis=1) == validation.targets
    return likeness.limited(found, likelihoods, right & (confidence(likelihoods) >= classifier.least))


def write(name: str, found: Likeness) -> None:
    """Store the likeness in a shipped network's file, which keeps its weights."""
    path = stored.find(name)
    facts: Facts = replace(classify.load(path).facts, likeness=found)
    if path.suffix == ".json":
        json_file.write(path, replace(json_file.read(path), facts=facts))
        return
    spec, model = onnx_file.graph(path)
    onnx.helper.set_model_props(model, onnx_file.metadata(spec, facts))
    files.write_bytes(path, model.SerializeToString())


def measures(found: Likeness) -> dict[str, Score]:
    def nearest_own(likelihoods: Floats) -> Floats:
        return replace(found, mirrored=found.mirrored[:0]).unlikeness(likelihoods)

    return {
        "confidence": lambda likelihoods: -confidence(likelihoods),
        "energy": lambda likelihoods: -np.log(np.exp(logits(likelihoods)).sum(axis=1)),
        "distance from the label": nearest_own,
        "... and from mirrored letters": found.unlikeness,
    }


def table(name: str, classifier: Classifier, kinds: dict[str, Kind]) -> list[tuple[str, ...]]:
    """A row a measure, the first being the confidence's own threshold alone."""
    assert classifier.facts.likeness
    answers = {kind: classifier.likelihoods(each.pictures) for kind, each in kinds.items()}
    confident = {kind: confidence(likelihoods) >= classifier.least for kind, likelihoods in answers.items()}
    kept = classifier.sure(answers["validation"]).mean()
    rows = [("confidence as it is", *cells(kinds, answers, confident))]
    for measure, score in measures(classifier.facts.likeness).items():
        scores = np.sort(score(answers["validation"])[confident["validation"]])
        limit = scores[round(kept * len(confident["validation"])) - 1]
        sure = {kind: confident[kind] & (score(answers[kind]) <= limit) for kind in kinds}
        rows.append((measure, *cells(kinds, answers, sure)))
    print(f"\n{name}")
    head = ("measure", *kinds)
    for row in (head, *rows):
        print(f"{row[0]:<30}" + "".join(f"{cell:>19}" for cell in row[1:]), flush=True)
    return rows


def cells(kinds: dict[str, Kind], answers: dict[str, Floats], sure: dict[str, Bools]) -> Iterator[str]:
    for kind, (_, targets) in kinds.items():
        share = percent(sure[kind].mean())
        if targets is None:
            yield share
        else:
            right = answers[kind].argmax(axis=1) == targets
            yield f"{share}, {percent(right[sure[kind]].mean())}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unipen", type=Path, metavar="UNIPEN")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--write", action="store_true", help="compute the shipped networks' likeness and store it")
    given = parser.parse_args()
    spec = Spec()
    letters = letter_folder.read(given.unipen.resolve(), spec)
    if given.write:
        validation = of(letters.take(halves(given.unipen.resolve(), letters)[0]))
        for name in SHIPPED:
            write(name, likeness_of(name, letters, validation))
    kinds = collect(given.unipen.resolve(), given.data, letters, spec)
    columns = []
    for name in SHIPPED:
        found = table(name, classify.load(name), kinds)
        columns += [(f"`{name}`, by confidence alone", *found[0][2:]), ("and likeness", *found[-1][2:])]
    head, *rows = zip(("called sure", *list(kinds)[1:]), *columns, strict=True)  # validation chose the limit
    figures("unlike", "python benchmarks/unlike.py UNIPEN DATA", head, rows)


if __name__ == "__main__":
    main()
