"""What a run says of itself at its end: figures, pictures, the lines that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.letters.folder import writer_of
from charnet.measure import figures, metrics
from charnet.measure.sure import threshold
from charnet.networks import stored
from charnet.system.usage import typed
from charnet.training import tracking
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.dataset import InMemory
from charnet.training.folds import Fold
from charnet.training.loop import Epoch, predict
from charnet.training.model import Cnn, Mlp

MEASURABLE = 60  # letters held out; of fewer not even faultless answers show that 95 in 100 are right

# Number of a fold -> logits (n, labels) and targets (n,) of what it held out.
Held = dict[int, tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]


def summarise(config: TrainConfig, state: State, held: Held) -> dict[str, Any]:
    """The figures of metrics.json."""
    result: dict[str, Any] = {"accuracy": None, "top3": None, "loss": None}
    if held:
        logits, targets = (np.concatenate(each) for each in zip(*held.values(), strict=True))
        result |= metrics.summary(logits, targets)
    result |= {
        "epochs": state.epoch,
        "best_epoch": state.best_epoch or state.epoch,
        "seconds": round(state.seconds, 3),
        "images_per_second": round(state.seen / max(state.seconds, 1e-9)),
        "split": config.data.split,
        "seed": config.seed,
    }
    if config.folds:
        each = [metrics.summary(logits, targets)["accuracy"] for logits, targets in held.values()]
        mean, sd = (float(np.mean(each)), float(np.std(each, ddof=1))) if len(each) > 1 else (None, None)
        result |= {"folds": each, "mean": mean, "sd": sd}
    return result


def sure(network: Mlp | Cnn, letters: InMemory, fold: Fold, paths: Sequence[Path]) -> float | None:
    """From which confidence on the network's answers are sure, by what the fold holds out; None where it is too little.

    1, which no answer reaches, where its answers are never right often enough.
    """
    held = fold.held if fold.chooses else fold.held[:0]
    if len(held) < MEASURABLE:
        return None
    likelihoods = predict(network, letters, held).sigmoid().cpu().numpy()
    right = likelihoods.argmax(axis=1) == letters.targets[held.to(letters.targets.device)].cpu().numpy()
    writers = [writer_of(paths[index]) for index in held.tolist()]
    return min(threshold(likelihoods, right, writers=writers if len(set(writers)) > 1 else None), 1.0)


def line(epoch: Epoch, held: tuple[float, float] | None, speed: float) -> str:
    """An epoch in figures; `held` are loss and accuracy of what is held out, `speed` is in pictures a second."""
    validation = f"  validation {held[1]:.1%}" if held else ""
    return f"loss {epoch.loss:.3f}  train {epoch.accuracy:.1%}{validation}  {speed:,.0f} pictures/s"


def draw(
    folder: Path,
    log: tracking.Tracker,
    model: Mlp | Cnn,
    pictures: npt.NDArray[np.uint8],
    targets: npt.NDArray[np.int64],
    logits: npt.NDArray[np.floating],
) -> None:
    """confusion.png and mistakes.png of pictures (n, height, width), in the run's folder and in TensorBoard."""
    labels = model.spec.labels
    confusion = figures.confusion_matrix(metrics.confusion(logits, targets), labels, len(targets))
    mistakes = figures.mistakes(pictures, logits, targets, labels)
    for name, figure, file in (
        (tracking.CONFUSION, confusion, "confusion.png"),
        (tracking.MISTAKES, mistakes, "mistakes.png"),
    ):
        figures.save(figure, folder / file)
        log.picture(name, figures.pixels(figure))
    if isinstance(model, Mlp):
        weights = model.hidden.weight.detach().cpu().view(-1, model.spec.height, model.spec.width)
        log.picture(tracking.HIDDEN_UNITS, figures.pixels(figures.units(weights.numpy())))


def tell(result: dict[str, Any], folder: Path, interrupted: bool, used: str) -> None:
    """The last lines of a run, for the person at the terminal; `used` says which network is in use from now on."""
    if result.get("mean") is not None:
        each = ", ".join(f"{accuracy:.1%}" for accuracy in result["folds"])
        print(f"cross-validation by {result['split']}: mean {result['mean']:.2%}, sd {result['sd']:.2%} ({each})")
    elif result["accuracy"] is not None:
        print(
            f"validation (split by {result['split']}): {result['accuracy']:.1%} right, {result['top3']:.1%} among the "
            f"first three, at epoch {result['best_epoch']}"
        )
    if "test" in result:
        test = result["test"]
        print(f"test: {test['accuracy']:.1%} right (95 % interval {test['low']:.1%} to {test['high']:.1%})")
    print(f"{result['seconds']:.1f} s of training, {result['images_per_second']:,} pictures a second")
    print(f"{used}\n" if used else "", end="")
    if interrupted:
        print(f"interrupted; to go on: {typed('train')} resume={folder}")
    print(f"everything is in {folder}; next: {typed('predict')} PICTURE, or tensorboard --logdir {stored.OUTPUTS}")
