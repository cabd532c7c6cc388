from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from charnet.exports import graph, html, source
from charnet.networks import onnx_file, stored
from charnet.networks.facts import Facts
from charnet.spec import Spec


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
    node(network, "Relu").op_type = "Identity"
    assert "Identity" in refusal(network, tmp_path) and "convolutional network only" in refusal(network, tmp_path)


@pytest.mark.parametrize(("name", "value"), [("dilations", [2, 2]), ("pads", [1, 1, 0, 0]), ("strides", [1, 2])])
def test_convolutions_of_another_kind_are_refused(network: onnx.ModelProto, tmp_path: Path, name, value) -> None:
    convolution = node(network, "Conv")
    kept = [attribute for attribute in convolution.attribute if attribute.name != name]
    del convolution.attribute[:]
    convolution.attribute.extend([*kept, helper.make_attribute(name, value)])
    assert "its node Conv does not fit what it is given" in refusal(network, tmp_path)


def test_what_is_no_network_is_refused(network: onnx.ModelProto, tmp_path: Path) -> None:
    del network.metadata_props[:]
    assert "not a network of charnet's" in refusal(network, tmp_path)
    (tmp_path / "torn.onnx").write_bytes(stored.find("letters-cnn").read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"torn\.onnx"):
        graph.layers(tmp_path / "torn.onnx")


def test_a_network_of_two_hidden_layers_is_called_so_and_runs_on_the_page(tmp_path: Path) -> None:
    spec, random = Spec(tuple("loz")), np.random.default_rng(0)
    sizes = [spec.inputs, 6, 5, spec.outputs]
    nodes, weights, last = [helper.make_node("Flatten", ["pictures"], ["h0"])], {}, "h0"
    for number, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        weights |= {f"w{number}": random.normal(0, 1, (outputs, inputs)), f"b{number}": random.normal(0, 1, outputs)}
        nodes.append(helper.make_node("Gemm", [last, f"w{number}", f"b{number}"], [f"s{number}"], transB=1))
        nodes.append(helper.make_node("Sigmoid" if number == 3 else "Relu", [f"s{number}"], [f"h{number}"]))
        last = f"h{number}"
    ends = [("pictures", ["n", spec.height, spec.width]), (last, ["n", spec.outputs])]
    given, made = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in ends)
    arrays = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()]
    model = helper.make_model(helper.make_graph(nodes, "two", [given], [made], arrays), ir_version=8)
    model.opset_import[0].version = 18
    helper.set_model_props(model, onnx_file.metadata(spec, Facts()))
    onnx.save(model, tmp_path / "weights.onnx")
    assert [layer["layer"] for layer in graph.layers(tmp_path / "weights.onnx")[1]] == [
        *("dense", "relu", "dense", "relu", "dense", "logistic")
    ]
    assert html._from_onnx(tmp_path / "weights.onnx")["about"] == "160 inputs, two hidden layers, 3 outputs"
    with pytest.raises(ValueError, match="this one has two hidden layers: export it with --to html or --to onnx"):
        source.read_single_layer(tmp_path / "weights.onnx", "c")
    with pytest.raises(ValueError, match="this one is convolutional: export it"):
        source.read_single_layer(stored.find("letters-cnn"), "c")
