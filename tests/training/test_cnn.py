from pathlib import Path

import torch

from charnet.spec import Spec
from charnet.training.cnn import Cnn


def test_a_convolutional_network_takes_over_the_same(tmp_path: Path):
    first = Cnn(Spec(("e", "a", "x")))
    first.save(tmp_path)
    second = Cnn(Spec(("a", "q", "e")))
    before = second.output.weight.detach().clone()
    assert second.load(tmp_path / "weights.onnx") == ("a", "e")
    assert torch.equal(second.output.weight[[0, 2]], first.output.weight[[1, 0]])
    assert torch.equal(second.output.weight[1], before[1])
    assert torch.equal(second.places, first.places)
