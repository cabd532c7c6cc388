"""What train.py, predict.py and collect.py call, and the `charnet` command of an installed package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def train() -> int:
    from charnet import compose
    from charnet.config import TrainConfig

    resume = [word for word in sys.argv[1:] if word.startswith("resume=")]
    if resume:
        others = [word for word in sys.argv[1:] if word not in resume]
        if others:
            print(f"error: {others[0]}: a resumed run goes on with its own settings; leave it out", file=sys.stderr)
            return 2
        folder = Path(resume[-1].partition("=")[2])
        if not folder.is_dir():
            print(f"error: resume: {folder}: no such folder; name that of an interrupted run", file=sys.stderr)
            return 1
        # It goes on in its own folder, whose record of settings stays as it is.
        sys.argv += [f"hydra.run.dir={folder}", "hydra.output_subdir=null"]
    return compose.main("train", TrainConfig, _train)


def _train(settings: object, folder: Path) -> None:
    from charnet.config import TrainConfig

    assert isinstance(settings, TrainConfig)
    # A sign of life: importing torch takes a while.
    print(f"reading {settings.resume or settings.data.root}", flush=True)
    from charnet import training

    training.run(settings, folder)


def predict() -> int:
    from charnet import predict

    return predict.main()


def collect() -> int:
    from charnet import collector, compose

    status = 0

    def draw(settings: Any, folder: Path) -> None:
        nonlocal status
        status = collector.run(settings)

    return compose.main("collect", collector.CollectSettings, draw) or status


def main() -> int:
    """`charnet train|predict|collect|...`: the same as the scripts and the modules' own commands."""
    import runpy

    commands = {"train": train, "predict": predict, "collect": collect}
    modules = {
        "evaluate": "charnet.evaluate",
        "audit": "charnet.audit",
        "synthesize": "charnet.synthesize",
        "ink": "charnet.ink",
        "unipen": "charnet.datasets.unipen",
        "emnist": "charnet.datasets.emnist",
    }
    if len(sys.argv) < 2 or sys.argv[1] not in {*commands, *modules}:
        print(f"usage: charnet {'|'.join([*commands, *modules])} ...   (each answers --help)", file=sys.stderr)
        return 0 if {"-h", "--help"} & set(sys.argv[1:2]) else 2
    name = sys.argv.pop(1)
    if name in commands:
        return commands[name]()
    runpy.run_module(modules[name], run_name="__main__", alter_sys=True)
    return 0
