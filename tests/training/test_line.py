"""The network that reads lines: its loss, what it reads, and that it learns."""

import itertools

import numpy as np
import pytest
import torch

from charnet.spec import Spec
from charnet.training import line
from charnet.training.line import BLANK, Line

SPEC = Spec(("a", "b"), 4, 32, "fit")


def test_the_loss_is_that_of_all_paths():
    logits = torch.randn(1, 4, 4, generator=torch.Generator().manual_seed(0))
    probabilities = logits.softmax(2)[0].numpy()
    total = 0.0
    for path in itertools.product(range(4), repeat=4):
        if [label for label, _ in itertools.groupby(path) if label != BLANK] == [1, 2]:
            total += float(np.prod([probabilities[step, label] for step, label in enumerate(path)]))
    assert line.ctc(logits, torch.tensor([[1, 2, 0]])).item() == pytest.approx(-np.log(total), rel=1e-5)


def test_a_text_that_no_path_can_say_has_no_loss():
    assert line.ctc(torch.zeros(1, 2, 4), torch.tensor([[1, 1]])).item() == 0


def one_hot(path: list[int]) -> torch.Tensor:
    return 9 * torch.eye(4)[torch.tensor(path)][None]


@pytest.mark.parametrize(
    ("path", "text"),
    [([0, 0, 0], []), ([1, 1, 1], [1]), ([1, 0, 1], [1, 1]), ([3, 1, 2], [3, 1, 2]), ([0, 2, 2, 0, 0], [2])],
)
def test_what_is_read_is_the_best_path_without_repetitions_and_blanks(path: list[int], text: list[int]):
    read = line.decoded(one_hot(path))[0]
    assert read[: len(text)].tolist() == text and not read[len(text) :].any()
    network = Line(SPEC)
    assert network.right(one_hot(path), torch.tensor([[*text, 0, 0, 0, 0, 0]])).tolist() == [True]
    assert network.right(one_hot(path), torch.tensor([[*text, 1, 0]])).tolist() == [False]


def test_logits_of_different_lengths_read_the_same_together():
    network, short, long = Line(SPEC), one_hot([1, 2]), one_hot([1, 0, 1, 2, 3])
    together = network.cat([short, long])
    targets = torch.tensor([[1, 2, 0, 0], [1, 1, 2, 3]])
    assert network.right(together, targets).tolist() == [True, True]
    apart = [line.ctc(logits, target[None]) for logits, target in zip((short, long), targets, strict=True)]
    assert torch.allclose(line.ctc(together, targets), torch.cat(apart), atol=1e-5)


def test_a_line_is_read_from_both_sides():
    """What stands far behind a column changes what is read there."""
    torch.manual_seed(0)
    network = Line(SPEC).eval()
    pictures = torch.rand(1, 32, 200)
    changed = pictures.clone()
    changed[:, :, -8:] = 1 - changed[:, :, -8:]
    assert (network(pictures)[0, 0] != network(changed)[0, 0]).any()
    assert network(pictures).shape == (1, 50, 4)


def test_two_lines_are_learned():
    torch.manual_seed(0)
    pictures = torch.zeros(8, 32, 40)
    pictures[:4, 4:28, 8:12] = pictures[4:, 14:18, 4:36] = 1  # a bar is ab, a dash is b
    targets = torch.tensor([[1, 2]] * 4 + [[2, 0]] * 4)
    network = Line(SPEC)
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    metrics = network.metrics()
    for _ in range(60):
        metrics.update(network.gradients(pictures, targets, 0), targets)
        optimizer.step()
    losses, right = network.gradients(pictures, targets, 0)
    assert right.all() and losses.mean() < 0.5
    loss, correct = metrics.compute().tolist()
    assert loss > 0 and 0 < correct <= 480
