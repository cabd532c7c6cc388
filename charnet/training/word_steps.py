"""What a run on words does before and after it trains: read them, measure, save."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from charnet.letters import words as word_folder
from charnet.letters.config import join, parse
from charnet.letters.folder import LetterSet
from charnet.letters.words import Word
from charnet.measure import metrics
from charnet.measure.sure import score_threshold
from charnet.networks import ctc, in_use, onnx_file, text
from charnet.networks.facts import NOTHING, Facts
from charnet.pictures.writing import HEIGHT, STEP
from charnet.spec import Spec
from charnet.system import files, torchrun
from charnet.system.answer import note
from charnet.training import fitting, report
from charnet.training.config import DataConfig, TrainConfig
from charnet.training.data import Data, Evaluation, Fold, choose_device
from charnet.training.fitting import FitResult, Run
from charnet.training.loop import predict
from charnet.training.word_samples import WordSample
from charnet.training.words import WordTensors

FEW_WORDS = 5  # below which letters are held out instead
BEGINNING = 3  # one letter in so many begins a group; the others stand in groups only
LEAST_HELD_OUT = 60  # words; of fewer it can't be told which answers are sure
SURE_RIGHT = 0.9  # of the words called sure are right
HANDWRITING = "it reads handwriting, and the network in use letters"  # why it is not in use


def read(config: TrainConfig, before: str) -> Data:
    """The words below `data.root`, divided. `before` is their fingerprint when the run began."""
    if config.folds or torchrun.world_size() > 1:
        what = "torchrun" if torchrun.world_size() > 1 else f"folds={config.folds}"
        raise ValueError(f"model=line: it trains one network in one process; leave {what} out")
    _refuse_size(config.data)
    config.data.width, config.data.height, config.data.framing = STEP, HEIGHT, "fit"
    device = choose_device(config.device)
    words = word_folder.read(Path(config.data.root))
    labels = parse(config.data.labels) or labels_of(config, words)
    config.data.labels = join(labels)
    spec = config.data.spec()
    known = _known(words, labels)
    test = None
    if config.data.test:
        of_test = _known(word_folder.read(Path(config.data.test)), labels)
        if not of_test:
            raise ValueError(f"data.test: {config.data.test} has no word of the characters that are trained")
        test = WordTensors.of(_drawn(of_test), labels, np.empty(0, np.int64)).to(device)
    found = fingerprint(known)
    if (before or found) != found:
        raise ValueError(f"resume: the words below {config.data.root} changed since that run; train anew")
    single = np.array([len(word.text) == 1 for word in known], bool)
    print(f"{spec.outputs} characters: {' '.join(labels)}")
    print(f"{int((~single).sum()):,} words and {int(single.sum()):,} single letters", flush=True)
    held_out = _held_out(known, single, config)
    drawn = _drawn(known)
    train = np.flatnonzero(~held_out)
    starts = np.array([index for index in train.tolist() if not single[index] or index % BEGINNING == 0], np.int64)
    chosen = np.flatnonzero(held_out & ~single)
    chosen = chosen if len(chosen) >= FEW_WORDS else np.flatnonzero(held_out)
    chosen = np.array(sorted(chosen.tolist(), key=lambda index: drawn[index].width), np.int64)
    fold = Fold(0, "epoch", torch.from_numpy(starts), torch.from_numpy(chosen), selects_best=len(chosen) > 0)
    if len(starts) < 2:
        raise ValueError(f"{config.data.root}: too few words and letters to train on; write some more")
    nothing = LetterSet(np.empty((0, HEIGHT, STEP), np.uint8), np.empty(0, np.int64), [word.path for word in known])
    return Data(spec, nothing, WordTensors.of(drawn, labels, train).to(device), None, found, [fold], test)


def _known(words: list[Word], labels: Sequence[str]) -> list[Word]:
    """The words of these characters; how many others are left out is said."""
    known = [word for word in words if set(word.text) <= {*labels, " "}]
    if len(known) < len(words):
        note(f"{len(words) - len(known):,} words and letters have other characters than data.labels and are left out")
    return known


def _drawn(words: list[Word]) -> list[WordSample]:
    """The words at the size at which they are put together, their writers as numbers."""
    writers = {name: number for number, name in enumerate(sorted({word.writer for word in words}))}
    return [WordSample.of(word.text, writers[word.writer], word.strokes, word.ink) for word in words]


def labels_of(config: TrainConfig, words: list[Word]) -> tuple[str, ...]:
    """The characters of the network that `init` names, or of the words. `ValueError` for one that reads letters."""
    if config.init:
        return onnx_file.graph(fitting.find_init(config), onnx_file.LINES)[0].labels
    return tuple(sorted({letter for word in words for letter in word.text} - {" "}))


def _refuse_size(data: DataConfig) -> None:
    """Raise `ValueError` where settings say how a letter is framed; a resumed run's say what a line is."""
    usual, ours = DataConfig(), {"width": STEP, "height": HEIGHT, "framing": "fit"}
    for name, value in ours.items():
        if (given := getattr(data, name)) not in (getattr(usual, name), value):
            raise ValueError(
                f"data.{name}={given}: model=line reads lines of {HEIGHT} rows, however wide; leave it out"
            )


def _held_out(words: list[Word], single: npt.NDArray[np.bool_], config: TrainConfig) -> npt.NDArray[np.bool_]:
    """Which words are held out for validation, and which letters by the writers of these."""
    random = np.random.default_rng(config.seed)
    count = len(words)
    if not config.data.validation:
        return np.zeros(count, bool)
    if config.data.split == "writer":
        names = np.array([word.writer for word in words])
        writers = random.permutation(np.unique(names))
        if len(writers) < 2:
            raise ValueError("data.split=writer: the words name one writer only; use data.split=sample")
        share = np.cumsum([np.count_nonzero(names == writer) for writer in writers]) / count
        number = int(np.clip(np.searchsorted(share, config.data.validation) + 1, 1, len(writers) - 1))
        return np.isin(names, writers[:number])
    return random.random(count) < config.data.validation


def measure(run: Run, data: Data, fitted: FitResult) -> Evaluation:
    """Words right, and characters wrong, among the words held out and those of `data.test`."""
    state, network = fitted.state, fitted.network
    result: dict[str, Any] = dict.fromkeys(
        ("accuracy", "top3", "loss", "low", "high", "guess", "held_out", "characters_wrong")
    )
    result |= {
        "epochs": state.epoch,
        "best_epoch": state.best_epoch or state.epoch,
        "seconds": round(state.seconds, 3),
        "images_per_second": round(state.pictures / max(state.seconds, 1e-9)),
        "split": run.config.data.split,
        "seed": run.config.seed,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
    }
    measured = Evaluation(result)
    reader = reader_of(data.spec, facts_before(run.config, data.spec))
    if data.kept.selects_best:
        logits = predict(network, data.tensors, data.kept.held_out)
        targets = data.tensors.targets.index_select(0, data.kept.held_out.to(logits.device))
        lines = readings(logits, targets, reader)
        result |= figures(lines)
        measured.sure = sure_from(lines)
        result["loss"] = float(network.loss(logits, targets))
    if (test := data.test_words) is not None:
        logits = predict(network, test, torch.arange(len(test.targets)))
        result["test"] = figures(readings(logits, test.targets, reader))
    if fitted.interrupted:
        result["interrupted"] = True
    return measured


class LineReading(NamedTuple):
    """A line as it is read."""

    text: str
    confidence: float
    written: str


def readings(logits: Tensor, targets: Tensor, reader: text.TextReader) -> list[LineReading]:
    """Logits (n, steps, classes) and targets (n, labels) -> as predict.py would read the lines, at one size."""
    written = ["".join(reader.alphabet[label] for label in row if label != ctc.BLANK) for row in targets.tolist()]
    logs = logits.log_softmax(2).double().cpu().numpy()
    return [LineReading(*reader.word(each), text) for each, text in zip(logs, written, strict=True)]


def figures(lines: Sequence[LineReading]) -> dict[str, float]:
    """The share of lines read right, with its interval, and of characters read wrong."""
    right = sum(line.text == line.written for line in lines)
    low, high = metrics.wilson(right, len(lines))
    wrong = sum(metrics.edits(line.text, line.written) for line in lines)
    return {
        "accuracy": right / len(lines),
        "low": low,
        "high": high,
        "held_out": len(lines),
        "characters_wrong": wrong / sum(len(line.written) for line in lines),
    }


def save(run: Run, data: Data, fitted: FitResult, measured: Evaluation, use: bool, stopped: bool) -> in_use.Use:
    """Write the network. The network in use, which reads letters, stays, as is said."""
    before = facts_before(run.config, data.spec)
    sure = measured.sure if data.kept.selects_best else before.sure
    network = fitted.network.cpu()
    facts = Facts(measured.result["accuracy"], run.config.data.split, sure, letters=before.letters)
    network.save(run.folder, facts)
    files.write_bytes(run.folder / "metrics.json", json.dumps(measured.result, indent=1).encode())
    return in_use.Use(False, f"not in use: {HANDWRITING}", HANDWRITING)


def facts_before(config: TrainConfig, spec: Spec) -> Facts:
    """Of the network that `init` names; what letters it expects stays with the weights, unless some are new to it."""
    if not config.init:
        return NOTHING
    facts = text.load(fitting.find_init(config)).facts
    return facts if facts.letters and facts.letters.knows(spec.labels) else replace(facts, letters=None)


def reader_of(spec: Spec, facts: Facts) -> text.TextReader:
    """What makes texts of a network's answers, without the network."""
    return text.TextReader(spec, "", lambda pictures: np.empty(0), facts)


def sure_from(lines: Sequence[LineReading]) -> float | None:
    """From which confidence on words are sure, by those held out; None where they are too few to tell.

    1, which no word reaches, where they are never right often enough (`measure.sure.threshold`).
    """
    if len(lines) < LEAST_HELD_OUT:
        return None
    confidence, right = zip(*((line.confidence, line.text == line.written) for line in lines), strict=True)
    return min(score_threshold(np.array(confidence), np.array(right), SURE_RIGHT), 1.0)


def draw(run: Run, data: Data, fitted: FitResult, measured: Evaluation) -> None:
    """TensorBoard's table of settings and results; there is no confusion of lines to be drawn."""
    report.log_hyper_parameters(fitted.log, fitted.state, measured.result)


def fingerprint(words: list[Word]) -> str:
    """A digest of the words' names, texts and ink."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(json.dumps([word.path.name, word.text]).encode())
        for part in word.strokes if word.strokes is not None else [word.ink]:
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()
