"""Figures against scikit-learn, then the command as a user calls it."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters, make_network
from sklearn.metrics import log_loss, precision_recall_fscore_support, top_k_accuracy_score

from charnet import classify, evaluate, images, weights
from charnet.spec import Spec

LABELS = "abcdef"


def some(count: int = 300, labels: int = len(LABELS), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Likelihoods that are right more often than not, and right answers; the last label is never read."""
    random = np.random.default_rng(seed)
    targets = random.integers(0, labels, count)
    logits = random.normal(0, 1.5, (count, labels)) + 2.0 * np.eye(labels)[targets]
    logits[:, -1] = -9
    return 1 / (1 + np.exp(-logits)), targets


def test_figures_are_those_of_scikit_learn():
    likelihoods, targets = some()
    found = evaluate.measure(likelihoods, targets, LABELS)
    shares = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    assert found["accuracy"] == pytest.approx(top_k_accuracy_score(targets, shares, k=1))
    assert found["top3"] == pytest.approx(top_k_accuracy_score(targets, shares, k=3))
    assert found["loss"] == pytest.approx(log_loss(targets, shares))
    read = likelihoods.argmax(axis=1)
    precision, recall, _, count = precision_recall_fscore_support(targets, read, labels=range(6), zero_division=0)
    rows = list(found["per_label"].values())
    assert [row["precision"] or 0 for row in rows] == pytest.approx(precision)
    assert [row["recall"] for row in rows] == pytest.approx(recall)
    assert [row["count"] for row in rows] == count.tolist()
    assert rows[-1]["precision"] is None
    assert found["macro"] == pytest.approx({"precision": precision.mean(), "recall": recall.mean()})


def test_calibration_error_by_the_book():
    likelihoods, targets = some(seed=1)
    top, right = likelihoods.max(axis=1), likelihoods.argmax(axis=1) == targets
    top[:2] = 0, 1  # the ends belong to a bin too
    expected = 0.0
    for number in range(15):
        inside = (top > number / 15) & (top <= (number + 1) / 15)
        inside |= (number == 0) & (top == 0)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - top[inside].mean())
    assert evaluate.calibration_error(top, right) == pytest.approx(expected)


def test_a_label_without_pictures_counts_in_no_mean():
    likelihoods = np.array([[0.9, 0.1, 0.2], [0.2, 0.8, 0.1], [0.7, 0.6, 0.1]])
    found = evaluate.measure(likelihoods, np.array([0, 1, 1]), "abc")
    assert found["per_label"]["c"] == {"precision": None, "recall": None, "count": 0}
    assert found["macro"] == {"precision": 0.75, "recall": 0.75}
    assert found["confusions"] == [{"label": "b", "read": "a", "count": 1}]


def test_equal_likelihoods_rank_as_a_prediction_does():
    """A network that always answers the same must not pass for one that is always right."""
    for value in (0.0, 0.5, 1.0):
        found = evaluate.measure(np.full((4, 4), value), np.arange(4), "abcd")
        assert (found["accuracy"], found["top3"]) == (0.25, 0.75)
        assert found["loss"] == pytest.approx(math.log(4))


def test_the_worst_confusions_come_first():
    likelihoods, targets = some()
    counts = [row["count"] for row in evaluate.measure(likelihoods, targets, LABELS)["confusions"]]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == (likelihoods.argmax(axis=1) != targets).sum()


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "weights.json"
    weights.write(path, make_network(Spec(labels=("l", "o", "x", "z"))))
    return path


def call(*words: object) -> int:
    return evaluate.main([str(word) for word in words])


def test_json_is_all_on_standard_output(
    stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("--weights", stored, letters, "--out", tmp_path / "out", "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert list(found["per_label"]) == ["l", "o", "x", "z"]
    assert (found["pictures"], found["writers"], found["per_label"]["x"]["count"]) == (24, None, 0)
    assert f"note: {letters} has no pictures of x" in err
    assert f"network: {stored}" in err
    classifier = classify.load(stored)
    right = [classifier.rank(path)[0][0] == path.parent.name for path in images.walk([letters])]
    assert found["accuracy"] == pytest.approx(np.mean(right))
    assert found["low"] < found["accuracy"] < found["high"] or found["accuracy"] in (0, 1)
    for name in ("confusion.png", "mistakes.png"):
        with Image.open(tmp_path / "out" / name) as picture:
            assert min(picture.size) > 100


def test_folders_are_pooled_and_writers_counted(
    stored: Path, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    more = make_letters(tmp_path / "more", count=3, seed=1)
    for path in list(more.rglob("*.png")):
        path.rename(path.with_name(f"ann{int(path.stem) % 2}-{path.stem}{'.printed' if path.stem == '0' else ''}.png"))
    (more / "x").mkdir()  # empty
    assert call("--weights", stored, letters, more) == 0
    out, err = capsys.readouterr()
    assert "33 pictures by 2 writers" in out
    assert "pictures of this: outputs/evaluation/confusion.png" in out
    assert err.count("note:") == 2
    assert call("--weights", stored, letters, more, "--style", "printed", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pictures"], found["writers"]) == (3, 1)
    assert call("--weights", stored, letters, "--style", "cursive") == 1
    assert "no picture's name says cursive" in capsys.readouterr().err


def test_what_goes_wrong_is_one_line(stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def error(*words: object) -> str:
        assert call(*words, "--out", tmp_path / "out") == 1
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1
        return err

    assert "no such folder" in error("--weights", stored, tmp_path / "nowhere")
    assert "no such weights file" in error("--weights", tmp_path / "nothing.json", letters)
    for name in ("y", "trash"):
        (letters / name).mkdir()
    assert f"error: {letters}: trash, y: not among the labels l o x z" in error("--weights", stored, letters)
    (tmp_path / "empty" / "l").mkdir(parents=True)
    assert "no pictures that can be read" in error("--weights", stored, tmp_path / "empty")


def test_wrong_calls_end_with_status_2(letters: Path, capsys: pytest.CaptureFixture[str]):
    for words in ([], [letters, letters], [letters, "--style", "neat"]):
        with pytest.raises(SystemExit, match="2"):
            call(*words)
    assert "named twice" in capsys.readouterr().err


def test_help_comes_at_once():
    program = "import sys, charnet.evaluate; assert not {'torch', 'matplotlib', 'hydra'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_released_network_on_the_drawings_it_was_made_with(real_data: Path):
    classifier = classify.load(real_data / "original/Networks/FullCharacterRecognition.json")
    pictures, targets, _ = evaluate.read(real_data / "original/Letters", classifier.spec)
    found = evaluate.measure(classifier.likelihoods(pictures / 255), targets, classifier.spec.labels)
    assert (found["accuracy"], found["top3"]) == (859 / 1010, 923 / 1010)


def test_pictures_that_cannot_be_read_are_named(stored: Path, letters: Path, capsys: pytest.CaptureFixture[str]):
    for number in range(7):
        (letters / f"o/{number}.png").write_text("no picture")
    pictures, targets, paths = evaluate.read(letters, classify.load(stored).spec)
    assert len(pictures) == len(targets) == len(paths) == 17
    assert [path.parent.name for path in paths] == [("l", "o", "x", "z")[target] for target in targets]
    err = capsys.readouterr().err
    assert err.count(f"skipped {letters}/o/") == 5 and "skipped 2 more" in err
