"""Digits, capitals and signs: how the shipped `digits`, `capitals` and `characters-cnn` are made, and how they read.

    python benchmarks/characters.py train UNIPEN digits      # or capitals, characters-cnn: into outputs/benchmarks
    python benchmarks/characters.py ship UNIPEN digits       # with what its file says of it, into the package
    python benchmarks/characters.py writers UNIPEN           # what the shipped ones read of writers held out
    python benchmarks/characters.py peers UNIPEN digits      # other people's classifiers beside them
    python benchmarks/characters.py crops DATA               # characters photographed on paper and cut out
    python benchmarks/characters.py hands UNIPEN             # ten drawings of each character, each by one person

UNIPEN is what `charnet.datasets.unipen SOURCE --out UNIPEN --characters all` made of the categories 1a to 1d together.
DATA holds real/crops-digits and real/crops-capitals. A fifth of UNIPEN's writers is held out first, the same people for
all networks; the last epoch is kept, and nothing is chosen on them but when an answer is sure. Size is lost by framing,
and so is the place on the line: "folded" counts an answer as right that only these tell from the right one.
"""

from __future__ import annotations

import argparse
import os
import string
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from accuracy import CNN, KEPT, MANY, PLAIN, STROKES, chosen, each_of  # noqa: E402
from accuracy import train as fit  # noqa: E402
from common import figures, percent  # noqa: E402

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import split  # noqa: E402
from charnet.letters.config import join  # noqa: E402
from charnet.letters.folder import LetterSet  # noqa: E402
from charnet.letters.samples import writer_of  # noqa: E402
from charnet.measure import metrics  # noqa: E402
from charnet.measure.likeness import limited  # noqa: E402
from charnet.measure.sure import threshold  # noqa: E402
from charnet.networks import classify, json_file, onnx_file, stored  # noqa: E402
from charnet.networks.classify import Classifier, confidence  # noqa: E402
from charnet.networks.facts import Facts  # noqa: E402
from charnet.spec import LOWERCASE, Spec  # noqa: E402
from charnet.system import files  # noqa: E402
from charnet.training import experiment  # noqa: E402
from charnet.training.calibration import letters_alike  # noqa: E402
from charnet.training.config import DataConfig, ModelConfig, OptimConfig, TrainConfig  # noqa: E402
from charnet.training.data import LetterTensors  # noqa: E402
from charnet.training.fitting import NETWORKS  # noqa: E402
from charnet.training.network import Network  # noqa: E402

Ints = npt.NDArray[np.int64]

DIGITS, CAPITALS = tuple(string.digits), tuple(string.ascii_uppercase)
SIGNS = tuple(".,;:!?'\"()-+/=&@#%*")
LABELS = {"digits": DIGITS, "capitals": CAPITALS, "characters-cnn": (*DIGITS, *CAPITALS, *LOWERCASE, *SIGNS)}
SETTINGS: dict[str, dict[str, Any]] = {
    "digits": {"optim": MANY, "augment": PLAIN},
    "capitals": {"optim": MANY, "augment": replace(PLAIN, redraw=4, by_mouse=2)},
    "characters-cnn": {
        "model": ModelConfig("cnn"),
        "optim": replace(CNN, epochs=80, lr=0.006),
        "augment": replace(STROKES, redraw=8),
    },
}
# Characters that only their size, or their place on the line, tells apart.
SAME_SHAPE = ("cC", "oO0", "sS", "vV", "wW", "xX", "zZ", "lI1", ",'")
PEOPLE = 4  # of those held out who drew some ten of each character
PARTS = {"0-9": DIGITS, "A-Z": CAPITALS, "a-z": LOWERCASE}


def find(folder: Path, labels: Sequence[str]) -> LetterSet:
    """The letters of these labels without their pictures."""
    found = letter_folder.find(folder, Spec(tuple(labels)))
    targets = np.array([target for _, target in found], np.int64)
    return LetterSet(np.empty((len(found), 0, 0), np.uint8), targets, [Path(path) for path, _ in found])


def strangers(folder: Path) -> set[str]:
    """The fifth of the writers of all characters that is held out."""
    letters = find(folder, LABELS["characters-cnn"])
    held = split.hold_out(letters, 0.2, "writer", seed=0)
    return {writer_of(path) for path, out in zip(letters.paths, held, strict=True) if out}


def train(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    """Train a network, which stays in outputs/benchmarks/NAME with its figures."""
    held, labels = strangers(folder), LABELS[name]
    spec = Spec(labels)
    with (
        chosen(folder, lambda path: writer_of(path) in held, spec) as test,
        chosen(folder, lambda path: writer_of(path) not in held, spec) as rest,
    ):
        data = DataConfig(str(rest), join(labels), test=str(test), validation=0)
        config = TrainConfig(data=data, **SETTINGS[name] | changes)
        (KEPT / name).mkdir(parents=True, exist_ok=True)
        here = Path.cwd()
        os.chdir(KEPT)
        try:
            return experiment.run(config, KEPT / name, use=False)
        finally:
            os.chdir(here)


def ship(folder: Path, name: str) -> None:
    """Copy a network that was trained into the package, with its accuracy and when its answers are sure."""
    path = stored.find(KEPT / name)
    spec, held = classify.load(path).spec, strangers(folder)
    letters = letter_folder.read(folder, spec)
    out = np.array([writer_of(each) in held for each in letters.paths])
    model = ModelConfig("mlp" if path.suffix == ".json" else "cnn")
    network: Network = NETWORKS[model.name](spec, model)
    network.load(path)
    network.eval()
    rest, test = letters.take(np.flatnonzero(~out)), letters.take(np.flatnonzero(out))
    alike = letters_alike(network, LetterTensors.of(rest, torch.device("cpu")), torch.arange(len(rest)))
    likelihoods = answers(classify.load(path), test)
    right = likelihoods.argmax(axis=1) == test.targets
    sure = min(threshold(likelihoods, right, writers=[writer_of(each) for each in test.paths]), 1.0)
    wanted = right & (confidence(likelihoods) >= sure)
    likeness = limited(alike, likelihoods, wanted) if alike and wanted.any() else None
    facts = Facts(float(right.mean()), "writer", sure, likeness)
    target = stored.SHIPPED / f"{name}{path.suffix}"
    if path.suffix == ".json":
        json_file.write(target, replace(json_file.read(path), facts=facts))
    else:
        _, graph = onnx_file.graph(path)
        onnx.helper.set_model_props(graph, onnx_file.metadata(spec, facts))
        files.write_bytes(target, graph.SerializeToString())
    called = classify.load(target).sure(likelihoods)
    print(f"{name}: {right.mean():.2%} of {len(right):,} letters by {len(held)} writers right, sure from {sure:.3f}")
    print(f"sure: {called.mean():.1%}, of which right: {right[called].mean():.1%}")
    print(f"expected calibration error {metrics.calibration_error(likelihoods.max(axis=1), right):.1%}")
    print(f"unlikeness at most {likeness.limit if likeness else None}; {target.stat().st_size:,} bytes")


def answers(network: Classifier, letters: LetterSet) -> npt.NDArray[np.float64]:
    """The likelihoods (letters, labels) that a network gives."""
    batches = [letters.pictures[start : start + 4096] for start in range(0, len(letters), 4096)]
    return np.concatenate([network.likelihoods(batch / np.float32(255)) for batch in batches])


@cache
def of_strangers(folder: Path) -> LetterSet:
    """The letters of the writers that are held out, of all labels."""
    held = strangers(folder)
    letters = letter_folder.read(folder, Spec(LABELS["characters-cnn"]))
    return letters.take([index for index, path in enumerate(letters.paths) if writer_of(path) in held])


def held_out(folder: Path, labels: Sequence[str]) -> LetterSet:
    """The letters of the writers that are held out, of some labels."""
    letters = of_strangers(folder)
    place = np.array([labels.index(label) if label in labels else -1 for label in LABELS["characters-cnn"]])
    kept = letters.take(np.flatnonzero(place[letters.targets] >= 0))
    return replace(kept, targets=place[kept.targets])


def share_right(likelihoods: npt.NDArray[np.float64], targets: Ints, labels: Sequence[str]) -> tuple[str, str]:
    """How many answers are right, with the interval of letters that are independent, and how many are, folded."""
    group = {label: place for place, labels_alike in enumerate(SAME_SHAPE) for label in labels_alike}
    folded = np.array([group.get(label, len(group) + place) for place, label in enumerate(labels)])
    read = metrics.predictions(likelihoods)
    right = read == targets
    low, high = metrics.wilson(int(right.sum()), len(right))
    strict = f"{percent(right.mean())} ({percent(low)} to {percent(high)})"
    return strict, percent((folded[read] == folded[targets]).mean())


def read(name: str, letters: LetterSet, labels: Sequence[str]) -> tuple[str, str]:
    """What a network reads of letters of these labels, told that it is one of these where it knows others."""
    network = classify.load(name)
    if len(labels) < network.spec.outputs:
        network = network.only("".join(labels))
    assert network.spec.labels == tuple(labels)
    return share_right(answers(network, letters), letters.targets, labels)


def writers(folder: Path) -> None:
    rows = []
    for name, labels in LABELS.items():
        rows.append((f"`{name}`", "", *read(name, held_out(folder, labels), labels)))
    for only, labels in PARTS.items():
        rows.append(("`characters-cnn`", f"`--only {only}`", *read("characters-cnn", held_out(folder, labels), labels)))
    head = ("network", "told to read", "right", "folded")
    figures("characters-writers", "python benchmarks/characters.py writers CHARACTERS", head, rows)


def crops(data: Path) -> None:
    rows = []
    for kind, only, labels in (("crops-digits", "0-9", DIGITS), ("crops-capitals", "A-Z", CAPITALS)):
        letters = letter_folder.read(data / "real" / kind, Spec(labels), allow_missing=True)
        for name in (kind.removeprefix("crops-"), "characters-cnn"):
            told = f"`--only {only}`" if name == "characters-cnn" else ""
            rows.append((f"real/{kind}", f"`{name}`", told, *read(name, letters, labels)))
    head = ("characters", "network", "told to read", "right", "folded")
    figures("characters-crops", "python benchmarks/characters.py crops DATA", head, rows)


def hands(folder: Path) -> None:
    """Each of the people held out with most drawings trains on ten of each character, and the rest test; five draws."""
    labels = (*DIGITS, *CAPITALS, *LOWERCASE)
    letters = find(folder, labels)
    held = strangers(folder)
    people = Counter(writer_of(path) for path in letters.paths)
    rows = []
    for person in [name for name, _ in people.most_common() if name in held][:PEOPLE]:
        here = np.array([writer_of(path) == person for path in letters.paths])
        mine, targets = np.flatnonzero(here), letters.targets[here]
        found = []
        for draw in range(5):
            order = np.random.default_rng(draw).permutation(len(mine))
            ten = {letters.paths[mine[n]] for label in range(len(labels)) for n in order[targets[order] == label][:10]}
            with (
                chosen(folder, ten.__contains__, Spec(labels)) as own,
                chosen(folder, lambda path: writer_of(path) == person and path not in ten, Spec(labels)) as test,  # noqa: B023
            ):
                data = DataConfig(str(own), join(labels), test=str(test), validation=0)
                model, optim = ModelConfig("cnn"), replace(CNN, epochs=40)
                found.append(fit(TrainConfig(data=data, init="characters-cnn", seed=draw, model=model, optim=optim)))
        rest = letter_folder.read(folder, Spec(labels)).take(mine)
        before = read("characters-cnn", rest, labels)
        rows.append(
            (f"{len(rows) + 1}", f"{len(mine):,}", before[0], each_of([one["test"]["accuracy"] for one in found]))
        )
        print(*rows[-1], file=sys.stderr, flush=True)
    head = ("person", "drawings", "`characters-cnn`, told these 62", "trained on ten of each")
    figures("characters-hands", "python benchmarks/characters.py hands CHARACTERS", head, rows)


def peers(folder: Path, name: str) -> None:
    """scikit-learn's classifiers with their usual settings, on the same framing and the same writers."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    labels, held = LABELS[name], strangers(folder)
    letters = letter_folder.read(folder, Spec(labels))
    out = np.array([writer_of(path) in held for path in letters.paths])
    x, y = letters.pictures.reshape(len(letters), -1) / np.float32(255), letters.targets
    rows = []
    for what, model in (
        ("SVC (rbf, C = 10)", SVC(C=10)),
        ("3 nearest neighbours", KNeighborsClassifier(3, weights="distance")),
    ):
        found = model.fit(x[~out], y[~out]).predict(x[out])
        rows.append((f"scikit-learn's {what}", *share_right(np.eye(len(labels))[found], y[out], labels)))
        print(*rows[-1], file=sys.stderr, flush=True)
    rows.append((f"`{name}`", *read(name, letters.take(np.flatnonzero(out)), labels)))
    command = f"python benchmarks/characters.py peers CHARACTERS {name}"
    figures(f"characters-peers-{name}", command, ("method", "right", "folded"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "ship", "writers", "crops", "hands", "peers"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", nargs="?", choices=LABELS, default="digits")
    parser.add_argument("--epochs", type=int, help="of a training, in place of the usual")
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.what == "train":
        optim: OptimConfig = SETTINGS[given.name]["optim"]
        train(folder, given.name, optim=replace(optim, epochs=given.epochs or optim.epochs))
    elif given.what in ("ship", "peers"):
        {"ship": ship, "peers": peers}[given.what](folder, given.name)
    else:
        {"writers": writers, "crops": crops, "hands": hands}[given.what](folder)


if __name__ == "__main__":
    main()
