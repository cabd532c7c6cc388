import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from samples import make_network

from charnet import classify, weights
from charnet.spec import Spec


def test_forward_against_a_plain_reading_of_the_formula(network: weights.Network):
    x = np.random.default_rng(0).random((4, 160))
    hidden = 1 / (1 + np.exp(-(x @ network.input_weights + network.hidden_bias)))
    expected = 1 / (1 + np.exp(-(hidden @ network.hidden_weights + network.output_bias)))
    assert np.abs(classify.forward(network, x) - expected).max() < 1e-12


def test_logistic_does_not_overflow():
    assert classify.logistic(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]


def test_ranking_is_sorted_and_complete(tmp_path: Path, network: weights.Network, letters: Path):
    weights.write(tmp_path / "weights.json", network)
    ranking = classify.load(tmp_path / "weights.json").rank(letters / "z/0.png")
    likelihoods = [likelihood for _, likelihood in ranking]
    assert sorted(likelihoods, reverse=True) == likelihoods
    assert {label for label, _ in ranking} == set(Spec().labels)


def test_a_run_folder_and_its_file_are_the_same(tmp_path: Path, network: weights.Network):
    weights.write(tmp_path / "weights.json", network)
    assert classify.find(tmp_path) == classify.find(tmp_path / "weights.json")


def test_the_network_in_use_comes_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs/current").mkdir(parents=True)
    weights.write(tmp_path / "outputs/current/weights.json", make_network(Spec(("yes", "no"))))
    assert classify.load().spec.labels == ("yes", "no")


@pytest.mark.parametrize("where", ["no-such-network", "."])
def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"shipped|run's folder"):
        classify.load(where)


def test_a_folder_of_drawings_hides_no_shipped_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    assert classify.find() == classify.find("letters") == classify.SHIPPED / "letters.json"


def test_a_fresh_install_reads_before_any_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With the shipped network, which knows other people's letters, most starter letters are read right."""
    monkeypatch.chdir(tmp_path)
    classifier = classify.load()
    assert classifier.spec == Spec() == classify.load("letters").spec
    starters = Path(__file__).parent.parent / "data/letters"
    for name, share in (("letters", 0.6), ("letters-cnn", 0.8)):
        rank = classify.load(name).rank
        right = [rank(starters / label / f"{n}.png")[0][0] == label for label in Spec().labels for n in range(5)]
        assert np.mean(right) > share
        assert (classify.SHIPPED / f"{name}.md").is_file()


def test_no_torch_on_the_way(tmp_path: Path, network: weights.Network, letters: Path):
    weights.write(tmp_path / "weights.json", network)
    program = (
        "import sys; from charnet import classify, predict\n"
        f"assert predict.main(['--weights', {str(tmp_path)!r}, {str(letters)!r}]) == 0\n"
        "heavy = {'torch', 'torchvision', 'hydra', 'matplotlib', 'tensorboard', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ, stdout=subprocess.DEVNULL)
