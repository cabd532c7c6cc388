"""When several processes pay: pictures a second by ranks, and how long a sum of the gradients takes.

python benchmarks/ranks.py [ranks, or 1 2]; torchrun starts each number of ranks on this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common

SECONDS = 4.0  # a measurement
PICTURES = 4096
BATCH = 256
SUMS = 200  # of the gradients, to be timed


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [1, 2]
    rows, sizes = [], {}
    for name in ("mlp", "cnn"):
        found = {count: by_torchrun(name, count) for count in counts}
        for count, (speed, took, size) in found.items():
            one, sizes[f"parameters of the {name}"] = found[counts[0]][0], size
            threads = "one thread" if name == "mlp" else "a thread a core"
            what = f"{name}, {count} ranks of one thread" if count > 1 else f"{name}, one process, {threads}"
            rows.append(common.Row(what, speed, one, "pictures/s", speed / one, ""))
            if count > 1:
                rows.append(common.Row(f"{name}, {count} ranks, a sum of gradients", took * 1e6, None, "us", None, ""))
    common.report("ranks", rows, sizes)


def by_torchrun(name: str, count: int) -> tuple[float, float, int]:
    """Pictures a second of all ranks together, seconds that a sum of the gradients takes, and of how many numbers."""
    with tempfile.TemporaryDirectory() as place:
        words = [f"--nproc-per-node={count}", "--standalone", __file__, "--rank", name, f"{place}/found"]
        subprocess.run([sys.executable, "-m", "torch.distributed.run", *words], check=True, capture_output=True)
        speed, took, size = json.loads(Path(place, "found").read_text())
    return speed, took, size


def rank(name: str, file: Path) -> None:
    """One rank; the first writes the figures to `file`."""
    import torch

    from charnet.spec import Spec
    from charnet.system import pool, torchrun
    from charnet.training import distributed, fitting, loop
    from charnet.training.config import ModelConfig, OptimConfig, TrainConfig
    from charnet.training.data import Fold, LetterTensors

    with distributed.joined(Path(), "cpu"):
        ranks = torchrun.world_size()
        torch.set_num_threads(pool.cores() if ranks == 1 and name == "cnn" else 1)
        config = TrainConfig(ModelConfig(name), optim=OptimConfig(epochs=10_000, batch_size=BATCH))
        indices = torch.arange(PICTURES)
        letters = LetterTensors(torch.randint(256, (1, PICTURES, 16, 10), dtype=torch.uint8), indices % 26)
        fold = Fold(0, "epoch", indices, indices[:0], selects_best=False)
        network = fitting.build(config, Spec())
        epochs = loop.fit(network, letters, fold, config)
        next(epochs)  # which warms up
        begin, done = time.perf_counter(), 0
        while distributed.all_reduce(torch.tensor(time.perf_counter() - begin)) < SECONDS * ranks:
            next(epochs)
            done += PICTURES
        speed = done / (time.perf_counter() - begin)
        gradient = torch.zeros(sum(parameter.numel() for parameter in network.parameters()))
        begin = time.perf_counter()
        for _ in range(SUMS):
            distributed.sum_gradient(gradient)
        if not torchrun.rank():
            file.write_text(json.dumps([speed, (time.perf_counter() - begin) / SUMS, len(gradient)]))


if __name__ == "__main__":
    rank(sys.argv[2], Path(sys.argv[3])) if sys.argv[1:2] == ["--rank"] else main()
