"""Training: letters in, a run folder out. `run` reads from top to bottom, and so does the loop in `fit`."""

from __future__ import annotations

import hashlib
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet import augment, checkpoint, classify, data, files, metrics, pool, progress, redraw, report, tracking
from charnet import step as steps
from charnet.config import ModelConfig, TrainConfig, flatten
from charnet.model import Cnn, Mlp, calibrate
from charnet.progress import Progress
from charnet.spec import Spec

CHECKPOINT_SECONDS = 2.0  # between checkpoints while training
CALIBRATION = 4  # distorted copies of each training picture that the likelihoods are fitted on
CALIBRATION_MOST = 20_000  # copies, of however many pictures; more fit no better and take memory
PREDICTED = 2048  # pictures that are read at once where nothing is learned
PART = 1024  # pictures whose work stays in a processor's cache; a larger batch is taken in such parts
LOGGED = 200  # epochs of a fit that TensorBoard shows, at most


@dataclass(slots=True)
class Part:
    """One fit of a run: a plain run's only one, or a fold. `train` and `held` are indices (n,)."""

    title: str
    train: Tensor
    held: Tensor
    choose: bool  # whether the held-out pictures choose the best epoch; those of a fold choose nothing


def run(config: TrainConfig, folder: Path) -> dict[str, Any]:
    """Train as the settings say, leave everything in `folder`, make the network the one in use, return the metrics.

    Raises `ValueError` and `FileNotFoundError` for what a user can mend, `OSError` where files can't be written.
    """
    state: checkpoint.State = {"part": 0, "epoch": 0, "seconds": 0.0, "seen": 0, "held": {}}
    if config.resume:
        folder = Path(config.resume)
        state = checkpoint.read(folder)
        config = TrainConfig.from_dict(state["settings"])
    # At the mlp's size a second thread waits more than it works (docs/log.md).
    torch.set_num_threads(1 if config.model.name == "mlp" else pool.cores())
    device = torch.device(config.device if config.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("device: torch finds no cuda on this machine; use device=cpu")
    spec = config.data.spec()
    letters = data.load(Path(config.data.root), spec)
    test = data.load(Path(config.data.test), spec) if config.data.test else None
    fingerprint = hashlib.sha256(letters.pictures.numpy().tobytes() + letters.targets.numpy().tobytes()).hexdigest()
    if state.setdefault("letters", fingerprint) != fingerprint:
        raise ValueError(f"resume: the pictures below {config.data.root} changed since that run; train anew")
    state["settings"] = asdict(config)
    print(f"{len(letters):,} pictures of {spec.outputs} labels, {spec.width} x {spec.height} pixels", flush=True)

    drawn = letters.pictures
    if config.augment.redraw:
        with progress.counting("letters drawn again from their ink", len(letters)) as tell:
            redrawn = torch.from_numpy(redraw.versions(letters.paths, spec, config.augment.redraw, tell))
        if same := int((redrawn == letters.pictures).all(dim=(0, 2, 3)).sum()):
            print(f"{same:,} of them hold no ink and stay as they are", flush=True)
        drawn = torch.cat([drawn, redrawn.flatten(0, 1)])
    pictures, targets = drawn.to(device).float().div_(255), letters.targets.to(device)
    parts = plan(letters, config)
    interrupted = False
    for number in range(state["part"], len(parts)):
        part, last = parts[number], number == len(parts) - 1
        torch.manual_seed(config.seed + number)
        model = build(config.model, spec, config.init).to(device)
        log = tracking.Tracker(folder if last else folder / f"fold-{number + 1}", state["epoch"])
        interrupted = fit(model, pictures, targets, part, config, state, folder, log)
        if interrupted or last:
            break
        state["held"][number] = predict(model, pictures[part.held])
        log.close()
        state |= {"part": number + 1, "epoch": 0, "best": None}

    if not config.folds and len(parts[0].held):
        state["held"][0] = predict(model, pictures[parts[0].held])
    held = {number: (logits, targets[parts[number].held].cpu()) for number, logits in state["held"].items()}
    result = report.summarise(config, state, held)
    result["parameters"] = sum(parameter.numel() for parameter in model.parameters())
    if test is not None:
        logits = predict(model, test.pictures.to(device).float() / 255)
        result["test"] = metrics.with_interval(logits.numpy(), test.targets.numpy())
    if not all(parameter.isfinite().all() for parameter in model.parameters()):
        raise ValueError("training diverged: a weight is NaN or infinite; lower optim.lr")
    copies = parts[-1].train.repeat(CALIBRATION)
    copies = copies[:: 1 + len(copies) // CALIBRATION_MOST]
    strength = 1 - config.augment.anneal
    calibrate(model, augment.distort(pictures[copies], **distortions(config), strength=strength), targets[copies])
    model.save(folder)
    files.write_bytes(folder / "metrics.json", json.dumps(result, indent=1).encode())
    shown = torch.cat([parts[number].held for number in held]) if held else torch.arange(len(letters))
    logits = torch.cat([logits for logits, _ in held.values()]) if held else predict(model, pictures[shown])
    report.draw(folder, log, model, pictures[shown].cpu(), targets[shown].cpu(), logits)
    log.hyper_parameters(flatten(state["settings"]), math.nan if result["accuracy"] is None else result["accuracy"])
    log.close()
    report.make_current(folder)
    report.tell(result, folder, interrupted)
    return result


def fit(
    model: Mlp | Cnn,
    pictures: Tensor,
    targets: Tensor,
    part: Part,
    config: TrainConfig,
    state: checkpoint.State,
    folder: Path,
    log: tracking.Tracker,
) -> bool:
    """Train `model` in place: it ends with the weights of its best epoch or, choosing none, its last. True if stopped.

    Pictures are (versions * n, height, width) in [0, 1], all n as they are and then, any number of times, all as they
    were drawn again; targets (n,). `state` is kept as a checkpoint holds it; a fit that starts with a state that was
    saved ends where the uninterrupted one would have.
    """
    optim, device = config.optim, pictures.device
    train, held_pictures, held_targets = part.train.to(device), pictures[part.held], targets[part.held].cpu()
    batches = math.ceil(len(train) / optim.batch_size)  # an epoch
    step = steps.build(model, optim.weight_decay, optim.label_smoothing)
    if state["epoch"]:
        checkpoint.restore(state, model, step, device)
    else:
        state |= checkpoint.snapshot(model, step, device)
    best = state.get("best") or {"loss": math.inf, "epoch": 0, "model": state["model"]}
    by, versions = distortions(config), len(pictures) // len(targets)
    spent, began, saved = state["seconds"], time.perf_counter(), time.perf_counter()
    stopped = False
    try:
        with Progress(part.title, optim.epochs) as bar:
            for epoch in range(state["epoch"], optim.epochs):
                model.train()
                strength = 1 - config.augment.anneal * epoch / optim.epochs
                order = train[torch.randperm(len(train), device=device)]
                for number, batch in enumerate(order.split(optim.batch_size)):
                    rate = optim.lr * one_cycle(epoch * batches + number, optim.epochs * batches)
                    for some in batch.split(PART):
                        version = some
                        if versions > 1:
                            version = some + len(targets) * torch.randint(versions, some.shape, device=device)
                        drawn = augment.distort(pictures.index_select(0, version), **by, strength=strength)
                        step.add(drawn, targets.index_select(0, some))
                    step.update(rate)
                loss_sum, right = step.tally()

                done, held_loss = epoch + 1, math.nan
                if part.choose:
                    held_logits = predict(model, held_pictures)
                    held_loss = F.cross_entropy(held_logits, held_targets).item()
                    if held_loss < best["loss"]:
                        best = {"loss": held_loss, "epoch": done, "model": checkpoint.copy(model.state_dict())}
                seconds, seen = spent + time.perf_counter() - began, state["seen"] + len(train)
                if done % max(1, optim.epochs // LOGGED) == 0 or bar.due(done):
                    scalars = {
                        tracking.TRAIN_LOSS: loss_sum.item() / len(train),
                        tracking.TRAIN_ACCURACY: right.item() / len(train),
                        tracking.LEARNING_RATE: rate,
                        tracking.SPEED: seen / seconds,
                    }
                    if part.choose:
                        scalars[tracking.VALIDATION_LOSS] = held_loss
                        held_right = held_logits.argmax(1) == held_targets
                        scalars[tracking.VALIDATION_ACCURACY] = held_right.float().mean().item()
                    log.scalars(scalars, done)
                    bar.show(done, scalars)
                state |= checkpoint.snapshot(model, step, device)
                state |= {"epoch": done, "best": best, "seconds": seconds, "seen": seen}
                if time.perf_counter() - saved > CHECKPOINT_SECONDS:
                    checkpoint.save(folder, state)
                    saved = time.perf_counter()
                if part.choose and 0 < optim.patience <= done - best["epoch"]:
                    break
    except KeyboardInterrupt:
        stopped = True
    checkpoint.save(folder, state)
    model.load_state_dict(best["model"] if part.choose else state["model"])
    return stopped


def build(config: ModelConfig, spec: Spec, init: str) -> Mlp | Cnn:
    """The network that the settings ask for, with the weights of the network `init` if one is named."""
    model = Cnn(spec) if config.name == "cnn" else Mlp(spec, config.hidden, config.activation)
    if init:
        path = classify.find(init)
        try:
            model.load(path)
        except ValueError as error:
            raise ValueError(f"init={init}: {error}") from None
    return model


def plan(letters: data.Letters, config: TrainConfig) -> list[Part]:
    """The fits of a run. A cross-validation ends with one on all pictures, whose network is the one kept."""
    split = config.data.split
    if not config.folds:
        held = data.hold_out(letters, config.data.validation, split, config.seed)
        return [Part("epoch", *_sides(held), choose=bool(held.any()))]
    fold = data.assign_folds(letters, config.folds, split, config.seed)
    parts = [Part(f"fold {k + 1}/{config.folds} epoch", *_sides(fold == k), choose=False) for k in range(config.folds)]
    return [*parts, Part("all epoch", *_sides(fold < 0), choose=False)]


def _sides(held: npt.NDArray[np.bool_]) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(np.flatnonzero(~held)), torch.from_numpy(np.flatnonzero(held))


def distortions(config: TrainConfig) -> dict[str, float]:
    """The settings of `augment.distort`, at full strength."""
    return {name: value for name, value in asdict(config.augment).items() if name not in ("anneal", "redraw")}


def one_cycle(step: int, steps: int) -> float:
    """Share of the highest learning rate: up over the first tenth, then down to 0, along cosines (Smith 2018)."""
    share = (step + 1) / steps
    if share < 0.1:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * share / 0.1)) / 2
    return (1 + math.cos(math.pi * (share - 0.1) / 0.9)) / 2


@torch.no_grad()
def predict(model: nn.Module, pictures: Tensor) -> Tensor:
    """Pictures (n, height, width) in [0, 1] -> logits (n, labels) on the CPU."""
    model.eval()
    return torch.cat([model(chunk) for chunk in pictures.split(PREDICTED)]).cpu()
