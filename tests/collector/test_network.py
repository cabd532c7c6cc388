from dataclasses import replace
from pathlib import Path

import pytest
from drawing_page import INK, network_that_reads
from samples import make_network

from charnet.collector.network import NetworkLoader
from charnet.networks import json_file, stored
from charnet.networks.facts import Facts
from charnet.pictures import ink
from charnet.spec import Spec


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stored, "SHIPPED", tmp_path / "none")


def use(network: json_file.Network) -> None:
    json_file.write(Path("new.json"), network)
    stored.copy_to_current(Path("new.json"))


def test_it_ranks_at_the_networks_own_size() -> None:
    json_file.write(Path("weights.json"), network_that_reads("c", Spec(width=8, height=8)))
    loaded = NetworkLoader("weights.json", Spec()).current()
    assert loaded.classifier is not None
    framed = ink.framed(INK, loaded.classifier.spec)
    assert [label for label, _ in loaded.rank(framed)[:2]] == ["c", "z"]
    assert "8 x 8" in loaded.notice


def test_a_network_that_comes_into_use_is_loaded() -> None:
    loader = NetworkLoader("", Spec())
    assert loader.current().classifier is None and "no network" in loader.current().notice
    versions = {loader.current().version}
    for seed in (0, 1):
        use(make_network(Spec(), seed=seed))
        loaded = loader.current()
        assert loaded is loader.current()  # read once
        assert loaded.layers is not None
        assert loaded.layers.hidden_bias[0] == make_network(Spec(), seed=seed).hidden_bias[0]
        versions.add(loaded.version)
    assert len(versions) == 3


def test_a_network_that_was_named_stays_until_one_is_trained_here() -> None:
    json_file.write(Path("mine.json"), make_network(Spec(tuple("abc"))))
    loader = NetworkLoader("mine.json", Spec())
    use(make_network(Spec(tuple("xyz"))))
    assert [label for label, _ in loader.current().rank(ink.framed(INK, Spec()))] != list("xyz")
    loader.follow_network_in_use()
    assert set(dict(loader.current().rank(ink.framed(INK, Spec())))) == set("xyz")


def test_a_damaged_network_in_use_gives_a_notice_and_the_next_one_is_loaded() -> None:
    use(make_network(Spec()))
    loader = NetworkLoader("", Spec())
    (stored.CURRENT / "weights.json").write_text("{")
    assert "damaged" in loader.current().notice and loader.current().summary() is None
    use(make_network(Spec()))
    assert loader.current().notice == ""


def test_the_accuracy_is_what_the_file_knows() -> None:
    json_file.write(Path("weights.json"), replace(make_network(Spec()), facts=Facts(0.75, "sample")))
    found = NetworkLoader("weights.json", Spec()).current().summary()
    assert found is not None and (found["accuracy"], found["kind"]) == (0.75, "160-20-26")


def test_hidden_units_of_no_network() -> None:
    loaded = NetworkLoader("", Spec()).current()
    assert loaded.hidden(ink.framed(INK, Spec())) is None and loaded.rank(ink.framed(INK, Spec())) == []


def test_it_ranks_among_the_labels_that_only_names() -> None:
    json_file.write(Path("mine.json"), network_that_reads("c"))
    loader = NetworkLoader("mine.json", Spec(), only="a-d")
    loaded = loader.current()
    assert loaded.layers is not None and loaded.layers.spec.labels == tuple("abcd")
    ranking = loaded.rank(ink.framed(INK, Spec()))
    assert ranking[0][0] == "c" and set(dict(ranking)) == set("abcd")
    with pytest.raises(ValueError, match="only: '0' is not one of"):
        NetworkLoader("mine.json", Spec(), only="0-9")
    use(make_network(Spec()))
    with pytest.raises(ValueError, match="only: '0' is not one of"):
        NetworkLoader("", Spec(), only="0-9")
    loader.follow_network_in_use()
    assert set(dict(loader.current().rank(ink.framed(INK, Spec())))) == set(Spec().labels)
