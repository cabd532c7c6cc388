"""What a large folder costs: python benchmarks/large.py [pictures, or 1,000,000]

Start with nothing cached, start from the cache, memory, an epoch; each in a process of its own, in seconds a million
pictures and bytes a picture. The pictures are links to a few hundred, so that the disk holds a million names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import common

LABELS = "abcdefghijklmnopqrstuvwxyz"
DIFFERENT = 520
RUNS = 8  # of a sweep, at the same time


def main() -> None:
    count = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as place:
        links(Path(place), count)
        cold = measured(place)
        warm = measured(place)
        shared = max(each["held"] for each in at_once(place, RUNS))
    million = count / 1e6
    rows = [
        row("start, nothing cached", cold["start"] / million, "s a million"),
        row("start, from the cache", warm["start"] / million, "s a million"),
        row("of it finding the files", warm["find"] / million, "s a million"),
        row("an epoch of the mlp, distorted", warm["epoch"] / million, "s a million"),
        row("memory, highest, over torch's", warm["memory"] / count, "bytes a picture"),
        row("cache on the disk", warm["cache"] / count, "bytes a picture"),
        row(f"memory of {RUNS} runs at once, a run, over torch's", shared / count, "bytes a picture"),
    ]
    common.report("large", rows, {"pictures": f"{count:,}"})


def row(what: str, value: float, unit: str) -> common.Row:
    return common.Row(what, value, None, unit, None, "in proportion")


def links(place: Path, count: int) -> None:
    """A folder of so many names of `DIFFERENT` pictures."""
    few = common.write_letters(place / "few", DIFFERENT)
    for label in LABELS:
        (place / "letters" / label).mkdir(parents=True)
    sources = sorted(few.rglob("*.png"))
    for number in range(count):
        source = sources[number % DIFFERENT]
        target = place / "letters" / source.parent.name / f"{number}.png"
        try:
            os.link(source, target)
        except OSError:  # a file system counts the links of a file in 16 bits
            shutil.copyfile(source, sources[number % DIFFERENT].with_suffix(".new"))
            source.with_suffix(".new").replace(source)
            os.link(source, target)


def measured(place: str) -> dict[str, Any]:
    return at_once(place, 1)[0]


def at_once(place: str, runs: int) -> list[dict[str, Any]]:
    """The figures of so many runs, all of them measured while all are there."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen([sys.executable, __file__, "--run"], cwd=place, **pipes) for _ in range(runs)]
    for child in children:
        while child.stdout.readline() != "ready\n":
            assert child.poll() is None
    for child in children:
        child.stdin.write("measure\n")
        child.stdin.flush()
    found = [json.loads(child.stdout.readline()) for child in children]
    for child in children:
        child.communicate()
    return found


def run() -> None:
    """One training's start and an epoch, in this process."""
    import torch

    from charnet.letters import cache, folder
    from charnet.spec import Spec
    from charnet.training import fitting, loop
    from charnet.training.config import TrainConfig
    from charnet.training.data import Fold, LetterTensors

    torch.set_num_threads(1)
    spec, config = Spec(), TrainConfig()
    before = status("VmRSS"), proportional()
    begin = time.perf_counter()
    found = folder.find(Path("letters"), spec)
    finding = time.perf_counter() - begin
    letters = folder.read(Path("letters"), spec, found=found)
    data = LetterTensors.of(letters, torch.device("cpu"))
    del found
    start = time.perf_counter() - begin
    indices = torch.arange(len(letters))
    fold = Fold(0, "epoch", indices, indices[:0], selects_best=False)
    network = fitting.build(config, spec)
    begin = time.perf_counter()
    next(loop.fit(network, data, fold, config))
    epoch = time.perf_counter() - begin
    print("ready", flush=True)
    sys.stdin.readline()
    stored = sum(path.stat().st_size for path in cache.FOLDER.iterdir())
    figures = {"memory": status("VmHWM") - before[0], "held": proportional() - before[1], "cache": stored}
    print(json.dumps({"start": start, "find": finding, "epoch": epoch, **figures}), flush=True)
    sys.stdin.readline()  # until all have measured


def status(name: str) -> int:
    """A figure of this process's, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def proportional() -> int:
    """Bytes of this process, of what it shares with others its part."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    run() if sys.argv[1:] == ["--run"] else main()
