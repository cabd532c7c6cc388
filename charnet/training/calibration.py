"""Make logistic outputs read as likelihoods without changing a single ranking.

Cross-entropy training ranks better than training each output by itself (docs/log.md), but it fixes the logits only up
to a common term: what is added to all outputs alike changes no softmax. That freedom, one linear function of the last
layer's inputs, and one common scale are fitted here by each output's own binary cross-entropy, after Platt (1999).
The problem is convex; Newton's method solves it in a few steps (Lin, Lin and Weng 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from charnet.letters.samples import writer_of
from charnet.measure import likeness
from charnet.measure.sure import threshold
from charnet.networks.classify import confidence
from charnet.networks.likeness import MAX_LABELS, Likeness
from charnet.training import augment
from charnet.training.config import AugmentConfig
from charnet.training.data import Fold, LetterTensors
from charnet.training.loop import predict
from charnet.training.network import Network

COPIES = 4  # distorted ones of each training picture that the likelihoods are fitted on
MAX_COPIES = 20_000  # of all pictures together; more fit no better and take memory
LEAST_HELD_OUT = 60  # letters; of fewer not even faultless answers show that 95 in 100 are right
BATCH = 2048  # pictures that are read at once
MAX_LOGITS = 100_000  # of copies that are looked at together; ten arrays of as many take 8 MB
MAX_FEATURES = 1024  # inputs of the last layer up to which more than scale and offset is fitted: memory is their square
MIRRORED = ("moments", "fit")  # framings of which a framed picture in a mirror is framed too
STEPS = 20  # of Newton's method
RIDGE = 1e-3  # keeps the problem solvable when activations depend on each other or outputs are always right


@torch.no_grad()
def calibrate(
    network: Network, letters: LetterTensors, train: Tensor, config: AugmentConfig, generator: torch.Generator
) -> None:
    """Change the network's last layer so that the logistic function of a logit is the likelihood of its label.

    It is fitted on copies of what it trained on, `train` (n,), drawn again and distorted as at the end of training.
    """
    network.eval()
    copies = train.to(letters.targets.device).repeat(COPIES)
    copies = copies[:: 1 + len(copies) // MAX_COPIES]
    pictures = augment.distort(letters.versions(copies, generator), config, 1 - config.anneal, generator)
    activations = torch.cat([network.activations(batch) for batch in pictures.split(BATCH)])
    fit_output(network.output, activations, letters.targets[copies])


def sure_from(network: Network, letters: LetterTensors, fold: Fold, paths: Sequence[Path]) -> float | None:
    """From which confidence on answers are sure, by what the fold holds out; None where that is too little to tell.

    1, which no answer reaches, where they are never right often enough.
    """
    held_out = fold.held_out if fold.selects_best else fold.held_out[:0]
    if len(held_out) < LEAST_HELD_OUT:
        return None
    likelihoods = predict(network, letters, held_out).sigmoid().cpu().numpy()
    right = likelihoods.argmax(axis=1) == letters.targets[held_out.to(letters.targets.device)].cpu().numpy()
    writers = [writer_of(paths[index]) for index in held_out.tolist()]
    return min(threshold(likelihoods, right, writers=writers if len(set(writers)) > 1 else None), 1.0)


@torch.no_grad()
def likeness_from(network: Network, letters: LetterTensors, fold: Fold, sure: float | None) -> Likeness | None:
    """What letters are like, by what the fold trains on, with a limit by what it holds out.

    `sure` is what `sure_from` found. None where there are too few letters, or where no answer is sure anyway.
    """
    held_out = fold.held_out if fold.selects_best else fold.held_out[:0]
    if sure is None or len(held_out) < LEAST_HELD_OUT:
        return None
    if not (found := letters_alike(network, letters, fold.train)):
        return None
    likelihoods = predict(network, letters, held_out).double().sigmoid().cpu().numpy()
    right = likelihoods.argmax(axis=1) == letters.targets[held_out.to(letters.targets.device)].cpu().numpy()
    wanted = right & (confidence(likelihoods) >= sure)
    return likeness.limited(found, likelihoods, wanted) if wanted.any() else None


@torch.no_grad()
def letters_alike(network: Network, letters: LetterTensors, train: Tensor) -> Likeness | None:
    """What the letters that a network was trained on, `train` (n,), are like, without a limit; None for many labels."""
    if network.spec.outputs > MAX_LABELS:
        return None
    train = train.to(letters.targets.device)
    train = train[:: 1 + len(train) // MAX_COPIES]
    logits = predict(network, letters, train)
    mirrored = None
    if network.spec.framing in MIRRORED:
        batches = [network(letters.originals(batch).flip(2)) for batch in train.split(BATCH)]
        mirrored = torch.cat(batches).double().cpu().numpy()
    return likeness.fit(logits.double().cpu().numpy(), letters.targets[train].cpu().numpy(), mirrored)


@torch.no_grad()
def fit_output(output: nn.Linear, activations: Tensor, targets: Tensor) -> None:
    """Change `output` in place, given its inputs (n, activations) and the right answers (n,)."""
    common = activations.new_ones(len(activations), 1).double()
    if activations.shape[1] <= MAX_FEATURES:
        common = torch.cat([activations.double(), common], dim=1)
    fitted = common.new_zeros(1 + common.shape[1])  # the scale, then the common linear function and its offset
    fitted[0] = 1
    start = fitted.clone()
    rows = max(1, MAX_LOGITS // output.out_features)
    parts = list(zip(activations.split(rows), common.split(rows), targets.split(rows), strict=True))
    for _ in range(STEPS):
        gradient, hessian = RIDGE * (fitted - start), torch.zeros(len(fitted), len(fitted)).to(fitted)
        for inputs, features, right in parts:
            part_gradient, part_hessian = _derivatives(output(inputs).double(), features, right, fitted)
            gradient, hessian = gradient + part_gradient, hessian + part_hessian
        hessian.diagonal().add_(RIDGE)
        step = torch.linalg.solve(hessian, gradient)
        # Far from the solution a full step may overshoot; none moves further than this.
        fitted -= step * min(1.0, 5.0 / float(step.norm()))
        fitted[0].clamp_(min=0.01)  # a ranking would turn over
    scale, weight, offset = fitted[0], fitted[1:-1], fitted[-1]
    output.weight.mul_(scale)
    if len(weight):
        output.weight.add_(weight)
    output.bias.mul_(scale).add_(offset)


def _derivatives(logits: Tensor, common: Tensor, targets: Tensor, fitted: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient and Hessian of the summed binary cross-entropies of logits (n, labels) with these right answers (n,)."""
    one_hot = torch.zeros_like(logits).scatter_(1, targets[:, None], 1)
    likelihoods = (fitted[0] * logits + (common @ fitted[1:])[:, None]).sigmoid()
    error, d_sigmoid = likelihoods - one_hot, likelihoods * (1 - likelihoods)
    gradient = torch.cat([(error * logits).sum()[None], error.sum(1) @ common])
    hessian = torch.block_diag((d_sigmoid * logits**2).sum(), common.T @ (d_sigmoid.sum(1)[:, None] * common))
    hessian[0, 1:] = hessian[1:, 0] = (d_sigmoid * logits).sum(1) @ common
    return gradient, hessian
