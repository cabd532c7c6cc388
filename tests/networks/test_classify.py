import os
import string
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from samples import make_network

import charnet
from charnet.letters.naming import from_folder, to_folder
from charnet.networks import classify, json_file, line_file, stored
from charnet.spec import Spec

JSON, ONNX = stored.SHIPPED / "letters.json", stored.SHIPPED / "letters-cnn.onnx"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is in use."""
    monkeypatch.chdir(tmp_path)


def test_forward_against_a_plain_reading_of_the_formula(network: json_file.Network):
    x = np.random.default_rng(0).random((4, 160))
    hidden = 1 / (1 + np.exp(-(x @ network.hidden_weight.T + network.hidden_bias)))
    expected = 1 / (1 + np.exp(-(hidden @ network.output_weight.T + network.output_bias)))
    assert np.abs(classify.forward(network, x) - expected).max() < 1e-12


def test_logistic_does_not_overflow():
    assert classify.logistic(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]


def test_ranking_is_sorted_and_complete(network: json_file.Network, letters: Path):
    json_file.write(Path("weights.json"), network)
    ranking = classify.load("weights.json").rank(letters / "z/0.png")
    likelihoods = [likelihood for _, likelihood in ranking]
    assert sorted(likelihoods, reverse=True) == likelihoods
    assert {label for label, _ in ranking} == set(Spec().labels)


def test_a_run_folder_and_its_file_are_the_same(network: json_file.Network):
    Path("run").mkdir()
    json_file.write(Path("run/weights.json"), network)
    assert stored.find("run") == stored.find("run/weights.json") == Path("run/weights.json")


@pytest.mark.parametrize("newer", stored.FILES)
def test_of_two_networks_in_a_folder_the_onnx_file_counts(newer: str):
    """Whichever is newer: a copied folder has other times."""
    for name, source in (("weights.json", JSON), ("weights.onnx", ONNX)):
        Path(name).write_bytes(source.read_bytes())
        os.utime(name, (2, 2) if name == newer else (1, 1))
    assert stored.inside(Path()) == stored.find(".") == Path("weights.onnx")


def test_what_only_has_the_name_of_a_network():
    Path("weights.onnx").mkdir()
    Path("weights.json").symlink_to("gone.json")
    assert stored.inside(Path()) is None
    assert stored.inside(Path("nowhere")) is None


@pytest.mark.parametrize("where", ["no-such-network", "."])
def test_what_is_not_there(where: str):
    with pytest.raises(FileNotFoundError, match=r"shipped|run's folder"):
        classify.load(where)


def test_a_folder_of_drawings_hides_no_shipped_network():
    Path("letters").mkdir()
    assert stored.find() == stored.find("letters") == JSON


def test_the_network_in_use_comes_before_the_shipped_one():
    json_file.write(Path("w.json"), make_network(Spec(("yes", "no"))))
    stored.copy_to_current(Path("w.json"))
    assert classify.load().spec.labels == ("yes", "no")
    assert classify.load().name == "w.json"


def test_the_network_in_use_is_one():
    for source in (JSON, ONNX, ONNX, JSON):
        stored.copy_to_current(source)
        (path,) = stored.CURRENT.glob("weights.*")
        assert (path.name, path.read_bytes()) == (f"weights{source.suffix}", source.read_bytes())
        assert stored.find() == path


def test_a_switch_between_finding_and_reading(monkeypatch: pytest.MonkeyPatch):
    """The file that was found is gone by the time it is opened; the one that took its place is read."""
    stored.copy_to_current(JSON)
    real = json_file.read

    def switched(path: Path) -> json_file.Network:
        stored.copy_to_current(ONNX)
        return real(path)

    monkeypatch.setattr(json_file, "read", switched)
    assert classify.load().name == "letters-cnn"


def test_whoever_reads_while_the_network_is_switched_gets_one_of_the_two():
    json_file.write(Path("small.json"), make_network(Spec(("yes", "no"), 2, 2), hidden=1))
    stored.copy_to_current(Path("small.json"))
    done = threading.Event()

    def read_on() -> set[str]:
        names = {classify.load().name}
        while not done.is_set():
            names.add(classify.load().name)
        return names

    with ThreadPoolExecutor(2) as threads:
        reading = [threads.submit(read_on) for _ in range(2)]
        try:
            for _ in range(20):
                stored.copy_to_current(ONNX)
                stored.copy_to_current(Path("small.json"))
        finally:
            done.set()
    for one in reading:
        assert one.result() <= {"small.json", "letters-cnn", *(f"{stored.CURRENT}/{name}" for name in stored.FILES)}


def test_a_fresh_install_reads_before_any_training():
    """With the shipped network, which knows other people's letters, most starter letters are read right."""
    classifier = classify.load()
    assert classifier.spec == Spec() == classify.load("letters").spec
    starters = Path(__file__).parents[2] / "data/letters"
    for name, share in (("letters", 0.6), ("letters-cnn", 0.8)):
        rank = classify.load(name).rank
        right = [rank(starters / label / f"{n}.png")[0][0] == label for label in Spec().labels for n in range(5)]
        assert np.mean(right) > share
        assert (stored.SHIPPED / f"{name}.md").is_file()


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])
def test_a_network_that_is_told_what_it_may_be(letters: Path, name: str):
    """The likelihoods stay, of the labels named; an answer is the best of them."""
    whole = classify.load(name)
    some = whole.only("x-zlo")
    assert some.spec.labels == ("l", "o", "x", "y", "z") and some.facts.accuracy is None
    for path in (letters / "z/0.png", letters / "o/1.png"):
        expected = [pair for pair in whole.rank(path) if pair[0] in "loxyz"]
        assert some.rank(path) == expected
    with pytest.raises(ValueError, match="only: '0' is not one of the network's labels: a b c"):
        whole.only("0-9")


@pytest.mark.parametrize(("name", "labels"), [("digits", "0123456789"), ("capitals", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
def test_the_shipped_networks_of_other_characters_read_starter_letters(name: str, labels: str):
    network = classify.load(name)
    assert network.spec == Spec(tuple(labels)) and network.kind == f"160-20-{len(labels)}"
    assert network.facts.split == "writer" and network.facts.likeness
    starters = Path(__file__).parents[2] / "data" / name
    right = [
        network.rank(starters / to_folder(label) / f"{n}.png")[0][0] == label for label in labels for n in range(5)
    ]
    assert np.mean(right) > 0.8
    assert (stored.SHIPPED / f"{name}.md").is_file()


def test_the_shipped_network_of_all_characters():
    network = classify.load("characters-cnn")
    signs = ".,;:!?'\"()-+/=&@#%*"
    assert set(network.spec.labels) == {*string.digits, *string.ascii_letters, *signs}
    assert network.facts.split == "writer" and network.facts.likeness
    assert (stored.SHIPPED / "characters-cnn.onnx").stat().st_size < 1_600_000
    assert (stored.SHIPPED / "characters-cnn.md").is_file()
    starters = Path(__file__).parents[2] / "data"
    for folder, only in (("digits", "0-9"), ("capitals", "A-Z"), ("letters", "a-z")):
        told = network.only(only)
        paths = [starters / folder / to_folder(label) / f"{n}.png" for label in told.spec.labels for n in range(3)]
        right = [told.rank(path)[0][0] == from_folder(path.parent.name) for path in paths]
        assert np.mean(right) > 0.8


def test_the_shipped_network_of_lines():
    """What it reads stands in docs/accuracy.md; here is what any of its files must be."""
    reader = charnet.load_text()
    assert set(reader.spec.labels) >= {*string.digits, *string.ascii_letters, *".,;:!?'\"()-+/=&@#%*"}
    assert reader.facts.split == "writer" and reader.facts.sure is not None
    path = stored.SHIPPED / "line.onnx"
    assert path.stat().st_size < 6_000_000 and path.with_suffix(".md").is_file()
    _, arrays = line_file.read(path)
    assert sum(array.size for name, array in arrays.items() if "running" not in name) < 1_500_000
