"""One fit of a run: a network trained on a fold, with its checkpoint, its log and its progress."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import torch
import torch.nn.functional as F

from charnet.measure import units
from charnet.networks import stored
from charnet.spec import Spec
from charnet.training import batch_norm, checkpoint, model, optimiser, report
from charnet.training.checkpoint import State
from charnet.training.config import OptimConfig, TrainConfig
from charnet.training.folds import Fold
from charnet.training.loop import fit, predict
from charnet.training.memory import InMemory
from charnet.training.model import Cnn, Mlp
from charnet.training.ranks import ALONE, Ranks
from charnet.training.tracking import Tracker
from charnet.training.watch import Watch

CHECKPOINT_SECONDS = 2.0  # between checkpoints while training
LOGGED = 200  # epochs of a fold that TensorBoard shows, at most


class Display(Protocol):
    """Where a fit shows how far it is: system/progress.py, or the process that shows all."""

    def due(self, done: int) -> bool: ...

    def show(self, done: int, figures: str = "") -> None: ...


@dataclass(slots=True)
class Work:
    """What the fits of a run share."""

    config: TrainConfig
    letters: InMemory
    fingerprint: str  # of the letters
    folder: Path  # of the run
    resumed: bool = False
    ranks: Ranks = ALONE  # that train each fit together

    def begun(self, fold: Fold) -> bool:
        """Whether there is a checkpoint of that fit."""
        return (self.folder / fold.place / checkpoint.NAME).is_file()

    def state(self, fold: Fold) -> State:
        """Where a fit starts, or goes on."""
        if self.resumed and self.begun(fold):
            return checkpoint.read(self.folder / fold.place)[0]
        return State(asdict(self.config), self.fingerprint)


@dataclass(slots=True)
class Fit:
    """What came of it."""

    network: Mlp | Cnn  # its best or, where nothing chooses, its last
    state: State
    log: Tracker
    interrupted: bool


def train(
    work: Work, fold: Fold, progress: Display, watch: Watch | None = None, stopped: Callable[[], bool] = bool
) -> Fit:
    """Train until the last epoch, patience, Ctrl-C, the watch or `stopped` ends it.

    From a state that was saved the training ends where the uninterrupted one would have. Raises `ValueError` when the
    loss is no longer a number.
    """
    config, optim, letters, folder = work.config, work.config.optim, work.letters, work.folder / fold.place
    state, looks, interrupted = work.state(fold), units.epochs_to_show(work.config.optim.epochs), False
    ranks = work.ranks
    network = ranks.together(lambda: build(config, config.data.spec(), fold)).to(letters.targets.device)
    batch_norm.share(network, ranks)
    log = Tracker(folder, state.epoch + 1)
    optimise = optimiser.build(network, optim, ranks)
    if state.epoch:
        checkpoint.restore(folder, state, network, optimise)
    else:
        state.note(0, network, optimise)
        report.note_units(state, network.spec, log)
    ranks.agree("its weights to start from", [each.sum().item() for each in state.model.values()], "check init=")
    spent, began, saved = state.seconds, time.perf_counter(), time.perf_counter()
    epochs = fit(network, optimise, letters, fold, config, state.epoch, ranks)
    try:
        for epoch in () if out_of_patience(state, fold, optim) else epochs:
            held = Held.measure(network, letters, fold, ranks) if fold.chooses else None
            if not math.isfinite(epoch.loss + (held.loss if held else 0)):
                raise ValueError(f"training diverged in epoch {epoch.number}; lower optim.lr, it is {optim.lr}")
            state.note(epoch.number, network, optimise, held.loss if held else math.inf)
            state.seconds, state.seen = spent + time.perf_counter() - began, state.seen + len(fold.train)
            if progress.due(epoch.number) or epoch.number == 1 or epoch.number % max(1, optim.epochs // LOGGED) == 0:
                figures = (held.loss, held.accuracy()) if held else None
                log.epoch(epoch, figures, state.seen / state.seconds)
                progress.show(epoch.number, report.line(epoch, figures, state.seen / state.seconds))
                if watch:
                    watch.epoch(epoch, optim.epochs, figures[1] if figures else None, network)
            if epoch.number in looks:
                report.note_units(state, network.spec, log)
            if time.perf_counter() - saved > CHECKPOINT_SECONDS:
                checkpoint.save(folder, state)
                saved = time.perf_counter()
            if out_of_patience(state, fold, optim):
                break
            if interrupted := stopped() or (watch is not None and watch.stopped.is_set()):
                break
    except KeyboardInterrupt:
        interrupted = True
    if not all(parameter.isfinite().all() for parameter in network.parameters()):
        raise ValueError(f"training diverged in its last epoch; lower optim.lr, it is {optim.lr}")
    network.load_state_dict(state.best_model or state.model)
    if len(fold.held) and not fold.chooses and not interrupted:
        state.held = predict(network, letters, fold.held).cpu()
    checkpoint.save(folder, state)
    return Fit(network, state, log, interrupted)


def out_of_patience(state: State, fold: Fold, optim: OptimConfig) -> bool:
    """Whether what is held out has not been read better for as many epochs as the settings allow."""
    return fold.chooses and 0 < optim.patience <= state.epoch - state.best_epoch


@dataclass(slots=True)
class Held:
    """How a network reads what its fold holds out."""

    loss: float  # mean cross-entropy
    accuracy: Callable[[], float]  # only asked for where it is shown: it takes as long as the loss

    @classmethod
    def measure(cls, network: Mlp | Cnn, letters: InMemory, fold: Fold, ranks: Ranks) -> Held:
        which = fold.held[ranks.share(len(fold.held))]
        logits = predict(network, letters, which)
        targets = letters.targets.index_select(0, which.to(logits.device))
        if ranks.count == 1:
            return cls(
                F.cross_entropy(logits, targets).item(), lambda: float((logits.argmax(1) == targets).float().mean())
            )
        loss = F.cross_entropy(logits.double(), targets, reduction="sum").item()
        loss, right = ranks.totals(loss, int((logits.argmax(1) == targets).sum()))
        return cls(loss / len(fold.held), lambda: right / len(fold.held))


def build(config: TrainConfig, spec: Spec, fold: Fold) -> Mlp | Cnn:
    """A fold's network as it starts: drawn at random, or with the weights of the network that `init` names."""
    model.check(config.model, spec)
    torch.manual_seed(config.seed + fold.number)
    network = model.build(config.model, spec)
    if config.init:
        path = stored.find(config.init)
        try:
            known = network.load(path)
        except ValueError as error:
            raise ValueError(f"init={config.init}: {error}") from None
        if fresh := [label for label in spec.labels if label not in known]:
            print(f"init={config.init} knows {len(known)} of the labels; these start afresh: {' '.join(fresh)}")
        else:
            print(f"init={config.init} knows all of the labels")
    return network
