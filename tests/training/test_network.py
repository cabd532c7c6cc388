from pathlib import Path

import pytest
import torch
from torch import nn

from charnet.spec import Spec
from charnet.training.config import ModelConfig
from charnet.training.network import Network

SPEC = Spec(("l", "o", "z"), 5, 8)


class Plain(Network):
    """The least that a network needs: one layer, and a file of its own."""

    def __init__(self, spec: Spec, config: ModelConfig | None = None) -> None:
        super().__init__(spec, config)
        self.output = nn.Linear(spec.inputs, spec.outputs)

    def activations(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.flatten(1)

    def save(self, folder: Path, facts=None) -> Path:
        torch.save([self.spec.to_dict(), self.state_dict()], folder / "plain.pt")
        return folder / "plain.pt"

    def read(self, path: Path):
        spec, parameters = torch.load(path, weights_only=True)
        return Spec.from_dict(spec), parameters


def batch(size: int = 9) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    return torch.rand(size, 8, 5, generator=random), torch.randint(3, (size,), generator=random)


def test_gradients_are_those_of_the_summed_loss_and_accumulate():
    torch.manual_seed(0)
    network, (pictures, targets) = Plain(SPEC), batch()
    loss = nn.functional.cross_entropy(network(pictures), targets, label_smoothing=0.1, reduction="sum")
    expected = torch.autograd.grad(loss, list(network.parameters()))
    network.gradients(*batch(3), 0.1)  # replaced by what follows
    probabilities = network.gradients(pictures[:4], targets[:4], 0.1)
    network.gradients(pictures[4:], targets[4:], 0.1, accumulate=True)
    for parameter, gradient in zip(network.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, atol=1e-5)
    assert torch.allclose(probabilities, network(pictures[:4]).softmax(1).t())


def test_outputs_are_taken_over_by_label(tmp_path: Path):
    theirs, ours = Plain(Spec(("z", "l", "x"), 5, 8)), Plain(SPEC)
    before = ours.output.weight.detach().clone()
    assert ours.load(theirs.save(tmp_path)) == ("l", "z")
    assert torch.equal(ours.output.weight[[0, 2]], theirs.output.weight[[1, 0]])
    assert torch.equal(ours.output.bias[[0, 2]], theirs.output.bias[[1, 0]])
    assert torch.equal(ours.output.weight[1], before[1])


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Spec(SPEC.labels, 6, 8), r"its width: 6, asked for: 5; add data\.width=6"),
        (Spec(SPEC.labels, 5, 8, "fit"), r"its framing: fit, asked for: moments; add data\.framing=fit"),
    ],
)
def test_another_size_or_framing_is_refused(spec: Spec, message: str, tmp_path: Path):
    with pytest.raises(ValueError, match=message):
        Plain(SPEC).load(Plain(spec).save(tmp_path))


def test_another_architecture_is_refused(tmp_path: Path):
    torch.save([SPEC.to_dict(), {"output.weight": torch.zeros(3, 7), "output.bias": torch.zeros(3)}], tmp_path / "x")
    with pytest.raises(ValueError, match=r"its output\.weight does not fit, so it is of another architecture"):
        Plain(SPEC).load(tmp_path / "x")


def test_without_hidden_units_there_are_none_to_show():
    assert Plain(SPEC).hidden_units() is None
