"""One fit of a run: a network trained on a fold, with its checkpoint, its log and its callbacks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.utils.tensorboard import SummaryWriter

from charnet.measure import units
from charnet.networks import in_use, json_file, onnx_file, stored
from charnet.spec import Spec
from charnet.training import checkpoint, distributed, report
from charnet.training.checkpoint import State
from charnet.training.cnn import Cnn
from charnet.training.config import ModelConfig, TrainConfig
from charnet.training.data import Data, Fold, TrainingTensors
from charnet.training.line import Line
from charnet.training.loop import Epoch, fit, predict
from charnet.training.mlp import Mlp
from charnet.training.network import Network

CHECKPOINT_SECONDS = 2.0  # between checkpoints while training
LOGGED_EPOCHS = 100  # of a fit that TensorBoard shows, at most

NETWORKS: dict[str, type[Network]] = {"mlp": Mlp, "cnn": Cnn, "line": Line}  # by `model=`


@dataclass(slots=True)
class Run:
    """What the fits of a run share."""

    config: TrainConfig
    letters: TrainingTensors
    fingerprint: str  # of the letters
    folder: Path
    resumed: bool = False

    def state(self, fold: Fold) -> State | None:
        """How far the fit of a fold is; None where it has not begun."""
        place = self.folder / fold.subfolder
        if not (place / checkpoint.NAME).is_file():
            return None
        state = checkpoint.read(place)[0]
        wanted = len(fold.held_out), self.config.data.spec().outputs
        if state.held_out_logits is not None and state.held_out_logits.shape != wanted:
            raise ValueError(f"resume: {state.path} holds other letters than this run; train anew")
        return state


@dataclass(slots=True)
class FitResult:
    """The result of one fit."""

    network: Network  # its best or, where nothing selects the best, its last
    state: State
    log: SummaryWriter
    interrupted: bool


class Callback:
    """Follows a training."""

    def on_start(self, data: Data) -> None:
        """The letters are read and divided: those of `data.kept` train, or select the best epoch."""

    def stopped(self) -> bool:
        """Asked after each epoch; true ends the fit with its best network so far, as Ctrl-C does."""
        return False

    def due(self, epoch: int) -> bool:
        """Whether `on_epoch` is to be called with this one, so that figures are computed only where they are shown."""
        return True

    def on_epoch(self, epoch: Epoch, network: Network, speed: float) -> None:
        """An epoch is over; `speed` is in pictures a second."""

    def on_end(self, result: dict[str, Any], folder: Path, used: in_use.Use) -> None:
        """The network is saved, with the figures of metrics.json; `used` says whether it is the one in use."""


class EpochLines(Callback):
    """Shows an epoch as a line of figures: `show(epoch, line)` where `due(epoch)` says so, until `stopped()` does."""

    def __init__(
        self, show: Callable[[int, str], None], due: Callable[[int], bool], stopped: Callable[[], bool] = bool
    ) -> None:
        self._show, self._due, self._stopped = show, due, stopped

    def due(self, epoch: int) -> bool:
        return self._due(epoch)

    def stopped(self) -> bool:
        return self._stopped()

    def on_epoch(self, epoch: Epoch, network: Network, speed: float) -> None:
        self._show(epoch.number, report.line(epoch, speed))


def train_fold(run: Run, fold: Fold, callback: Callback) -> FitResult:
    """Train until the last epoch, patience, Ctrl-C or `callback` ends it.

    A resumed run goes on from its checkpoint and ends where the uninterrupted one would have. Raises `ValueError` when
    the training diverges.
    """
    config, folder = run.config, run.folder / fold.subfolder
    state = distributed.broadcast((run.resumed and run.state(fold)) or State(asdict(config), run.fingerprint))
    init = "" if state.model else config.init
    network = distributed.on_every_rank(lambda: build(replace(config, init=init), config.data.spec(), fold.number))
    network.to(run.letters.targets.device)
    distributed.broadcast_tensors(network.state_dict().values())
    with ExitStack() as stack:
        log = report.open_log(folder, state.epoch + 1)
        stack.callback(log.close)
        interrupted = run_epochs(run, fold, network, state, log, callback)
        if not all(parameter.isfinite().all() for parameter in network.parameters()):
            raise ValueError(f"training diverged in its last epoch; lower optim.lr, it is {config.optim.lr}")
        network.load_state_dict(state.best_model or state.model)
        if len(fold.held_out) and not fold.selects_best and not interrupted:
            state.held_out_logits = predict(network, run.letters, fold.held_out).cpu()
        checkpoint.save(folder, state)
        if not fold.subfolder:  # its pictures are yet to come
            stack.pop_all()
    return FitResult(network, state, log, interrupted)


def run_epochs(run: Run, fold: Fold, network: Network, state: State, log: SummaryWriter, callback: Callback) -> bool:
    """Take the epochs of a fit: log, show and save them. Returns whether Ctrl-C or `callback` ended it early."""
    epochs, folder = run.config.optim.epochs, run.folder / fold.subfolder
    shown, every = units.epochs_to_show(epochs), max(1, epochs // LOGGED_EPOCHS)
    if not state.epoch:
        report.record_hidden_units(state, network, log)
    spent, began = state.seconds, time.perf_counter()
    saved = began
    try:
        for epoch in fit(network, run.letters, fold, run.config, state):
            state.seconds = spent + time.perf_counter() - began
            state.pictures += len(fold.train)
            speed = state.pictures / state.seconds
            if (due := callback.due(epoch.number)) or epoch.number == 1 or epoch.number % every == 0:
                report.log_epoch(log, epoch, speed)
            if due:
                callback.on_epoch(epoch, network, speed)
            if epoch.number in shown:
                report.record_hidden_units(state, network, log)
            if time.perf_counter() - saved > CHECKPOINT_SECONDS:
                checkpoint.save(folder, state)
                saved = time.perf_counter()
            if callback.stopped():
                return True
    except KeyboardInterrupt:
        if not state.model:  # nothing has begun
            raise
        return True
    return False


def load(path: Path) -> Network:
    """The network in a file, in eval mode. Raises `ValueError` for one that can't be read."""
    if path.suffix == ".onnx":
        spec, model = onnx_file.parameters(path)[0], ModelConfig("cnn")
    else:
        stored_network = json_file.read(path)
        spec, model = stored_network.spec, ModelConfig(hidden=len(stored_network.hidden_bias))
    network = NETWORKS[model.name](spec, model)
    network.load(path)
    return network.eval()


def build(config: TrainConfig, spec: Spec, number: int = 0) -> Network:
    """A fold's network as it starts: drawn at random, or with the weights of the network that `init` names.

    Raises `ValueError` for a network that no file could hold, and for an `init` that does not fit.
    """
    NETWORKS[config.model.name].check(spec, config.model)
    torch.manual_seed(config.seed + number)
    network = NETWORKS[config.model.name](spec, config.model)
    if config.init:
        path = find_init(config)
        try:
            known = network.load(path)
        except ValueError as error:
            raise ValueError(f"init={config.init}: {error}") from None
        if new := [label for label in spec.labels if label not in known]:
            print(f"init={config.init} knows {len(known)} of the labels; these start afresh: {' '.join(new)}")
        else:
            print(f"init={config.init} knows all of the labels")
    return network


def find_init(config: TrainConfig) -> Path:
    """The file of the network that `init` names.

    Raises `FileNotFoundError` where there is none, `ValueError` where it reads lines and `model` letters, or it letters
    and `model` lines.
    """
    path = stored.find(config.init)
    of_lines = onnx_file.kind_of(path) == onnx_file.LINES
    if of_lines and config.model.name != "line":
        raise ValueError(f"init={config.init}: it reads words and lines; add model=line, or name another network")
    if not of_lines and config.model.name == "line":
        raise ValueError(f"init={config.init}: it reads no lines; name a run or a file of model=line, or init=line")
    return path
