"""When several processes pay: pictures a second by ranks, and what summing the gradients takes.

python benchmarks/ranks.py [ranks, or 1 2]; each number of ranks by torchrun, on this machine.
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
SUMS = {"mlp": 3_766, "cnn": 90_000}  # numbers that a step sums: 15 KB, 360 KB


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [1, 2]
    found = {(name, count): by_torchrun(name, count) for name in SUMS for count in counts}
    rows = []
    for (name, count), (speed, took) in found.items():
        one = found[name, counts[0]][0]
        threads = "one thread" if name == "mlp" else "a thread a core"
        what = f"{name}, {count} ranks of one thread" if count > 1 else f"{name}, one process, {threads}"
        rows.append(common.Row(what, speed, one, "pictures/s", speed / one, ""))
        if count > 1:
            rows.append(common.Row(f"{name}, {count} ranks, a sum of gradients", took * 1e6, None, "us", None, ""))
    common.report("ranks", rows)


def by_torchrun(name: str, count: int) -> tuple[float, float]:
    """Pictures a second of all ranks together, and seconds that a sum takes."""
    with tempfile.TemporaryDirectory() as place:
        words = [f"--nproc-per-node={count}", "--standalone", __file__, "--rank", name, f"{place}/found"]
        subprocess.run([sys.executable, "-m", "torch.distributed.run", *words], check=True, capture_output=True)
        speed, took = json.loads(Path(place, "found").read_text())
    return speed, took


def rank(name: str, told: Path) -> None:
    """One of them."""
    import torch

    from charnet.spec import Spec
    from charnet.system import pool
    from charnet.training import batch_norm, loop, model, optimiser, rendezvous
    from charnet.training.config import ModelConfig, OptimConfig, TrainConfig
    from charnet.training.folds import Fold
    from charnet.training.memory import InMemory

    with rendezvous.joined(Path(), "cpu", "none") as (group, _):
        torch.set_num_threads(pool.cores() if group.count == 1 and name == "cnn" else 1)
        config = TrainConfig(model=ModelConfig(name=name), optim=OptimConfig(epochs=1000, batch_size=BATCH))
        letters = InMemory(torch.randint(256, (1, PICTURES, 16, 10), dtype=torch.uint8), torch.arange(PICTURES) % 26)
        indices = torch.arange(PICTURES)
        fold = Fold(0, "epoch", indices, indices[:0], chooses=False)
        network = model.build(config.model, Spec())
        batch_norm.share(network, group)
        epochs = loop.fit(network, optimiser.build(network, config.optim, group), letters, fold, config, ranks=group)
        next(epochs)  # which warms up
        begin, done = time.perf_counter(), 0
        while group.totals(time.perf_counter() - begin)[0] < SECONDS * group.count:
            next(epochs)
            done += PICTURES
        speed = done / (time.perf_counter() - begin)
        sums = [torch.zeros(SUMS[name])]
        begin = time.perf_counter()
        for _ in range(200):
            group.add_up(sums, 1)
        if not group.rank:
            told.write_text(json.dumps([speed, (time.perf_counter() - begin) / 200]))


if __name__ == "__main__":
    rank(sys.argv[2], Path(sys.argv[3])) if sys.argv[1:2] == ["--rank"] else main()
