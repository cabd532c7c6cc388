"""How soon letters are ready the second time, and in how much memory: python benchmarks/data.py [folder]

Without a folder of letters 50,000 synthetic ones are written first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common

from charnet.spec import Spec

LOAD = """
import json, resource, sys, time
from pathlib import Path
from charnet.letters import folder
from charnet.spec import Spec
def main():
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MB; macOS counts bytes
    before, begin = peak(), time.perf_counter()
    letters = folder.read(Path(sys.argv[1]), Spec())
    seconds = time.perf_counter() - begin
    print(json.dumps([len(letters), seconds, peak() - before - letters.pictures.nbytes / 2**20]))
if __name__ == "__main__":
    main()
"""
TRAIN = """
import json, resource, sys
from pathlib import Path
import torch
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
def main():
    from charnet.training import experiment
    from charnet.training.config import DataConfig, OptimConfig, TrainConfig
    Path("run").mkdir()
    experiment.run(TrainConfig(data=DataConfig(sys.argv[1]), optim=OptimConfig(epochs=3)), Path("run"))
    print(json.dumps([peak() - before]))
if __name__ == "__main__":
    main()
"""
USUAL = """
import json, sys, time
from torchvision import datasets, transforms
begin = time.perf_counter()
dataset = datasets.ImageFolder(sys.argv[1], transforms.Compose([transforms.Grayscale(), transforms.ToTensor()]))
ready = time.perf_counter() - begin
for index in range(0, len(dataset), 20):
    dataset[index]
print(json.dumps([ready, (time.perf_counter() - begin - ready) * 20]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else common.write_letters(Path(name) / "letters", 50_000))
        here = {"cwd": name, "env": {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}}
        (Path(name) / "load.py").write_text(LOAD)
        (Path(name) / "train.py").write_text(TRAIN)

        def run(program: list[str]) -> list[float]:
            done = subprocess.run(
                [sys.executable, *program, str(folder.resolve())], check=True, capture_output=True, **here
            )
            found: list[float] = json.loads(done.stdout.splitlines()[-1])
            return found

        count, first, first_memory = run(["load.py"])
        second, usual = [], []
        for _ in range(5):
            second.append(run(["load.py"]))
            usual.append(run(["-c", USUAL]))
        trained = run(["train.py"])[0] - count * Spec().inputs / 2**20
    ready, memory = sorted(found[1] for found in second)[2], sorted(found[2] for found in second)[2]
    listed, decoded = sorted(found[0] for found in usual)[2], sorted(found[1] for found in usual)[2]
    rows = [
        common.Row(
            f"{count:,} files ready, second start, over ImageFolder's list", ready, listed, "s", listed / ready, "1 s"
        ),
        common.Row("the same, first start, over ImageFolder's one epoch", first, decoded, "s", decoded / first, ""),
        common.Row("memory of the first start over the uint8 tensor", first_memory, None, "MB", None, "500"),
        common.Row("memory of the second", memory, None, "MB", None, "500"),
        common.Row("a whole training, over import torch and the tensor", trained, None, "MB", None, "500"),
    ]
    common.report("data", rows)


if __name__ == "__main__":
    main()
