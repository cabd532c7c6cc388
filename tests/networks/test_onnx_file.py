"""Networks as ONNX files, against the module in torch that they were written from."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from samples import make_network

from charnet.exports import onnx as export
from charnet.networks import classify, json_file, onnx_file, stored
from charnet.spec import Spec
from charnet.training import experiment
from charnet.training.cnn import Cnn
from charnet.training.config import AugmentConfig, DataConfig, ModelConfig, OptimConfig, TrainConfig
from charnet.training.mlp import Mlp

SPEC = Spec(("l", "o", "z"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cnn, Path]:
    torch.manual_seed(0)
    model = Cnn(SPEC)
    model(torch.rand(50, 16, 10))  # moves the running means of the batch norms
    folder = tmp_path_factory.mktemp("saved")
    model.save(folder)
    return model.eval(), folder / "weights.onnx"


def test_onnxruntime_agrees_with_the_module(saved: tuple[Cnn, Path]):
    model, path = saved
    pictures = torch.rand(7, 16, 10)
    with torch.no_grad():
        expected = model(pictures).sigmoid().numpy()
    classifier = classify.load(path)
    assert classifier.spec == SPEC
    assert np.abs(classifier.likelihoods(pictures.numpy()) - expected).max() < 1e-5
    assert np.abs(classifier.likelihoods(pictures[:1].numpy()) - expected[:1]).max() < 1e-5


def test_loading_is_the_inverse_of_saving(saved: tuple[Cnn, Path]):
    model, path = saved
    again = Cnn(SPEC)
    again.load(path)
    pictures = torch.rand(5, 16, 10)
    with torch.no_grad():
        assert torch.allclose(again.eval()(pictures), model(pictures), atol=1e-6)


def test_nothing_of_this_machine_is_in_the_file(saved: tuple[Cnn, Path]):
    content = saved[1].read_bytes()
    assert str(Path(onnx_file.__file__).parent).encode() not in content
    assert b".py" not in content


def test_fewer_than_100_000_parameters():
    assert sum(parameter.numel() for parameter in Cnn(Spec()).parameters()) < 100_000


@pytest.mark.parametrize("spec", [Spec(width=28, height=28), Spec(width=8, height=12), Spec(("a",), 1, 1)])
def test_other_sizes(spec: Spec):
    assert Cnn(spec)(torch.rand(4, spec.height, spec.width)).shape == (4, spec.outputs)


def test_another_size_is_refused(saved: tuple[Cnn, Path]):
    with pytest.raises(ValueError, match=r"its width: 10, asked for: 8; add data\.width=10"):
        Cnn(Spec(SPEC.labels, 8)).load(saved[1])


def test_the_two_kinds_are_told_apart(saved: tuple[Cnn, Path], tmp_path: Path):
    with pytest.raises(ValueError, match="add model=cnn"):
        Mlp(SPEC, ModelConfig()).load(saved[1])
    json_file.write(tmp_path / "weights.json", make_network(SPEC))
    with pytest.raises(ValueError, match="leave model=cnn out"):
        Cnn(SPEC).load(tmp_path / "weights.json")


def test_torn_and_foreign_files_are_refused(saved: tuple[Cnn, Path], tmp_path: Path):
    whole = saved[1].read_bytes()
    torn = tmp_path / "torn.onnx"
    for content in (b"", b"hello", whole[: len(whole) // 2]):
        torn.write_bytes(content)
        with pytest.raises(ValueError, match=r"torn\.onnx"):
            classify.load(torn)
        with pytest.raises(ValueError, match=r"torn\.onnx"):
            onnx_file.parameters(torn)
    network = onnx.load(str(saved[1]))
    for value, words in ((None, "no 'charnet'"), ("[]", "torn.onnx"), ('{"version": 2, "spec": {}}', "update charnet")):
        del network.metadata_props[:]
        if value is not None:
            network.metadata_props.add(key="charnet", value=value)
        onnx.save(network, str(torn))
        with pytest.raises(ValueError, match=words):
            classify.load(torn)
    del network.metadata_props[:]
    spec = Spec(SPEC.labels, 16, 10).to_dict()
    network.metadata_props.add(key="charnet", value=json.dumps({"version": 1, "spec": spec}))
    onnx.save(network, str(torn))
    with pytest.raises(ValueError, match="its graph reads"):
        classify.load(torn)


def test_train_and_read_with_a_convolutional_network(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    config = TrainConfig(
        model=ModelConfig("cnn"),
        data=DataConfig(str(letters), labels="loz"),
        optim=OptimConfig(epochs=8, batch_size=8, lr=0.006),
        augment=AugmentConfig(0, 0, 0, 0, 0, 0, 0),
    )
    assert experiment.run(config, Path("run"))["accuracy"] == 1
    classifier = classify.load("run")
    assert classifier.rank(letters / "z/0.png")[0][0] == "z"
    assert classify.load().name.endswith("weights.onnx")  # it is the one in use
    again = Cnn(SPEC)
    again.load(stored.find("run"))
    pictures = np.random.default_rng(0).random((5, 16, 10)).astype(np.float32)
    with torch.no_grad():
        likelihoods = again.eval()(torch.from_numpy(pictures)).sigmoid().numpy()
    assert np.abs(classifier.likelihoods(pictures) - likelihoods).max() < 1e-5


def test_a_changed_byte_is_refused_by_name_or_still_a_network(
    saved: tuple[Cnn, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    whole, changed = saved[1].read_bytes(), tmp_path / "changed.onnx"
    random, refused = np.random.default_rng(0), 0
    # Mostly where the graph stands, and not among the weights, which take nearly all of the file.
    names = [whole.index(word) for word in (b"pictures", b"Conv", b"charnet", b"float", b"labels") if word in whole]
    for number in range(150):
        place = names[number % len(names)] + int(random.integers(-20, 40))
        changed.write_bytes(whole[:place] + bytes([int(random.integers(256))]) + whole[place + 1 :])
        try:
            likelihoods = classify.load(changed).likelihoods(np.ones((3, 16, 10), np.float32))
        except ValueError as error:
            assert str(error).startswith(f"{changed}: ") and "\n" not in str(error)
            refused += 1
        else:
            assert ((likelihoods >= 0) & (likelihoods <= 1)).all()
        with suppress(ValueError):
            onnx_file.parameters(changed)
    assert refused > 20
    assert capfd.readouterr().out == ""  # which is for answers alone


@pytest.mark.parametrize(
    "value", ["[]", "{}", "3", '{"version": []}', '{"version": 1, "spec": {"labels": ["\\u001b"]}}', "[" * 99_999]
)
def test_foreign_metadata_is_refused(saved: tuple[Cnn, Path], tmp_path: Path, value: str):
    network = onnx.load(str(saved[1]))
    del network.metadata_props[:]
    network.metadata_props.add(key="charnet", value=value)
    onnx.save(network, str(tmp_path / "w.onnx"))
    for read in (onnx_file.read, onnx_file.parameters):
        with pytest.raises(ValueError, match=r"w\.onnx: its metadata: "):
            read(tmp_path / "w.onnx")


def one_node(path: Path, kind: str) -> None:
    """A network whose graph is no more than one node, with a spec of 160 labels."""
    node = onnx.helper.make_node(kind, ["pictures"], ["likelihoods"])
    shapes = {"pictures": ["batch", 16, 10], "likelihoods": None}
    ends = [
        onnx.helper.make_tensor_value_info(*end) for end in ((n, onnx.TensorProto.FLOAT, s) for n, s in shapes.items())
    ]
    graph = onnx.helper.make_graph([node], "one", ends[:1], ends[1:])
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    spec = Spec(tuple(map(str, range(160))))
    onnx.helper.set_model_props(model, onnx_file.metadata(spec, classify.load("letters").facts))
    path.write_bytes(model.SerializeToString())


def test_a_graph_that_answers_another_shape_is_refused(tmp_path: Path):
    pictures = np.full((3, 16, 10), 0.5, np.float32)
    one_node(tmp_path / "weights.onnx", "Flatten")
    assert np.array_equal(classify.load(tmp_path / "weights.onnx").likelihoods(pictures), np.full((3, 160), 0.5))
    one_node(tmp_path / "weights.onnx", "Identity")
    with pytest.raises(ValueError, match=r"weights\.onnx: .* its spec has 160"):
        classify.load(tmp_path / "weights.onnx").likelihoods(pictures)


def test_likelihoods_beyond_1_are_refused(tmp_path: Path):
    one_node(tmp_path / "weights.onnx", "Flatten")
    with pytest.raises(ValueError, match="no likelihoods from 0 to 1"):
        classify.load(tmp_path / "weights.onnx").likelihoods(np.full((1, 16, 10), 2, np.float32))


def bomb(path: Path, nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray] | None = None) -> onnx.ModelProto:
    """A network of 26 labels, small as a file, whose graph is made of these nodes."""
    shapes = {"pictures": ["batch", 16, 10], "likelihoods": ["batch", 26]}
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    arrays = [onnx.numpy_helper.from_array(array, name) for name, array in (weights or {}).items()]
    graph = onnx.helper.make_graph(nodes, "bomb", ends[:1], ends[1:], arrays)
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    onnx.helper.set_model_props(model, onnx_file.metadata(Spec(), classify.load("letters").facts))
    path.write_bytes(model.SerializeToString())
    return model


def node(kind: str, inputs: str, output: str, **attributes: object) -> onnx.NodeProto:
    return onnx.helper.make_node(kind, inputs.split(), [output], **attributes)


def endless() -> list[onnx.NodeProto]:
    value = onnx.helper.make_tensor_value_info("i", onnx.TensorProto.INT64, [])
    going = onnx.helper.make_tensor_value_info("c", onnx.TensorProto.BOOL, [])
    still = onnx.helper.make_tensor_value_info("d", onnx.TensorProto.BOOL, [])
    body = onnx.helper.make_graph([node("Identity", "c", "d")], "body", [value, going], [still])
    steps = onnx.numpy_helper.from_array(np.array(2**62), "steps")
    on = onnx.numpy_helper.from_array(np.array(True), "on")
    return [
        onnx.helper.make_node("Constant", [], ["steps"], value=steps),
        onnx.helper.make_node("Constant", [], ["on"], value=on),
        onnx.helper.make_node("Loop", ["steps", "on"], [], body=body),
    ]


LONG, TALL = np.ones((1, 3000), np.float32), np.ones((3000, 1), np.float32)
AXES = {"first": np.array([0]), "second": np.array([1])}


@pytest.mark.parametrize(
    ("nodes", "weights"),
    [
        (endless(), {}),
        ([node("ConstantOfShape", "size", "likelihoods")], {"size": np.array([40_000, 60_000])}),
        ([node("Mul", "long tall", "all"), node("Mul", "all all", "likelihoods")], {"long": LONG, "tall": TALL}),
        ([node("Expand", "long size", "likelihoods")], {"long": LONG, "size": np.array([100_000, 3000])}),
        (  # batch x batch pictures, which is little for one of them
            [
                node("Unsqueeze", "pictures first", "across"),
                node("Unsqueeze", "pictures second", "down"),
                node("Add", "across down", "likelihoods"),
            ],
            AXES,
        ),
        (  # the same, where weights of the pictures' name hide how many pictures there are
            [
                node("Flatten", "pictures", "rows"),
                node("Gemm", "rows rows", "likelihoods", transB=1),
            ],
            {"pictures": np.zeros((1, 16, 10), np.float32)},
        ),
        ([node("Sigmoid", "pictures", f"x{n}") for n in range(2000)], {}),
        (
            [
                node("Unsqueeze", "pictures second", "x"),
                node("Conv", "x kernel", "likelihoods", pads=[9000] * 4, strides=[1, 1]),
            ],
            AXES | {"kernel": np.ones((1, 1, 3, 3), np.float32)},
        ),
        ([node("Tile", "pictures size", "likelihoods")], {"size": np.array([1, 9000, 9000])}),
    ],
    ids=["loop", "constant", "broadcast", "expand", "batch", "name", "nodes", "pads", "operator"],
)
def test_a_small_file_that_asks_for_much_is_refused_before_it_runs(
    tmp_path: Path, nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *_, **__: pytest.fail("it was about to run"))
    bomb(tmp_path / "w.onnx", nodes, weights)
    for read in (onnx_file.read, onnx_file.parameters, onnx_file.graph):
        with pytest.raises(ValueError, match=r"w\.onnx: its (graph|node|weights) "):
            read(tmp_path / "w.onnx")


def test_weights_in_another_file_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("secret.bin").write_bytes(np.ones((26, 160), np.float32).tobytes())
    nodes = [node("Flatten", "pictures", "x"), node("Gemm", "x w", "y", transB=1), node("Sigmoid", "y", "likelihoods")]
    model = bomb(Path("w.onnx"), nodes, {"w": np.ones((26, 160), np.float32)})
    assert classify.load("w.onnx").likelihoods(np.zeros((1, 16, 10))).shape == (1, 26)
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="secret.bin")
    Path("w.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match="its weights 'w' are in another file, which is not read"):
        classify.load("w.onnx")


@pytest.mark.parametrize("spec", [Spec(), Spec(("a",), 1, 1), Spec(width=28, height=28)])
@pytest.mark.parametrize("kind", ["cnn", "mlp"])
def test_networks_of_any_size_are_within_the_limits(tmp_path: Path, spec: Spec, kind: str):
    if kind == "cnn":
        Cnn(spec).save(tmp_path)
    else:
        json_file.write(tmp_path / "weights.json", make_network(spec, 5))
        (tmp_path / "weights.onnx").write_bytes(export.onnx(tmp_path / "weights.json"))
    assert classify.load(tmp_path / "weights.onnx").spec == spec


def test_a_file_beyond_all_bounds_is_not_read(tmp_path: Path):
    with (tmp_path / "weights.onnx").open("wb") as file:
        file.truncate(onnx_file.MAX_BYTES + 1)
    for read in (onnx_file.read, onnx_file.graph):
        with pytest.raises(ValueError, match="no network of charnet's is as large"):
            read(tmp_path / "weights.onnx")


def test_the_first_layer_is_that_of_the_module(saved: tuple[Cnn, Path], tmp_path: Path):
    module, path = saved
    layer = onnx_file.first_layer(path)
    assert layer
    first = module.features[0]
    pictures = torch.rand(3, 16, 10)
    with torch.no_grad():
        expected = first.eval()((pictures[:, None] - 0.25) / 0.35)
    np.testing.assert_array_equal(layer.filters, first[0].weight[:, 0].detach())
    np.testing.assert_allclose(layer.answers(pictures.numpy()), expected, atol=1e-5)
    one_node(tmp_path / "other.onnx", "Sigmoid")
    assert onnx_file.first_layer(tmp_path / "other.onnx") is None
