import logging
import sys
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn

from charnet.networks.facts import Facts
from charnet.spec import Spec
from charnet.training.adamw import AdamW
from charnet.training.cnn import Cnn, quiet, write_onnx


def test_a_convolutional_network_takes_over_the_same(tmp_path: Path):
    first = Cnn(Spec(("e", "a", "x")))
    first.save(tmp_path)
    second = Cnn(Spec(("a", "q", "e")))
    before = second.output.weight.detach().clone()
    assert second.load(tmp_path / "weights.onnx") == ("a", "e")
    assert torch.equal(second.output.weight[[0, 2]], first.output.weight[[1, 0]])
    assert torch.equal(second.output.weight[1], before[1])
    assert torch.equal(second.places, first.places)


def test_the_exporter_keeps_its_work_to_itself(tmp_path, capfd, caplog):
    labels = Spec(("l", "o", "z"))
    with caplog.at_level(logging.INFO):
        write_onnx(tmp_path / "weights.onnx", Cnn(labels), Facts())
    assert capfd.readouterr() == ("", "")
    assert [text for text in caplog.messages if text] == []  # torch's own tracing comes without words


def test_whatever_it_prints_logs_or_warns_and_nothing_after_it(capsys, caplog):
    with quiet():
        print("Removed 74 unused nodes")
        print("step 3 of 5", file=sys.stderr)
        logging.getLogger("onnxscript").error("oh")
        warnings.warn("deprecated", FutureWarning, stacklevel=1)
    assert (capsys.readouterr(), caplog.records) == (("", ""), [])
    logging.getLogger("charnet").error("heard")
    assert [record.message for record in caplog.records] == ["heard"]
    with pytest.raises(ValueError, match="wrong"), quiet():
        raise ValueError("wrong")
    assert logging.root.manager.disable == 0


def test_gradients_are_autograds_and_stay_so_on_the_optimizers_flat_vector():
    torch.manual_seed(0)
    network = Cnn(Spec(("e", "a", "x")))
    pictures, targets = torch.rand(6, 16, 10), torch.tensor([0, 1, 2, 0, 1, 2])
    adamw = AdamW(network, 0.1)
    network.train()
    torch.manual_seed(1)  # of dropout
    probabilities = network.gradients(pictures, targets, 0.05)
    assert probabilities.shape == (3, 6) and torch.allclose(probabilities.sum(0), torch.ones(6))
    torch.manual_seed(1)
    loss = nn.functional.cross_entropy(network(pictures), targets, label_smoothing=0.05, reduction="sum")
    expected = torch.autograd.grad(loss, list(network.parameters()))
    for parameter, gradient in zip(network.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, atol=1e-5)
    assert adamw.gradient.norm() == pytest.approx(
        torch.cat([gradient.flatten() for gradient in expected]).norm().item(), rel=1e-5
    )
    before = network.features[0][0].weight.clone()
    adamw.step(0.01, 6)
    assert not torch.equal(network.features[0][0].weight, before)
