"""A run on words, from the folder to the network that reads with it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from charnet.letters import words as word_folder
from charnet.networks import text
from charnet.networks.facts import NOTHING
from charnet.pictures import ink, writing
from charnet.spec import Spec
from charnet.training import TrainConfig, fitting, run, word_steps
from charnet.training.config import DataConfig, ModelConfig, OptimConfig
from charnet.training.word_samples import WordSample
from charnet.training.words import WordTensors

SHAPES = {"l": [(0, 0), (0, 10)], "z": [(0, 5), (5, 5), (0, 10), (5, 10)]}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    for number in range(24):
        word = "".join(random.choice(["l", "z"], 3))
        strokes = [np.array(SHAPES[letter], float) + np.array([8 * place, 0]) for place, letter in enumerate(word)]
        strokes = [stroke + random.normal(0, 0.2, stroke.shape) for stroke in strokes]
        path = tmp_path / "words" / f"{'anna' if number % 2 else 'ben'}-{number}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(ink.to_png(writing.draw(strokes), strokes))
        path.with_suffix(".txt").write_text(word)
    return TrainConfig(
        model=ModelConfig("line"),
        data=DataConfig("words", split="writer", validation=0.5),
        optim=OptimConfig(epochs=2, batch_size=8, lr=0.003),
    )


def test_a_run_leaves_a_network_that_reads_handwriting(config: TrainConfig, capsys: pytest.CaptureFixture[str]):
    result = run(config)
    folder = result["folder"]
    assert {path.name for path in folder.iterdir()} >= {"weights.onnx", "metrics.json", "checkpoint.pt"}
    figures = json.loads((folder / "metrics.json").read_text())
    assert figures["held_out"] == 12 and 0 <= figures["accuracy"] <= 1 and figures["characters_wrong"] > 0
    reader = text.load(folder)
    assert reader.spec.labels == ("l", "z") and reader.logs([np.zeros((32, 40), np.float32)])[0].shape == (10, 4)
    printed = capsys.readouterr().out
    assert "24 words and 0 single letters" in printed
    assert "of characters wrong" in printed and "predict.py --text --weights" in printed
    assert not Path("outputs/current").exists()


def test_words_of_another_folder_test_the_network(config: TrainConfig, capsys: pytest.CaptureFixture[str]):
    """As the network in the run's folder reads them; words of other characters are left out."""
    Path("other").mkdir()
    for path in Path("words").glob("ben-*"):
        path.rename(Path("other") / path.name)
    (Path("other") / "ben-0.txt").write_text("\u00e9")
    config.data = replace(config.data, test="other", split="sample")
    result = run(replace(config, init="line", optim=replace(config.optim, epochs=1, lr=1e-6)))
    reader = text.load(result["folder"])
    words = [
        WordSample.of(word.text, 0, word.strokes) for word in word_folder.read(Path("other")) if word.text != "\u00e9"
    ]
    tensors = WordTensors.of(words, reader.spec.labels, np.empty(0, np.int64))
    lines = [tensors.originals(torch.tensor([index]))[0].numpy() for index in range(len(words))]
    right = [reader.word(logs)[0] == word.text for logs, word in zip(reader.logs(lines), words, strict=True)]
    assert result["test"]["held_out"] == len(right) == 11 and any(right)
    assert result["test"]["accuracy"] == pytest.approx(np.mean(right))
    assert result["test"]["characters_wrong"] < 1 and "test: " in capsys.readouterr().out


def test_an_interrupted_run_ends_as_an_uninterrupted_one(config: TrainConfig, monkeypatch: pytest.MonkeyPatch):
    whole = torch.load(run(config, "whole")["folder"] / "checkpoint.pt", weights_only=True)
    with monkeypatch.context() as patch:
        patch.setattr(fitting.EpochLines, "stopped", lambda self: True)  # behind its first epoch
        run(config, "half")
    config.resume = "half"
    half = torch.load(run(config)["folder"] / "checkpoint.pt", weights_only=True)
    assert half["epoch"] == whole["epoch"] == 2
    assert all(torch.equal(half["model"][name], value) for name, value in whole["model"].items())


def test_a_network_goes_on_from_another_and_keeps_its_characters(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
):
    """Also where what it is trained on has few of them."""
    run(replace(config, data=replace(config.data, labels="lxz")), "first")
    run(replace(config, init="first"), "second")
    assert "init=first knows all of the labels" in capsys.readouterr().out
    assert text.load("second").spec.labels == ("l", "x", "z")
    assert text.load("second").facts.letters is None


def test_a_network_that_goes_on_from_another_expects_the_same_letters(config: TrainConfig):
    result = run(replace(config, init="line", optim=replace(config.optim, epochs=1, lr=1e-6)))
    letters = text.load("line").facts.letters
    assert letters is not None and text.load(result["folder"]).facts.letters == letters


@pytest.mark.parametrize(("name", "value"), [("width", 20), ("height", 28), ("framing", "corner")])
def test_how_a_letter_is_framed_says_nothing_of_lines(config: TrainConfig, name: str, value: int | str):
    setattr(config.data, name, value)
    with pytest.raises(ValueError, match=rf"data\.{name}={value}: model=line reads lines of 32 rows.*leave it out"):
        run(config, "sized")


def test_what_words_do_not_offer_is_refused(config: TrainConfig):
    config.folds = 3
    with pytest.raises(ValueError, match="one network in one process; leave folds=3 out"):
        run(config)
    config.folds, config.data.split = 0, "writer"
    for path in Path("words").glob("ben-*"):
        path.unlink()
    with pytest.raises(ValueError, match=r"one writer only; use data\.split=sample"):
        run(config)


def test_letters_that_a_network_did_not_expect_leave_it_without_expectations(config: TrainConfig):
    config = replace(config, init="line")
    for labels, stays in (("ab1", True), ("abä", False)):
        assert bool(word_steps.facts_before(config, Spec(tuple(labels))).letters) == stays


def test_a_network_of_letters_starts_no_network_of_lines(config: TrainConfig):
    for name in ("letters", "letters-cnn"):
        with pytest.raises(ValueError, match=rf"^init={name}: it reads no lines; .* or init=line"):
            run(replace(config, init=name))
    for model in ("mlp", "cnn"):
        letters = TrainConfig(model=ModelConfig(model), init="line")
        with pytest.raises(ValueError, match=r"^init=line: it reads words and lines; add model=line"):
            fitting.build(letters, letters.data.spec())


def readings(logits: torch.Tensor, targets: list[list[int]]) -> list[word_steps.LineReading]:
    reader = word_steps.reader_of(Spec(labels=("l", "z")), NOTHING)
    return word_steps.readings(logits, torch.tensor(targets), reader)


def test_words_are_sure_from_where_they_are_right():
    lines = [
        word_steps.LineReading("l", float(confidence), "l" if number < 100 else "z")
        for number, confidence in enumerate(np.linspace(1, 0, 200))
    ]
    sure = word_steps.sure_from(lines)
    assert sure is not None and 0.4 < sure < 0.6
    assert np.mean([line.text == line.written for line in lines if line.confidence >= sure]) >= word_steps.SURE_RIGHT
    assert word_steps.sure_from(lines[:30]) is None


def test_words_of_one_confidence_are_all_sure_or_none_is():
    """Though among the first of them nine in ten are right."""
    logits = torch.zeros(100, 1, 4)
    logits[:, 0, 1] = 2
    assert word_steps.sure_from(readings(logits, [[1]] * 80 + [[2]] * 20)) == 1


def test_figures_count_characters():
    logits = 9 * torch.eye(4)[torch.tensor([[1, 2, 0], [1, 0, 1]])]
    found = word_steps.figures(readings(logits, [[1, 2, 0], [1, 2, 1]]))
    assert found["accuracy"] == 0.5 and found["characters_wrong"] == pytest.approx(1 / 5)
