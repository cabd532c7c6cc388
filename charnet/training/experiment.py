"""A whole run: letters in, a run folder out, from top to bottom. A single fit is charnet/training/fitting.py."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from charnet.letters.config import join
from charnet.letters.folder import LetterSet, read, spec_of
from charnet.measure import metrics
from charnet.networks import in_use
from charnet.networks.facts import Facts
from charnet.system import files, pool, torchrun
from charnet.system.progress import Progress
from charnet.training import by_rank, by_writer, calibration, checkpoint, devices, rendezvous, report, side_by_side
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig, flatten
from charnet.training.fitting import Work
from charnet.training.folds import plan
from charnet.training.loop import predict
from charnet.training.memory import InMemory
from charnet.training.ranks import Ranks
from charnet.training.side_by_side import Helpers
from charnet.training.watch import Watch

UNTRAINED = "not in use: it was stopped before its first epoch was over"


def run(
    config: TrainConfig, folder: Path, use: bool = True, watch: Watch | None = None, helpers: Helpers | None = None
) -> dict[str, Any]:
    """Train as the settings say, leave everything in `folder`, return the metrics.

    The network becomes the one in use, unless it reads no better than chance, was stopped in its first epoch, or `use`
    is false.

    `watch` is told of it as it goes, and may stop it as Ctrl-C does. `helpers` train folds beside this process; those
    of a caller that had some started while torch was imported are let go at the end.
    Raises `ValueError` and `FileNotFoundError` for what a user can mend, `OSError` where files can't be written.
    """
    before = None
    with rendezvous.joined(Path(config.resume or folder), config.device, f"**/{checkpoint.NAME}") as (group, folder):
        if config.resume:
            before, config = group.together(lambda: checkpoint.read(folder))
            helpers = None  # were for other settings
        group.agree("its settings", asdict(config), "start all with the same")
        # At the mlp's size a second thread waits more than it works (docs/log.md); folds share the processors.
        alone = config.model.name == "mlp" or config.folds
        with (
            devices.threads(1 if alone else max(1, pool.cores() // torchrun.ranks_here())),
            helpers or Helpers.of(config) as helpers,
        ):
            return _run(config, folder, before, use, watch, helpers, group)


def _run(
    config: TrainConfig,
    folder: Path,
    before: State | None,
    use: bool,
    watch: Watch | None,
    helpers: Helpers,
    group: Ranks,
) -> dict[str, Any]:
    device = devices.choose(config.device)
    if device.type != "cpu":
        helpers.let_go()
    spec = group.together(lambda: spec_of(config.data))
    config.data.labels = join(spec.labels)
    letters = group.together(lambda: read(Path(config.data.root), spec))
    test = read(Path(config.data.test), spec, allow_missing=True) if config.data.test and not group.rank else None
    fingerprint = unchanged(letters, before.letters if before else "", config.data.root)
    group.agree(f"its pictures below {config.data.root}", fingerprint, "give all machines the same folder")
    print(f"{spec.outputs} labels: {' '.join(spec.labels)}")
    print(f"{len(letters):,} pictures, {spec.width} x {spec.height} pixels", flush=True)

    data, folds = InMemory.of(letters, device), plan(letters, config)
    if config.augment.redraw + config.augment.by_mouse:
        same = data.redraw(letters, Path(config.data.root), spec, config.augment.redraw, config.augment.by_mouse)
        print(f"{same:,} of them hold no ink and stay as they are\n" if same else "", end="", flush=True)
    *others, kept = folds  # a cross-validation ends with one on all pictures, whose network is kept
    if watch:
        watch.begin(letters, spec, kept.held.numpy())
    if not before:
        checkpoint.clear(folder)
    work = Work(config, data, fingerprint, folder, resumed=before is not None)
    with Progress(kept.title, config.optim.epochs) as progress:
        if group.count > 1 and config.folds:
            fit = by_rank.train(work, [kept, *others], group, progress)
        else:
            work.ranks = group
            with group.interruptible():
                fit = side_by_side.train(work, [kept, *others], helpers, progress, watch)
    if group.rank:
        return group.first_of({})
    network, state, log = fit.network, fit.state, fit.log
    if device.type == "mps":  # which has no float64, and what follows takes a moment
        device = torch.device("cpu")
        network, data = network.cpu(), InMemory(data.pictures.cpu(), data.targets.cpu())

    states = {fold.number: checkpoint.read(folder / fold.place)[0] for fold in others if work.begun(fold)}
    logits = {k: state.held for k, state in states.items() if state.held is not None}
    if kept.chooses:
        logits = {kept.number: predict(network, data, kept.held).cpu()}
    held = {k: (found.numpy(), letters.targets[folds[k].held.numpy()]) for k, found in logits.items()}
    result = report.summarise(config, [state, *states.values()], held)
    if config.folds and config.data.split == "writer":
        paths = {k: [letters.paths[place] for place in folds[k].held.tolist()] for k in held}
        result["by_writer"] = by_writer.measure(held, paths)
    result["parameters"] = sum(parameter.numel() for parameter in network.parameters())
    if test is not None:
        test_logits = predict(network, InMemory.of(test, device), torch.arange(len(test))).cpu().numpy()
        result["test"] = metrics.with_interval(test_logits, test.targets)
    random = devices.seeded(device, config.seed, len(folds), config.optim.epochs)
    calibration.calibrate(network, data, kept.train, config.augment, random)
    facts = Facts(result["accuracy"], config.data.split, calibration.sure(network, data, folds[0], letters.paths))
    path = network.save(folder, facts)
    if fit.interrupted:
        result["interrupted"] = True
    files.write_bytes(folder / "metrics.json", json.dumps(result, indent=1).encode())
    used = "" if not use else in_use.set_current_if_useful(path) if state.epoch else UNTRAINED
    if watch:
        watch.end(result, folder, used)

    what = "training pictures" if not held else "cross-validation" if config.folds else "validation"
    shown = torch.cat([folds[k].held for k in held]) if held else torch.arange(len(letters))
    read_as = torch.cat(list(logits.values())) if held else predict(network, data, shown).cpu()
    report.draw(folder, log, letters.take(shown), read_as.numpy(), spec.labels, what)
    if test is not None:
        report.draw(folder, log, test, test_logits, spec.labels, "test")
    report.draw_units(folder, log, network, state)
    log.hyper_parameters(flatten(state.settings), report.results(result))
    report.tell(result, folder, fit.interrupted, used)
    return group.first_of(result)


def unchanged(letters: LetterSet, before: str, root: str) -> str:
    """The fingerprint of the letters; `ValueError` where an interrupted run had others."""
    digest = hashlib.sha256(np.ascontiguousarray(letters.pictures).data)
    digest.update(np.ascontiguousarray(letters.targets).data)
    found = digest.hexdigest()
    if (before or found) != found:
        raise ValueError(f"resume: the pictures below {root} changed since that run; train anew")
    return found
