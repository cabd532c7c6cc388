"""Which samples are probably filed under a wrong label, or unreadable.

Every picture is read by a network that was trained without it (cross-validation), and cleanlab scores its label by the
likelihood that this network gives it: Northcutt et al., "Confident learning" (2021). The score ranks; which labels are
probably wrong is another question, since networks misread right letters too: charnet/measure/label_noise.py answers it.
docs/log.md has the scores, networks and criteria that were compared.
"""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.letters.shortlist import Suspect
from charnet.measure import label_noise
from charnet.spec import Spec
from charnet.system.progress import Progress
from charnet.training.config import TrainConfig
from charnet.training.data import LetterTensors, make_folds
from charnet.training.fitting import NETWORKS
from charnet.training.loop import fit, predict, threads

STEPS = 400  # of a training at least: a pass over few pictures has few
PROBABLE = 0.9  # probability from which a label is called probably wrong; on the safe side, since those are moved


def find(config: TrainConfig, top: int | None = None, steps: int = STEPS) -> tuple[list[Suspect], LetterSet]:
    """The suspects, worst first, and all pictures; each training has the epochs of the settings and at least `steps`.

    `top` is how many to list, 0 = all pictures, None = those that are read as another letter. `score` is cleanlab's
    self-confidence, the likelihood of the label given, from 0 to 1; `probable` says whether that label is wrong with a
    probability above `PROBABLE`. Raises `ImportError` without cleanlab.
    """
    try:
        # In a notebook its progress bars, which are not used here, complain that widgets are missing.
        with warnings.catch_warnings(action="ignore"):
            from cleanlab.rank import get_label_quality_scores
    except ImportError:
        raise ImportError("the audit needs cleanlab: pip install -e '.[audit]'") from None
    spec = folder.spec_of(config.data)
    letters = folder.read(Path(config.data.root), spec, allow_missing=True)
    # Labels without pictures are left out, for cleanlab can't score what no network has learned.
    there, letters.targets = np.unique(letters.targets, return_inverse=True)
    spec = replace(spec, labels=tuple(spec.labels[i] for i in there))
    batches = math.ceil(len(letters) * (1 - 1 / int(config.folds)) / config.optim.batch_size)
    epochs = max(config.optim.epochs, math.ceil(steps / batches))
    probabilities = out_of_fold(replace(config, optim=replace(config.optim, epochs=epochs)), letters, spec)
    scores = get_label_quality_scores(letters.targets, probabilities, method="self_confidence", adjust_pred_probs=False)
    wrong = label_noise.probabilities(probabilities, letters.targets)
    read = probabilities.argmax(axis=1)
    order = np.argsort(scores, kind="stable")
    order = order[read[order] != letters.targets[order]] if top is None else order[: top or None]
    suspects: list[Suspect] = [
        {
            "path": str(letters.paths[i]),
            "label": spec.labels[letters.targets[i]],
            "suggested": spec.labels[read[i]],
            "score": round(float(scores[i]), 6),
            "probable": bool(wrong[i] > PROBABLE),
        }
        for i in order
    ]
    return suspects, letters


def out_of_fold(config: TrainConfig, letters: LetterSet, spec: Spec) -> npt.NDArray[np.float64]:
    """The probabilities (n, labels) of each picture's labels, by the network that was trained without its fold."""
    data = LetterTensors.of(letters, torch.device("cpu"))
    probabilities = torch.zeros(len(letters), spec.outputs, dtype=torch.float64)
    with threads(1):
        for fold in make_folds(letters, config)[:-1]:  # the last trains on all
            torch.manual_seed(config.seed + fold.number)
            network = NETWORKS[config.model.name](spec, config.model)
            with Progress(fold.title, config.optim.epochs, sys.stderr) as progress:
                for epoch in fit(network, data, fold, config):
                    progress.show(epoch.number, f"loss {epoch.loss:.3f}")
            probabilities[fold.held_out] = predict(network, data, fold.held_out).double().softmax(1)
    return probabilities.numpy()
