"""A network that reads lines as an ONNX file, against the module in torch that it was written from."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from samples import make_network

from charnet.exports import onnx as export
from charnet.networks import classify, json_file, line_file, onnx_file, text
from charnet.networks.facts import Facts
from charnet.spec import Spec
from charnet.training.line import Line

SPEC = Spec(tuple("abXY1!"), 4, 32, "fit")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, Path]:
    torch.manual_seed(0)
    model = Line(SPEC)
    model(torch.rand(8, 32, 64))  # moves the running means of the batch norms
    return model.eval(), model.save(tmp_path_factory.mktemp("saved"), Facts(0.5, "writer", 0.7))


@torch.no_grad()
def test_onnxruntime_agrees_with_the_module(saved: tuple[Line, Path]):
    model, path = saved
    spec, facts, forward = onnx_file.read_line(path)
    assert spec == SPEC and facts == Facts(0.5, "writer", 0.7)
    for shape in ((3, 32, 80), (1, 32, 4), (2, 32, 1024)):
        pictures = torch.rand(shape)
        expected = model(pictures).log_softmax(2).numpy()
        assert np.abs(forward(pictures.numpy()) - expected).max() < 1e-4


def test_loading_is_the_inverse_of_saving(saved: tuple[Line, Path]):
    model, path = saved
    again = Line(SPEC)
    assert again.load(path) == SPEC.labels
    for (name, value), other in zip(model.state_dict().items(), again.state_dict().values(), strict=True):
        assert not value.ndim or torch.equal(value, other), name


def test_labels_in_common_are_taken_over(saved: tuple[Line, Path]):
    model, path = saved
    other = Line(Spec(tuple("Yzb"), 4, 32, "fit"))
    assert other.load(path) == ("Y", "b")
    assert torch.equal(other.output.weight[[0, 1, 3, 4]], model.output.weight[[0, 4, 2, 7]])


def test_each_kind_of_network_says_what_it_reads(saved: tuple[Line, Path], tmp_path: Path):
    with pytest.raises(ValueError, match="it reads words and lines, not single letters; name another network"):
        classify.load(saved[1])
    json_file.write(tmp_path / "letters.json", make_network(Spec()))
    (tmp_path / "letters.onnx").write_bytes(export.onnx(tmp_path / "letters.json"))
    with pytest.raises(ValueError, match="it reads single letters, not lines; leave --text out"):
        text.load(tmp_path / "letters.onnx")
    with pytest.raises(ValueError, match="it reads single letters, not lines"):
        text.load("letters")


def changed(path: Path, out: Path, change: object) -> Path:
    network = onnx.load(path)
    change(network.graph)  # type: ignore[operator]
    onnx.save(network, out)
    return out


def test_a_changed_graph_is_refused(saved: tuple[Line, Path], tmp_path: Path):
    def endless(graph: onnx.GraphProto) -> None:
        graph.node[0].op_type = "Loop"

    def other_lstm(graph: onnx.GraphProto) -> None:
        (lstm,) = (node for node in graph.node if node.op_type == "LSTM")
        (size,) = (item for item in lstm.attribute if item.name == "hidden_size")
        size.i = 1 << 40

    def no_lstm(graph: onnx.GraphProto) -> None:
        (weights,) = (item for item in graph.initializer if item.name == "lstm.W")
        graph.initializer.remove(weights)

    for number, change in enumerate((endless, other_lstm, no_lstm)):
        path = changed(saved[1], tmp_path / f"{number}.onnx", change)
        with pytest.raises(ValueError, match=r"its (graph|node)"):
            onnx_file.read_line(path)
        with pytest.raises(ValueError, match=r"its (graph|node)"):
            line_file.read(path)
