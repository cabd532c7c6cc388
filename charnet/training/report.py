"""What a run reports: TensorBoard events as it goes; at its end figures, pictures and the lines that a person reads."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.tensorboard import SummaryWriter

from charnet.letters.folder import LetterSet
from charnet.letters.samples import writer_of
from charnet.measure import figures, metrics, units
from charnet.networks import display, stored
from charnet.networks.in_use import Use
from charnet.system.answer import printable
from charnet.system.usage import typed
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig, flatten
from charnet.training.loop import Epoch
from charnet.training.network import Network

# Names in TensorBoard.
TRAIN_LOSS = "loss/train"
TRAIN_ACCURACY = "accuracy/train"
VALIDATION_LOSS = "loss/validation"
VALIDATION_ACCURACY = "accuracy/validation"
LEARNING_RATE = "learning rate"
SPEED = "pictures a second"
CONFUSION = "confusion"
MISTAKES = "most confident mistakes"
HIDDEN_UNITS = "hidden units"
HIDDEN_FILM = "hidden units, how they formed"
RESULT = "result/accuracy"  # beside the hyper-parameters
TEST_RESULT = "result/test accuracy"

COMPARED = ("model.name", "model.hidden", "optim.epochs", "optim.lr", "seed")

FLUSH = 10  # seconds after which TensorBoard sees an epoch
LISTED_FOLDS = 10  # folds up to which each is named
LISTED_WRITERS = 20  # writers that a person sees; programs get all
NO_WRITER = "(no writer)"  # of files whose names have none; most often drawings by one person

# Number of a fold -> logits (n, labels) and targets (n,) of what it held out.
HeldOutLogits = dict[int, tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]


def open_log(folder: Path, from_epoch: int = 1) -> SummaryWriter:
    """TensorBoard events in a folder; what an interrupted run wrote from that epoch on is dropped."""
    return SummaryWriter(str(folder), purge_step=from_epoch, flush_secs=FLUSH)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Within the block a full disk is one error that names the run's folder.

    The thread that writes events would print a traceback of its own, and its caller gets an error without a file.
    """
    before = threading.excepthook

    def hook(error: threading.ExceptHookArgs) -> None:
        if not issubclass(error.exc_type, OSError):
            before(error)

    threading.excepthook = hook
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(folder)
        raise
    finally:
        threading.excepthook = before


def log_epoch(log: SummaryWriter, epoch: Epoch, speed: float) -> None:
    """An epoch's figures; `speed` is in pictures a second."""
    values = {TRAIN_LOSS: epoch.loss, TRAIN_ACCURACY: epoch.accuracy, LEARNING_RATE: epoch.lr, SPEED: speed}
    if epoch.validation:
        values |= {VALIDATION_LOSS: epoch.validation.loss, VALIDATION_ACCURACY: epoch.validation.accuracy}
    for name, value in values.items():
        log.add_scalar(name, value, epoch.number)


def line(epoch: Epoch, speed: float) -> str:
    """An epoch's figures for a person; `speed` is in pictures a second."""
    validation = f"  validation {epoch.validation.accuracy:.1%}" if epoch.validation else ""
    return f"loss {epoch.loss:.3f}  train {epoch.accuracy:.1%}{validation}  {speed:,.0f} pictures/s"


def summarise(config: TrainConfig, states: Sequence[State], held_out: HeldOutLogits) -> dict[str, Any]:
    """The figures of metrics.json; the first state is that of the network that is kept."""
    kept, seconds = states[0], sum(state.seconds for state in states)
    pictures = sum(state.pictures for state in states)
    result: dict[str, Any] = dict.fromkeys(("accuracy", "top3", "loss", "low", "high", "guess", "held_out"))
    if held_out:
        logits, targets = (np.concatenate(each) for each in zip(*held_out.values(), strict=True))
        result |= metrics.summary(logits, targets)
        result["low"], result["high"] = metrics.wilson(round(result["accuracy"] * len(targets)), len(targets))
        result |= {"guess": metrics.most_frequent(targets), "held_out": len(targets)}
    result |= {
        "epochs": kept.epoch,
        "best_epoch": kept.best_epoch or kept.epoch,
        "seconds": round(seconds, 3),
        "images_per_second": round(pictures / max(seconds, 1e-9)),
        "split": config.data.split,
        "seed": config.seed,
    }
    if config.folds:
        each = [metrics.summary(logits, targets)["accuracy"] for logits, targets in held_out.values()]
        mean, sd = (float(np.mean(each)), float(np.std(each, ddof=1))) if len(each) > 1 else (None, None)
        result |= {"folds": each, "mean": mean, "sd": sd}
    return result


def by_writer(held_out: HeldOutLogits, paths: dict[int, list[Path]]) -> dict[str, dict[str, Any]]:
    """Held-out logits and targets by fold, and the files they are of -> {writer: accuracy, pictures}, the worst first.

    No picture trained the network that read it; nor did any other of its writer's where the folds are by writer.
    """
    correct: dict[str, list[bool]] = {}
    for number, (logits, targets) in held_out.items():
        for path, hit in zip(paths[number], metrics.ranks(logits, targets) < 1, strict=True):
            correct.setdefault(writer_of(path) or NO_WRITER, []).append(bool(hit))
    found = {writer: {"accuracy": float(np.mean(hits)), "pictures": len(hits)} for writer, hits in correct.items()}
    return dict(sorted(found.items(), key=lambda item: item[1]["accuracy"]))


def writer_table(found: dict[str, dict[str, Any]]) -> list[str]:
    """The figures by writer for a person."""
    shown = [(printable(writer), row) for writer, row in list(found.items())[:LISTED_WRITERS]]
    wide = max(len(writer) for writer in ("writer", *(writer for writer, _ in shown)))
    rows = [f"{'writer':<{wide}}  pictures  right, by a network that never saw this writer"]
    rows += [f"{writer:<{wide}}  {row['pictures']:8,}  {row['accuracy']:.1%}" for writer, row in shown]
    more = len(found) - LISTED_WRITERS
    return rows + ([f"... and {more:,} better ones, in metrics.json"] if more > 0 else [])


def log_hyper_parameters(log: SummaryWriter, state: State, result: dict[str, Any]) -> None:
    """The settings with the accuracy that came of them: some always, the others where they are not the defaults.

    TensorBoard sorts them by name and shows the first five.
    """
    found = {RESULT: math.nan if result["accuracy"] is None else result["accuracy"]}
    found |= {TEST_RESULT: result["test"]["accuracy"]} if "test" in result else {}
    defaults = flatten(asdict(TrainConfig()))
    settings = {k: v for k, v in flatten(state.settings).items() if k in COMPARED or v != defaults[k]}
    log.add_hparams(settings, found, run_name=".")  # without a name it would open a second run


def draw(
    folder: Path,
    log: SummaryWriter,
    letters: LetterSet,
    logits: npt.NDArray[np.floating],
    labels: Sequence[str],
    what: str,
) -> None:
    """confusion.png and mistakes.png of letters and their logits (n, labels), in the run's folder and in TensorBoard.

    Those of test pictures stand beside the others as confusion-test.png and mistakes-test.png.
    """
    targets, end = letters.targets, " test" if what == "test" else ""
    confusion = figures.confusion_matrix(metrics.confusion(logits, targets), labels, len(targets), what)
    mistakes = figures.mistakes(letters.pictures, logits, targets, labels, letters.paths, what)
    for name, file, figure in (
        (CONFUSION, "confusion", confusion),
        (MISTAKES, "mistakes", mistakes),
    ):
        figures.save(figure, folder / f"{file}{end.replace(' ', '-')}.png")
        log.add_image(f"{name}{end}", figures.pixels(figure), dataformats="HWC")


def record_hidden_units(state: State, network: Network, log: SummaryWriter) -> None:
    """Keep the hidden units' weights after this epoch, and show them in TensorBoard."""
    if (weights := network.hidden_units()) is not None:
        state.hidden_units[state.epoch] = torch.tensor(weights)
        log.add_image(HIDDEN_UNITS, display.sheet(weights), state.epoch, dataformats="HWC")


def draw_hidden_units(folder: Path, log: SummaryWriter, network: Network, state: State) -> None:
    """hidden.png: how the hidden units formed, up to the epoch whose network is kept."""
    if (weights := network.hidden_units()) is not None:
        kept = state.best_epoch or state.epoch
        history = {epoch: each.numpy() for epoch, each in state.hidden_units.items() if epoch < kept} | {kept: weights}
        figure = units.film(history, network.output.weight.detach().cpu().numpy(), network.spec.labels)
        figures.save(figure, folder / "hidden.png", colours=0)
        log.add_image(HIDDEN_FILM, figures.pixels(figure), kept, dataformats="HWC")


def print_result(result: dict[str, Any], folder: Path, interrupted: bool, used: Use) -> None:
    """The last lines of a run, for the person at the terminal; `used` says which network is in use from now on."""
    if result.get("mean") is not None:
        print(
            f"cross-validation by {result['split']}: mean {result['mean']:.2%}, sd {result['sd']:.2%} "
            f"({_each(result['folds'])})"
        )
    elif result.get("characters_wrong") is not None:
        print(
            f"validation (split by {result['split']}): {result['accuracy']:.1%} of words right, "
            f"{result['characters_wrong']:.1%} of characters wrong: {round(result['accuracy'] * result['held_out']):,} "
            f"of {result['held_out']:,} words right (95 % interval {result['low']:.1%} to {result['high']:.1%}), at "
            f"epoch {result['best_epoch']}"
        )
    elif result["accuracy"] is not None:
        print(
            f"validation (split by {result['split']}): {result['accuracy']:.1%} right, {result['top3']:.1%} among the "
            f"first three: {round(result['accuracy'] * result['held_out']):,} of {result['held_out']:,} right (95 % "
            f"interval {result['low']:.1%} to {result['high']:.1%}), at epoch {result['best_epoch']}"
        )
    print("\n".join(writer_table(result["by_writer"])) + "\n" if "by_writer" in result else "", end="")
    if "test" in result:
        test = result["test"]
        print(f"test: {test['accuracy']:.1%} right (95 % interval {test['low']:.1%} to {test['high']:.1%})")
    print(f"{result['seconds']:.1f} s of training, {result['images_per_second']:,} pictures a second")
    print(f"{used.line}\n" if used.line else "", end="")
    if interrupted:
        print(f"interrupted; to go on: {typed('train')} resume={folder}")
    text = "--text " if "characters_wrong" in result else ""
    reads = f"{typed('predict')} {text}{'' if used.now else f'--weights {folder} '}PICTURE"
    print(f"everything is in {folder}; next: {reads}, or tensorboard --logdir {stored.OUTPUTS}")


def _each(folds: Sequence[float]) -> str:
    if len(folds) <= LISTED_FOLDS:
        return ", ".join(f"{accuracy:.1%}" for accuracy in folds)
    return f"{len(folds):,} folds from {min(folds):.1%} to {max(folds):.1%}"
