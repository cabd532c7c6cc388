"""What a run says of itself at its end: figures, pictures, the lines that a person reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from charnet import classify, files, metrics, tracking
from charnet.checkpoint import State
from charnet.config import TrainConfig
from charnet.model import Cnn, Mlp


def summarise(config: TrainConfig, state: State, held: dict[int, tuple[Tensor, Tensor]]) -> dict[str, Any]:
    """The figures of metrics.json. `held` maps the number of a part to logits and targets of what it held out."""
    result: dict[str, Any] = {"accuracy": None, "top3": None, "loss": None}
    if held:
        logits = np.concatenate([logits.numpy() for logits, _ in held.values()])
        result |= metrics.summary(logits, np.concatenate([targets.numpy() for _, targets in held.values()]))
    result |= {
        "epochs": state["epoch"],
        "best_epoch": state["best"]["epoch"] if held and not config.folds else state["epoch"],
        "seconds": round(state["seconds"], 3),
        "images_per_second": round(state["seen"] / max(state["seconds"], 1e-9)),
        "split": config.data.split,
        "seed": config.seed,
    }
    if config.folds:
        each = [metrics.summary(logits.numpy(), targets.numpy())["accuracy"] for logits, targets in held.values()]
        mean, sd = (float(np.mean(each)), float(np.std(each, ddof=1))) if len(each) > 1 else (None, None)
        result |= {"folds": each, "mean": mean, "sd": sd}
    return result


def draw(
    folder: Path, log: tracking.Tracker, model: Mlp | Cnn, pictures: Tensor, targets: Tensor, logits: Tensor
) -> None:
    """confusion.png and mistakes.png of these pictures, in the run's folder and in TensorBoard."""
    labels, answers = model.spec.labels, targets.numpy()
    confusion = tracking.confusion_matrix(metrics.confusion(logits.numpy(), answers), labels)
    mistakes = tracking.mistakes(pictures.numpy(), logits.numpy(), answers, labels)
    for name, file, figure in (
        (tracking.CONFUSION, "confusion.png", confusion),
        (tracking.MISTAKES, "mistakes.png", mistakes),
    ):
        picture = tracking.pixels(figure)
        log.picture(name, picture)
        files.write_bytes(folder / file, tracking.to_png(picture))
    if isinstance(model, Mlp):
        units = model.hidden.weight.detach().cpu().view(-1, model.spec.height, model.spec.width)
        log.picture(tracking.HIDDEN_UNITS, tracking.pixels(tracking.units(units.numpy())))


def make_current(folder: Path) -> None:
    """Make a run's network the one in use: `outputs/current` changes in one step or not at all."""
    classify.CURRENT.mkdir(parents=True, exist_ok=True)
    network = classify.find(folder)
    files.write_bytes(classify.CURRENT / network.name, network.read_bytes())


def tell(result: dict[str, Any], folder: Path, interrupted: bool) -> None:
    """The last lines of a run, for the person at the terminal."""
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
    if interrupted:
        print(f"interrupted; to go on: python train.py resume={folder}")
    print(f"everything is in {folder}; next: python predict.py PICTURE, or tensorboard --logdir {classify.OUTPUTS}")
