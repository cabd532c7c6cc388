"""Train a network on folders of letters: `python train.py model.hidden=20`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from charnet.letters.config import join
from charnet.letters.folder import spec_of
from charnet.networks import in_use, stored
from charnet.system import compose, files, pool, process, torchrun
from charnet.system.answer import UsageError, answer, printable
from charnet.system.usage import typed
from charnet.training import folds, sweep
from charnet.training.config import TrainConfig, flatten

STANDBY = "--standby"  # the flag with which the drawing page starts a process that waits (training/page.py)


def main() -> int:
    if sys.argv[1:] == [STANDBY]:
        return answer(standby)
    if torchrun.world_size() > 1 and {"-m", "--multirun"} & set(sys.argv[1:]):
        return answer(refuse_sweep)
    return compose.main("train", TrainConfig, train, swept, sweep.figure)


def standby() -> None:
    messages, stopped = process.listen()  # first of all, for the imports take a while
    from charnet.training import page

    page.wait_and_train(messages, stopped)


def refuse_sweep() -> None:
    raise UsageError("-m under torchrun: its processes train one network together; start the sweep without torchrun")


def train(config: TrainConfig, folder: Path) -> None:
    if config.resume:
        usual = flatten(asdict(TrainConfig(resume=config.resume)))
        for key, value in flatten(asdict(config)).items():
            if value != usual[key]:
                raise UsageError(f"{key}={value}: a resumed run goes on with its own settings; leave it out")
    if threads := compose.job_threads():
        os.environ.setdefault("OMP_NUM_THREADS", str(threads))  # before torch is imported
    # Print and check the folder first: importing torch takes a while.
    if not torchrun.rank():
        print(f"reading {printable(config.resume or config.data.root)}", flush=True)
        files.remove_stale_parts(Path(config.resume) if config.resume else stored.OUTPUTS)
    if torchrun.world_size() > 1 and config.folds:
        raise UsageError(folds.UNDER_TORCHRUN)
    if not config.resume and torchrun.world_size() == 1 and config.model.name != "line":  # whose labels are its texts'
        config.data.labels = join(spec_of(config.data).labels)
    workers = folds.Workers.start(config) if config.folds else None  # they import torch while this process does
    with pool.without_garbage_collection():
        from charnet.training import checkpoint, experiment

    try:
        result = experiment.run(config, folder, not compose.sweeping(), workers=workers)
        if result.get("interrupted") and compose.sweeping():
            raise KeyboardInterrupt  # no further job
    except OSError:
        folder = Path(config.resume) if config.resume else folder
        if (folder / checkpoint.NAME).exists():
            print(f"note: nothing is lost; to go on: {typed('train')} resume={printable(folder)}", file=sys.stderr)
        raise


def swept(folder: Path) -> int:
    """Print the table of a sweep and take its best network into use; the exit status."""
    jobs = sweep.summarise(folder)
    if best := sweep.best(jobs):
        name = best.folder.name
        used = in_use.set_current_if_useful(stored.find(best.folder), best.result.get("guess"))
        print(f"\nthe best is {printable(name)}; {printable(used.line)}")
    elif jobs:
        print("\nthe network in use stays: no run has a figure on letters held out to choose by")
    elif sys.exc_info()[0] is None:
        raise UsageError("a sweep of no jobs: some setting has no value to take, as in seed=range(0,0)")
    return 1 if any(job.error for job in jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
