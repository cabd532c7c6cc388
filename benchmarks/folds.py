"""A cross-validation on one processor against all: python benchmarks/folds.py [letters] [setting ...]"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common

from charnet.system import pool

TRAIN = Path(__file__).parent.parent / "train.py"


def main() -> None:
    letters = Path(sys.argv[1] if len(sys.argv) > 1 else "data/letters").resolve()
    weights: dict[int, bytes] = {}

    def run(processors: int) -> None:
        words = [f"data.root={letters}", "folds=5", "hydra.run.dir=run", *sys.argv[2:]]
        mine = sorted(os.sched_getaffinity(0))[:processors]
        with tempfile.TemporaryDirectory() as place:
            subprocess.run(
                [sys.executable, str(TRAIN), *words],
                cwd=place,
                check=True,
                capture_output=True,
                preexec_fn=lambda: os.sched_setaffinity(0, mine),
            )
            weights[processors] = Path(place, "run/weights.json").read_bytes()

    begin = time.perf_counter()
    took = common.in_turn({"one": lambda: run(1), "all": lambda: run(pool.cores())}, 3)
    same = "bit for bit" if weights[1] == weights[pool.cores()] else "DIFFERENT"
    what = f"folds=5, imports included, on {pool.cores()} processors against 1"
    rows = [common.Row(what, took["all"], took["one"], "s", took["one"] / took["all"], "2")]
    common.report("folds", rows, {"the same network": same, "seconds in all": round(time.perf_counter() - begin)})


if __name__ == "__main__":
    main()
