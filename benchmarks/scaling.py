"""What a picture costs in training as there are more of them: python benchmarks/scaling.py [most, or 1,000,000]"""

from __future__ import annotations

import sys

import common
import torch
from training import train

from charnet.spec import Spec
from charnet.training.config import ModelConfig
from charnet.training.data import LetterTensors
from charnet.training.mlp import Mlp

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TAKEN = 200_000  # pictures a measurement, at least: several epochs of the small sets


def main() -> None:
    torch.set_num_threads(1)
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    sizes = [size for size in SIZES if size <= most]
    pictures = torch.randint(256, (1, sizes[-1], 16, 10), dtype=torch.uint8)
    targets = torch.randint(26, (sizes[-1],))
    epochs = {size: max(1, TAKEN // size) for size in sizes}

    def cost(size: int) -> None:
        train(Mlp(Spec(), ModelConfig()), LetterTensors(pictures[:, :size], targets[:size]), epochs[size], 256, True)

    took = common.in_turn({str(size): lambda size=size: cost(size) for size in sizes}, 5)
    each = {size: took[str(size)] / epochs[size] / size * 1e6 for size in sizes}
    base = each[10_000]
    rows = [
        common.Row(
            f"{size:,} pictures, distorted, over 10,000",
            each[size],
            base,
            "us/picture",
            each[size] / base,
            "0.85 to 1.15",
        )
        for size in sizes
    ]
    common.report("scaling", rows)


if __name__ == "__main__":
    main()
