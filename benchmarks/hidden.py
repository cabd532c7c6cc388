"""The README's picture, docs/hidden.png: how the hidden units form. python benchmarks/hidden.py [folder of letters]

A plain training at seed 0, as `python train.py` does it, whose hidden.png it takes.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

from charnet.training import experiment
from charnet.training.config import DataConfig, TrainConfig

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/hidden.png"


def main() -> None:
    letters = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data/letters"
    config = TrainConfig(data=DataConfig(str(letters.resolve())))
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):  # its network does not become the one in use
        run = Path("run")
        run.mkdir()
        experiment.run(config, run)
        PICTURE.write_bytes((run / "hidden.png").read_bytes())
    print(f"the picture is {PICTURE}")


if __name__ == "__main__":
    main()
