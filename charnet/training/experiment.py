"""A whole run, from top to bottom: read the letters, train, measure, calibrate and save, report."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from charnet.letters import copies
from charnet.letters import folder as letter_folder
from charnet.letters.config import join
from charnet.letters.folder import LetterSet
from charnet.measure import evaluation, metrics
from charnet.networks import in_use
from charnet.networks.classify import Classifier
from charnet.networks.facts import Facts
from charnet.system import files, pool, torchrun
from charnet.system.progress import Progress
from charnet.training import calibration, checkpoint, distributed, fitting, folds, report, word_steps
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.data import Data, Evaluation, LetterFolder, LetterTensors, choose_device, make_folds
from charnet.training.fitting import NETWORKS, Callback, EpochLines, FitResult, Run
from charnet.training.loop import predict, seeded, threads

UNTRAINED = "it was stopped during its first epoch"


class Steps(NamedTuple):
    """What a run does before and after it trains, by what it reads."""

    read: Callable[[TrainConfig, str], Data]
    measure: Callable[[Run, Data, FitResult], Evaluation]
    save: Callable[[Run, Data, FitResult, Evaluation, bool, bool], in_use.Use]
    draw: Callable[[Run, Data, FitResult, Evaluation], None]


def run(
    config: TrainConfig,
    folder: Path,
    use: bool = True,
    callback: Callback | None = None,
    workers: folds.Workers | None = None,
) -> dict[str, Any]:
    """Train as the settings say, leave everything in `folder`, return the metrics.

    The network becomes the one in use, unless it reads no better than a guess, was interrupted, comes from a
    cross-validation, or `use` is false. `callback` follows the training of a run without folds; `workers` train folds
    beside this process, and end with the run. Raises `ValueError` and `FileNotFoundError` for what a user can mend,
    `OSError` where files can't be written.
    """
    if torchrun.world_size() > 1 and config.folds:
        raise ValueError(folds.UNDER_TORCHRUN)
    with ExitStack() as stack:
        folder = stack.enter_context(distributed.joined(Path(config.resume or folder), config.device))
        stack.enter_context(report.disk_errors(folder))
        state = None
        if config.resume:
            state, config = distributed.broadcast(checkpoint.read(folder) if not torchrun.rank() else (State(), config))
        distributed.assert_same("its settings", asdict(config), "start all with the same")
        if config.folds:
            workers = stack.enter_context(workers or folds.Workers.start(config))
        stack.enter_context(threads(thread_count(config)))

        before = state.letters if state else ""
        steps = WORDS if config.model.name == "line" else LETTERS
        data = distributed.on_every_rank(lambda: steps.read(config, before))
        what = f"its pictures below {config.data.root}"
        distributed.assert_same(what, data.fingerprint, "give all machines the same folder")
        job = Run(config, data.tensors, data.fingerprint, folder, resumed=state is not None)
        fitted = train(job, data, callback, workers)
        stack.callback(fitted.log.close)
        if torchrun.rank():
            return distributed.broadcast({})
        measured = steps.measure(job, data, fitted)
        used = steps.save(job, data, fitted, measured, use, callback is not None and callback.stopped())
        if callback:
            callback.on_end(measured.result, folder, used)
        steps.draw(job, data, fitted, measured)
        report.print_result(measured.result, folder, fitted.interrupted, used)
        return distributed.broadcast(measured.result)


def read_letters(config: TrainConfig, before: str) -> Data:
    """The letters, on the device that trains, divided into folds. `before` is their fingerprint when the run began."""
    device = choose_device(config.device)
    spec = letter_folder.spec_of(config.data)
    config.data.labels = join(spec.labels)
    dataset = LetterFolder(config.data.root, spec)
    letters = dataset.read()
    test = None
    if config.data.test and not torchrun.rank():
        test = letter_folder.read(Path(config.data.test), spec, allow_missing=True)
    found = fingerprint(letters)
    if (before or found) != found:
        raise ValueError(
            f"resume: the pictures below {config.data.root}, or their names, changed since that run; train anew"
        )
    print(f"{spec.outputs} label{'s' * (spec.outputs > 1)}: {' '.join(spec.labels)}")
    print(f"{len(letters):,} pictures, {spec.width} x {spec.height} pixels", flush=True)
    if twice := int((copies.originals(letters.pictures, letters.paths) != np.arange(len(letters))).sum()):
        are = "is a copy" if twice == 1 else "are copies"
        where = "; a picture and its copies are all trained on or all held out" if config.data.split == "sample" else ""
        print(f"{twice:,} of them {are} of others{where}", flush=True)

    tensors = dataset.tensors(device)
    planned = make_folds(letters, config, NETWORKS[config.model.name].min_batch_size * torchrun.world_size())
    if config.augment.redraw + config.augment.by_mouse:
        root, augment = Path(config.data.root), config.augment
        same = tensors.redraw(letters, root, spec, augment.redraw, augment.by_mouse)
        print(f"{same:,} of them hold no ink and stay as they are\n" if same else "", end="", flush=True)
    return Data(spec, letters, tensors, test, found, planned)


def train(run: Run, data: Data, callback: Callback | None, workers: folds.Workers | None) -> FitResult:
    """Train the network that is kept and, in a cross-validation, one for each other fold."""
    if callback:
        callback.on_start(data)
    if not run.resumed:
        checkpoint.clear(run.folder)
    with Progress(data.kept.title, run.config.optim.epochs) as progress:
        if not workers:
            return fitting.train_fold(run, data.kept, callback or EpochLines(progress.show, progress.due))
        if data.tensors.targets.device.type != "cpu":
            workers.kill()
        return folds.cross_validate(run, [data.kept, *data.folds[:-1]], workers, progress)


def measure(run: Run, data: Data, fitted: FitResult) -> Evaluation:
    """The figures of the network that is kept and of all folds, on what they held out and on the test letters."""
    config, network = run.config, fitted.network
    states = {fold.number: state for fold in data.folds[:-1] if (state := run.state(fold))}
    logits = {k: state.held_out_logits for k, state in states.items() if state.held_out_logits is not None}
    if data.kept.selects_best:
        logits = {data.kept.number: predict(network, data.tensors, data.kept.held_out).cpu()}
    held_out = {k: (found.numpy(), data.letters.targets[data.folds[k].held_out.numpy()]) for k, found in logits.items()}
    result = report.summarise(config, [fitted.state, *states.values()], held_out)
    if config.folds and config.data.split == "writer":
        paths = {k: [data.letters.paths[index] for index in data.folds[k].held_out.tolist()] for k in held_out}
        result["by_writer"] = report.by_writer(held_out, paths)
    result["parameters"] = sum(parameter.numel() for parameter in network.parameters())
    measured = Evaluation(result, logits)
    if data.test is not None:
        tensors = LetterTensors.of(data.test, data.tensors.targets.device)
        measured.test_logits = predict(network, tensors, torch.arange(len(data.test))).cpu().numpy()
        result["test"] = metrics.with_interval(measured.test_logits, data.test.targets)
    if fitted.interrupted:
        result["interrupted"] = True
    return measured


def save(run: Run, data: Data, fitted: FitResult, measured: Evaluation, use: bool, stopped: bool) -> in_use.Use:
    """Calibrate and write the network, and make it the one in use.

    One that was `stopped` from the page is what its user wants to see; Ctrl-C interrupts a training that may go on.
    """
    network, tensors, config = fitted.network, data.tensors, run.config
    assert isinstance(tensors, LetterTensors)
    if tensors.targets.device.type == "mps":  # which has no float64, and what follows takes a moment
        network, tensors = network.cpu(), tensors.to(torch.device("cpu"))
    generator = seeded(tensors.targets.device, config.seed, len(data.folds), config.optim.epochs)
    calibration.calibrate(network, tensors, data.kept.train, config.augment, generator)
    sure = calibration.sure_from(network, tensors, data.folds[0], data.letters.paths)
    likeness = calibration.likeness_from(network, tensors, data.folds[0], sure)
    trained_on = copies.summary(data.letters.pictures[data.kept.train.numpy()])
    facts = Facts(measured.result["accuracy"], config.data.split, sure, likeness, trained_on)
    path = network.save(run.folder, facts)
    files.write_bytes(run.folder / "metrics.json", json.dumps(measured.result, indent=1).encode())
    if not fitted.state.epoch:
        return in_use.Use(False, f"not in use: {UNTRAINED}", UNTRAINED)
    if not use:
        return in_use.unused(path)
    if config.folds:
        return in_use.unused(path, "a cross-validation measures, and this network was trained on all letters")
    if fitted.interrupted and not stopped:
        return in_use.unused(path, "it was interrupted")
    worse = compare(data, in_use.current(), measured.result["accuracy"])
    return in_use.set_current_if_useful(path, measured.result["guess"], worse)


def compare(data: Data, before: Classifier | None, accuracy: float | None) -> str:
    """What to say where the network that was in use reads what is held out better than the new one; "" otherwise."""
    held_out = data.kept.held_out.numpy()
    if before is None or accuracy is None or not len(held_out):
        return ""
    former = evaluation.accuracy(before, data.letters, data.spec, held_out)
    if former <= accuracy:
        return ""
    figures = f"{former:.1%} right and not {accuracy:.1%}"
    return f"; the one before reads the {len(held_out):,} held-out letters better, {figures}"


def draw(run: Run, data: Data, fitted: FitResult, measured: Evaluation) -> None:
    """Confusions, mistakes and hidden units, as PNG files and in TensorBoard."""
    what = "cross-validation" if run.config.folds else "validation"
    indices, logits = torch.arange(len(data.letters)), list(measured.logits.values())
    if logits:
        indices = torch.cat([data.folds[k].held_out for k in measured.logits])
    else:
        what, logits = "training pictures", [predict(fitted.network, data.tensors, indices).cpu()]
    labels = data.spec.labels
    report.draw(run.folder, fitted.log, data.letters.take(indices), torch.cat(logits).numpy(), labels, what)
    if data.test is not None and measured.test_logits is not None:
        report.draw(run.folder, fitted.log, data.test, measured.test_logits, labels, "test")
    report.draw_hidden_units(run.folder, fitted.log, fitted.network, fitted.state)
    report.log_hyper_parameters(fitted.log, fitted.state, measured.result)


def thread_count(config: TrainConfig) -> int:
    """Threads for torch: folds share the processors, and so do the ranks of a machine and the jobs of a launcher.

    OMP_NUM_THREADS says how many, where a user or a launcher set it; that of torchrun is 1, whatever the machine.
    """
    if config.folds:
        return 1
    each = max(1, pool.cores() // torchrun.local_world_size())
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal() and (torchrun.local_world_size() == 1 or given != "1"):
        each = min(each, max(1, int(given)))
    return NETWORKS[config.model.name].threads or each


def fingerprint(letters: LetterSet) -> str:
    """A digest of the letters, their labels, and their names, which say who wrote them and how they are redrawn."""
    digest = hashlib.sha256(np.ascontiguousarray(letters.pictures).data)
    digest.update(np.ascontiguousarray(letters.targets).data)
    digest.update(json.dumps([(path.parent.name, path.name) for path in letters.paths]).encode())
    return digest.hexdigest()


LETTERS = Steps(read_letters, measure, save, draw)
WORDS = Steps(word_steps.read, word_steps.measure, word_steps.save, word_steps.draw)
