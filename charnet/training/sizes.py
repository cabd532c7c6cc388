"""Accuracy by drawings a letter: the same training on more and more drawings, each read on the same held-out ones.

The page draws a curve of it. Nothing is saved, and the network in use stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np

from charnet.measure import metrics
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.data import make_folds
from charnet.training.experiment import read_letters, thread_count
from charnet.training.fitting import NETWORKS, build
from charnet.training.loop import fit, threads, validate

SIZES = (5, 10, 20, 40, 80, 160, 320, 640)  # drawings a letter
CLOSE = 0.7  # of all drawings: a size above tells nothing more
STEPS = 1000  # of a training, whatever the number of drawings; about a second


def measure(config: TrainConfig, stopped: Event, steps: int = STEPS) -> Iterator[dict[str, Any]]:
    """First {"sizes"}, then for each of them {"size", "right", "held", "low", "high"}, until `stopped` is set.

    The last size is that of all drawings. Each network is that of its best epoch, as in any training. Raises
    `ValueError` where there are no more drawings of any letter than the smallest size.
    """
    data = read_letters(config, "")
    most = int(np.bincount(data.letters.targets[data.kept.train.numpy()]).max())
    sizes = [size for size in SIZES if size < most]
    if len(sizes) > 1 and sizes[-1] > CLOSE * most:
        sizes.pop()
    if not sizes:
        raise ValueError(
            f"no letter has more than {SIZES[0]} drawings to learn from, so there is nothing to compare: draw more"
        )
    yield {"sizes": [*sizes, most]}
    with threads(thread_count(config)):
        for size in [*sizes, most]:
            limited = replace(config, data=replace(config.data, per_label=size))
            fold = make_folds(data.letters, limited, NETWORKS[config.model.name].min_batch_size)[-1]
            batches = math.ceil(len(fold.train) / config.optim.batch_size)
            limited = replace(limited, optim=replace(config.optim, epochs=math.ceil(steps / batches)))
            network, state = build(limited, data.spec), State()
            for _ in fit(network, data.tensors, fold, limited, state):
                if stopped.is_set():
                    return
            network.load_state_dict(state.best_model or state.model)
            found = validate(network, data.tensors, fold.held_out)
            right, held = int(network.right(found.logits, found.targets).sum()), len(fold.held_out)
            low, high = metrics.wilson(right, held)
            yield {"size": size, "right": right, "held": held, "low": low, "high": high}
