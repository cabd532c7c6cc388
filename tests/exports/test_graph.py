from pathlib import Path

import onnx
import pytest
from onnx import helper

from charnet.exports import graph
from charnet.networks import stored


@pytest.fixture
def network() -> onnx.ModelProto:
    return onnx.load(stored.find("letters-cnn"))


def refusal(network: onnx.ModelProto, folder: Path) -> str:
    onnx.save(network, folder / "weights.onnx")
    with pytest.raises(ValueError) as caught:
        graph.layers(folder / "weights.onnx")
    return str(caught.value)


def node(network: onnx.ModelProto, kind: str) -> onnx.NodeProto:
    return next(node for node in network.graph.node if node.op_type == kind)


def test_the_layers_of_the_shipped_network() -> None:
    spec, layers = graph.layers(stored.find("letters-cnn"))
    assert (spec.width, spec.height, spec.outputs) == (10, 16, 26)
    kinds = [layer["layer"] for layer in layers]
    assert kinds[:5] == ["affine", "affine", "convolution", "affine", "relu"]
    assert kinds[-5:] == ["scale", "sum", "affine", "dense", "logistic"]
    assert (kinds.count("convolution"), kinds.count("add")) == (7, 2)
    assert [layer["stride"] for layer in layers if layer["layer"] == "convolution"] == [1, 1, 1, 2, 1, 1, 2]
    assert all(len(layer["inputs"]) == 2 for layer in layers if layer["layer"] == "add")


def test_nodes_that_the_page_cannot_run_are_refused(network: onnx.ModelProto, tmp_path: Path) -> None:
    node(network, "Relu").op_type = "Softplus"
    assert "Softplus" in refusal(network, tmp_path) and "convolutional network only" in refusal(network, tmp_path)


@pytest.mark.parametrize(("name", "value"), [("dilations", [2, 2]), ("pads", [1, 1, 0, 0]), ("strides", [1, 2])])
def test_convolutions_of_another_kind_are_refused(network: onnx.ModelProto, tmp_path: Path, name, value) -> None:
    convolution = node(network, "Conv")
    kept = [attribute for attribute in convolution.attribute if attribute.name != name]
    del convolution.attribute[:]
    convolution.attribute.extend([*kept, helper.make_attribute(name, value)])
    assert "convolutional network only" in refusal(network, tmp_path)


def test_what_is_no_network_is_refused(network: onnx.ModelProto, tmp_path: Path) -> None:
    del network.metadata_props[:]
    assert "not a network of charnet's" in refusal(network, tmp_path)
    (tmp_path / "torn.onnx").write_bytes(stored.find("letters-cnn").read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"torn\.onnx"):
        graph.layers(tmp_path / "torn.onnx")
