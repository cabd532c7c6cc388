"""A whole run: letters in, a run folder out, from top to bottom. The loop itself is charnet/training/loop.py."""

from __future__ import annotations

import hashlib
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from charnet.letters.config import join
from charnet.letters.folder import Letters, read, spec_of
from charnet.measure import metrics, units
from charnet.networks import in_use, stored
from charnet.networks.facts import Facts
from charnet.spec import Spec
from charnet.system import files, pool
from charnet.system.progress import Progress
from charnet.training import by_writer, calibration, checkpoint, devices, model, optimiser, report
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig, flatten
from charnet.training.dataset import InMemory, LetterFolder
from charnet.training.folds import Fold, plan
from charnet.training.loop import fit, predict
from charnet.training.model import Cnn, Mlp
from charnet.training.tracking import Tracker
from charnet.training.watch import Watch

CHECKPOINT_SECONDS = 2.0  # between checkpoints while training
LOGGED = 200  # epochs of a fold that TensorBoard shows, at most


def run(config: TrainConfig, folder: Path, use: bool = True, watch: Watch | None = None) -> dict[str, Any]:
    """Train as the settings say, leave everything in `folder`, return the metrics.

    The network becomes the one in use, unless it reads no better than chance or `use` is false.

    `watch` is told of it as it goes, and may stop it as Ctrl-C does.
    Raises `ValueError` and `FileNotFoundError` for what a user can mend, `OSError` where files can't be written.
    """
    state = State(asdict(config))
    if config.resume:
        folder = Path(config.resume)
        state, config = checkpoint.read(folder)
    # At the mlp's size a second thread waits more than it works (docs/log.md).
    with devices.threads(1 if config.model.name == "mlp" else pool.cores()):
        return _run(config, folder, state, use, watch)


def _run(config: TrainConfig, folder: Path, state: State, use: bool, watch: Watch | None) -> dict[str, Any]:
    spec, device = spec_of(config.data), devices.choose(config.device)
    state.settings["data"]["labels"] = config.data.labels = join(spec.labels)
    letters = LetterFolder(config.data.root, spec).read()
    test = read(Path(config.data.test), spec, lacking=True) if config.data.test else None
    state.letters = unchanged(letters, state.letters, config.data.root)
    print(f"{spec.outputs} labels: {' '.join(spec.labels)}")
    print(f"{len(letters):,} pictures, {spec.width} x {spec.height} pixels", flush=True)

    data, folds = InMemory.of(letters, device), plan(letters, config)
    if config.augment.redraw + config.augment.by_mouse:
        same = data.redraw(letters, Path(config.data.root), spec, config.augment.redraw, config.augment.by_mouse)
        print(f"{same:,} of them hold no ink and stay as they are\n" if same else "", end="", flush=True)
    if watch:
        watch.begin(letters, spec, folds[-1].held.numpy())
    for fold in folds[state.fold :]:
        network = build(config, spec, fold).to(device)
        last = fold is folds[-1]
        log = Tracker(folder if last else folder / f"fold-{fold.number + 1}", state.epoch + 1)
        interrupted = train(network, data, fold, config, state, folder, log, watch)
        if interrupted or last:
            break
        state.held[fold.number] = predict(network, data, fold.held).cpu()
        state.next_fold()
    if folds[0].chooses:
        state.held[0] = predict(network, data, folds[0].held).cpu()

    held = {k: (logits.numpy(), letters.targets[folds[k].held.numpy()]) for k, logits in state.held.items()}
    result = report.summarise(config, state, held)
    if config.folds and config.data.split == "writer":
        paths = {k: [letters.paths[place] for place in folds[k].held.tolist()] for k in held}
        result["by_writer"] = by_writer.measure(held, paths)
    result["parameters"] = sum(parameter.numel() for parameter in network.parameters())
    if test is not None:
        test_logits = predict(network, InMemory.of(test, device), torch.arange(len(test))).cpu().numpy()
        result["test"] = metrics.with_interval(test_logits, test.targets)
    random = devices.seeded(device, config.seed, len(folds), config.optim.epochs)
    calibration.calibrate(network, data, folds[-1].train, config.augment, random)
    facts = Facts(result["accuracy"], config.data.split, calibration.sure(network, data, folds[0], letters.paths))
    path = network.save(folder, facts)
    files.write_bytes(folder / "metrics.json", json.dumps(result, indent=1).encode())
    used = in_use.adopt(path) if use else ""
    if watch:
        watch.end(result, folder, used)

    what = "training pictures" if not held else "cross-validation" if config.folds else "validation"
    shown = torch.cat([folds[k].held for k in held]) if held else torch.arange(len(letters))
    logits = torch.cat(list(state.held.values())) if held else predict(network, data, shown)
    report.draw(folder, log, letters.take(shown), logits.cpu().numpy(), spec.labels, what)
    if test is not None:
        report.draw(folder, log, test, test_logits, spec.labels, "test")
    report.draw_units(folder, log, network, state)
    log.hyper_parameters(flatten(state.settings), report.results(result))
    report.tell(result, folder, interrupted, used)
    return result


def train(
    network: Mlp | Cnn,
    letters: InMemory,
    fold: Fold,
    config: TrainConfig,
    state: State,
    folder: Path,
    log: Tracker,
    watch: Watch | None = None,
) -> bool:
    """Train until the last epoch, patience, Ctrl-C or the watch ends it; the network is then its best or its last.

    `state` is kept as a checkpoint holds it; from a state that was saved the training ends where the uninterrupted one
    would have. Returns whether Ctrl-C or the watch did. Raises `ValueError` when the loss is no longer a number.
    """
    optim, looks, interrupted = config.optim, units.seen(config.optim.epochs), False
    optimise = optimiser.build(network, optim)
    if state.epoch:
        checkpoint.restore(folder, state, network, optimise)
    else:
        state.note(0, network, optimise)
        report.note_units(state, network.spec, log)
    spent, began, saved = state.seconds, time.perf_counter(), time.perf_counter()
    try:
        with Progress(fold.title, optim.epochs) as progress:
            for epoch in fit(network, optimise, letters, fold, config, state.epoch):
                held = Held.measure(network, letters, fold) if fold.chooses else None
                if not math.isfinite(epoch.loss + (held.loss if held else 0)):
                    raise ValueError(f"training diverged in epoch {epoch.number}; lower optim.lr, it is {optim.lr}")
                state.note(epoch.number, network, optimise)
                state.seconds, state.seen = spent + time.perf_counter() - began, state.seen + len(fold.train)
                if held and held.loss < state.best_loss:
                    state.best_epoch, state.best_loss, state.best_model = epoch.number, held.loss, state.model
                if (
                    progress.due(epoch.number)
                    or epoch.number == 1
                    or epoch.number % max(1, optim.epochs // LOGGED) == 0
                ):
                    figures = (held.loss, held.accuracy) if held else None
                    log.epoch(epoch, figures, state.seen / state.seconds)
                    progress.show(epoch.number, report.line(epoch, figures, state.seen / state.seconds))
                    if watch:
                        watch.epoch(epoch, optim.epochs, figures[1] if figures else None, network)
                if epoch.number in looks:
                    report.note_units(state, network.spec, log)
                if time.perf_counter() - saved > CHECKPOINT_SECONDS:
                    checkpoint.save(folder, state)
                    saved = time.perf_counter()
                if held and 0 < optim.patience <= epoch.number - state.best_epoch:
                    break
                if interrupted := watch is not None and watch.stopped.is_set():
                    break
    except KeyboardInterrupt:
        interrupted = True
    if not all(parameter.isfinite().all() for parameter in network.parameters()):
        raise ValueError(f"training diverged in its last epoch; lower optim.lr, it is {optim.lr}")
    checkpoint.save(folder, state)
    network.load_state_dict(state.best_model or state.model)
    return interrupted


@dataclass(slots=True)
class Held:
    """How a network reads what its fold holds out."""

    logits: Tensor  # (n, labels)
    targets: Tensor  # (n,)
    loss: float  # mean cross-entropy

    @classmethod
    def measure(cls, network: Mlp | Cnn, letters: InMemory, fold: Fold) -> Held:
        logits = predict(network, letters, fold.held)
        targets = letters.targets.index_select(0, fold.held.to(logits.device))
        return cls(logits, targets, F.cross_entropy(logits, targets).item())

    @property
    def accuracy(self) -> float:
        """Only asked for where it is shown: it takes as long as the loss."""
        return float((self.logits.argmax(1) == self.targets).float().mean())


def build(config: TrainConfig, spec: Spec, fold: Fold) -> Mlp | Cnn:
    """A fold's network as it starts: drawn at random, or with the weights of the network that `init` names."""
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
    return network


def unchanged(letters: Letters, before: str, root: str) -> str:
    """The fingerprint of the letters; `ValueError` where an interrupted run had others."""
    found = hashlib.sha256(letters.pictures.tobytes() + letters.targets.tobytes()).hexdigest()
    if (before or found) != found:
        raise ValueError(f"resume: the pictures below {root} changed since that run; train anew")
    return found
