"""What a run says of itself at its end: figures, pictures, the lines that a person reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from charnet.letters.folder import LetterSet
from charnet.measure import figures, metrics, units
from charnet.networks import display, stored
from charnet.spec import Spec
from charnet.system.usage import typed
from charnet.training import by_writer, tracking
from charnet.training.by_writer import Held
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.loop import Epoch
from charnet.training.model import Cnn, Mlp

LISTED = 10  # folds up to which each is named
HIDDEN = "hidden.weight"  # among an mlp's parameters


def summarise(config: TrainConfig, states: Sequence[State], held: Held) -> dict[str, Any]:
    """The figures of metrics.json; the first state is that of the network that is kept."""
    kept, seconds, seen = states[0], sum(state.seconds for state in states), sum(state.seen for state in states)
    result: dict[str, Any] = dict.fromkeys(("accuracy", "top3", "loss", "low", "high"))
    if held:
        logits, targets = (np.concatenate(each) for each in zip(*held.values(), strict=True))
        result |= metrics.summary(logits, targets)
        result["low"], result["high"] = metrics.wilson(round(result["accuracy"] * len(targets)), len(targets))
    result |= {
        "epochs": kept.epoch,
        "best_epoch": kept.best_epoch or kept.epoch,
        "seconds": round(seconds, 3),
        "images_per_second": round(seen / max(seconds, 1e-9)),
        "split": config.data.split,
        "seed": config.seed,
    }
    if config.folds:
        each = [metrics.summary(logits, targets)["accuracy"] for logits, targets in held.values()]
        mean, sd = (float(np.mean(each)), float(np.std(each, ddof=1))) if len(each) > 1 else (None, None)
        result |= {"folds": each, "mean": mean, "sd": sd}
    return result


def results(result: dict[str, Any]) -> dict[str, float]:
    """The figures that TensorBoard shows beside the settings."""
    test = {tracking.TEST_RESULT: result["test"]["accuracy"]} if "test" in result else {}
    return {tracking.RESULT: math.nan if result["accuracy"] is None else result["accuracy"], **test}


def line(epoch: Epoch, held: tuple[float, float] | None, speed: float) -> str:
    """An epoch in figures; `held` are loss and accuracy of what is held out, `speed` is in pictures a second."""
    validation = f"  validation {held[1]:.1%}" if held else ""
    return f"loss {epoch.loss:.3f}  train {epoch.accuracy:.1%}{validation}  {speed:,.0f} pictures/s"


def draw(
    folder: Path,
    log: tracking.Tracker,
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
        (tracking.CONFUSION, "confusion", confusion),
        (tracking.MISTAKES, "mistakes", mistakes),
    ):
        figures.save(figure, folder / f"{file}{end.replace(' ', '-')}.png")
        log.picture(f"{name}{end}", figures.pixels(figure))


def note_units(state: State, spec: Spec, log: tracking.Tracker) -> None:
    """Keep the hidden units' weights after this epoch, and show them in TensorBoard; a cnn has no such units."""
    if (weights := state.model.get(HIDDEN)) is not None:
        state.units[state.epoch] = weights.cpu()
        log.picture(tracking.HIDDEN_UNITS, display.sheet(_shaped(weights, spec)), state.epoch)


def draw_units(folder: Path, log: tracking.Tracker, model: Mlp | Cnn, state: State) -> None:
    """hidden.png: how the hidden units formed, up to the epoch whose network is kept."""
    if isinstance(model, Mlp):
        kept = state.best_epoch or state.epoch
        history = {epoch: weights for epoch, weights in state.units.items() if epoch < kept}
        shaped = {epoch: _shaped(weights, model.spec) for epoch, weights in history.items()}
        shaped[kept] = _shaped(model.hidden.weight, model.spec)
        figure = units.film(shaped, model.output.weight.detach().cpu().numpy(), model.spec.labels)
        figures.save(figure, folder / "hidden.png", colours=0)
        log.picture(tracking.HIDDEN_FILM, figures.pixels(figure), kept)


def _shaped(weights: Tensor, spec: Spec) -> npt.NDArray[np.floating]:
    """Input weights (units, inputs) -> (units, height, width)."""
    return weights.detach().cpu().view(-1, spec.height, spec.width).numpy()


def tell(result: dict[str, Any], folder: Path, interrupted: bool, used: str) -> None:
    """The last lines of a run, for the person at the terminal; `used` says which network is in use from now on."""
    if result.get("mean") is not None:
        print(
            f"cross-validation by {result['split']}: mean {result['mean']:.2%}, sd {result['sd']:.2%} "
            f"({_each(result['folds'])})"
        )
    elif result["accuracy"] is not None:
        print(
            f"validation (split by {result['split']}): {result['accuracy']:.1%} right, {result['top3']:.1%} among the "
            f"first three, at epoch {result['best_epoch']}"
        )
    print("\n".join(by_writer.lines(result["by_writer"])) + "\n" if "by_writer" in result else "", end="")
    if "test" in result:
        test = result["test"]
        print(f"test: {test['accuracy']:.1%} right (95 % interval {test['low']:.1%} to {test['high']:.1%})")
    print(f"{result['seconds']:.1f} s of training, {result['images_per_second']:,} pictures a second")
    print(f"{used}\n" if used else "", end="")
    if interrupted:
        print(f"interrupted; to go on: {typed('train')} resume={folder}")
    reads = f"{typed('predict')} {'' if used.startswith('in use') else f'--weights {folder} '}PICTURE"
    print(f"everything is in {folder}; next: {reads}, or tensorboard --logdir {stored.OUTPUTS}")


def _each(folds: Sequence[float]) -> str:
    if len(folds) <= LISTED:
        return ", ".join(f"{accuracy:.1%}" for accuracy in folds)
    return f"{len(folds):,} folds from {min(folds):.1%} to {max(folds):.1%}"
