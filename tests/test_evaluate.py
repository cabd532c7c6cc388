"""The command as a user calls it; its figures are tested in measure/test_report.py."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters, make_network

from charnet import evaluate
from charnet.letters import copies, folder
from charnet.measure import evaluation
from charnet.networks import classify, json_file
from charnet.networks.facts import Facts
from charnet.pictures import images, listing
from charnet.spec import Spec


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "weights.json"
    json_file.write(path, make_network(Spec(labels=("l", "o", "x", "z"))))
    return path


def call(*words: object) -> int:
    return evaluate.main([str(word) for word in words])


def test_letters_that_trained_the_network_are_told(
    stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    others, words = (
        make_letters(tmp_path / "others", seed=5),
        ["--weights", stored, "--out", tmp_path / "out", "--json"],
    )
    trained_on = copies.summary(folder.read(letters, Spec(("l", "o", "z"))).pictures)
    json_file.write(stored, replace(make_network(Spec(("l", "o", "z"))), facts=Facts(trained_on=trained_on)))
    assert call(*words, letters) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["trained_on"] == 1
    assert "note: some 100% of these pictures trained this network, so the figures flatter it; measure it on" in err
    assert call(*words, letters, others) == 0
    assert 0.5 <= json.loads(capsys.readouterr().out)["trained_on"] < 0.7  # some of their lines look like ours
    shutil.rmtree(letters)
    make_letters(letters, seed=6)
    assert call(*words, letters) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["trained_on"] < 0.3


def test_json_is_all_on_standard_output(
    stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("--weights", stored, letters, "--out", tmp_path / "out", "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert list(found["per_label"]) == ["l", "o", "x", "z"]
    assert (found["pictures"], found["writers"], found["per_label"]["x"]["count"]) == (24, None, 0)
    assert err.count(f"note: {letters} has no pictures of x\n") == 1
    assert f"network: {stored}" in err
    classifier = classify.load(stored)
    right = [classifier.rank(path)[0][0] == path.parent.name for path in listing.walk([letters])]
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
    assert "saved: outputs/evaluation/confusion.png" in out
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
    (tmp_path / "empty" / "l").mkdir(parents=True)
    assert "no readable pictures" in error("--weights", stored, tmp_path / "empty")


def test_wrong_calls_end_with_status_2(letters: Path, capsys: pytest.CaptureFixture[str]):
    for words in ([], [letters, letters], [letters, "--style", "neat"]):
        with pytest.raises(SystemExit, match="2"):
            call(*words)
    assert "named twice" in capsys.readouterr().err


def test_pictures_come_from_the_cache_of_a_training(
    stored: Path, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "SMALL", 0)
    decoded: list[images.Source] = []
    real = images.decode
    monkeypatch.setattr(images, "decode", lambda source: decoded.append(source) or real(source))
    folder.read(letters, classify.load(stored).spec, allow_missing=True)  # as a training does
    assert len(decoded) == 24
    assert call("--weights", stored, letters, "--json") == 0
    assert len(decoded) == 24
    found = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(folder, "SMALL", 25)
    assert call("--weights", stored, letters, "--json") == 0
    assert len(decoded) == 48
    assert json.loads(capsys.readouterr().out) == found


def test_the_released_network_on_the_drawings_it_was_made_with(real_data: Path):
    classifier = classify.load(real_data / "original/Networks/FullCharacterRecognition.json")
    letters = evaluate.read([real_data / "original/Letters"], classifier.spec)
    found = evaluation.measure(classifier.likelihoods(letters.pictures / 255), letters.targets, classifier.spec.labels)
    assert (found["accuracy"], found["top3"]) == (859 / 1010, 923 / 1010)


def test_letters_of_a_style(stored: Path, letters: Path):
    spec = classify.load(stored).spec
    (letters / "o/3.png").rename(letters / "o/kai-3.mixed.png")
    found = evaluate.read([letters], spec)
    assert evaluate.of_style(found, None).paths == found.paths
    mixed = evaluate.of_style(found, "mixed")
    place = found.paths.index(letters / "o/kai-3.mixed.png")
    assert (mixed.paths, mixed.targets.tolist()) == ([found.paths[place]], [1])
    assert (mixed.pictures == found.pictures[place]).all()


def test_names_that_are_no_text(stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """They stop nothing, and are shown so that all can see them."""
    (letters / "l/0.png").rename(os.fsdecode(os.fsencode(letters) + b"/l/\xff.png"))
    Path(os.fsdecode(os.fsencode(letters) + b"/o/\xfe.png")).write_text("no picture")
    assert call("--weights", stored, letters, "--out", tmp_path / os.fsdecode(b"\xfd")) == 0
    out, err = capsys.readouterr()
    assert f"skipped {letters}/o/\\udcfe.png: not a picture" in err
    assert "24 pictures" in out
    assert f"saved: {tmp_path}/\\udcfd/confusion.png" in out


def test_only_counts_a_part_of_the_labels(
    stored: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("--weights", stored, letters, "--only", "lo", "--out", tmp_path / "out", "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (list(found["per_label"]), found["pictures"]) == (["l", "o"], 16)
    assert f"note: {letters}: ignored, not a label of this network: z\n" in err
