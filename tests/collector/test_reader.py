from dataclasses import replace
from pathlib import Path

import pytest
from drawing_page import INK, network_that_reads
from samples import make_network

from charnet.collector.reader import Reader
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
    reading = Reader("weights.json", Spec()).now()
    assert reading.classifier is not None
    framed = ink.framed(INK, reading.classifier.spec)
    assert [label for label, _ in reading.rank(framed)[:2]] == ["c", "z"]
    assert "8 x 8" in reading.notice


def test_a_network_that_comes_into_use_is_taken_over() -> None:
    reader = Reader("", Spec())
    assert reader.now().classifier is None and "no network" in reader.now().notice
    versions = {reader.now().version}
    for seed in (0, 1):
        use(make_network(Spec(), seed=seed))
        reading = reader.now()
        assert reading is reader.now()  # read once
        assert reading.layers is not None
        assert reading.layers.hidden_bias[0] == make_network(Spec(), seed=seed).hidden_bias[0]
        versions.add(reading.version)
    assert len(versions) == 3


def test_a_network_that_was_named_stays_until_one_is_trained_here() -> None:
    json_file.write(Path("mine.json"), make_network(Spec(tuple("abc"))))
    reader = Reader("mine.json", Spec())
    use(make_network(Spec(tuple("xyz"))))
    assert [label for label, _ in reader.now().rank(ink.framed(INK, Spec()))] != list("xyz")
    reader.follow()
    assert set(dict(reader.now().rank(ink.framed(INK, Spec())))) == set("xyz")


def test_a_torn_network_in_use_is_told_and_the_next_one_read() -> None:
    use(make_network(Spec()))
    reader = Reader("", Spec())
    (stored.CURRENT / "weights.json").write_text("{")
    assert "damaged" in reader.now().notice and reader.now().summary() is None
    use(make_network(Spec()))
    assert reader.now().notice == ""


def test_the_accuracy_is_what_the_file_knows() -> None:
    json_file.write(Path("weights.json"), replace(make_network(Spec()), facts=Facts(0.75, "sample")))
    found = Reader("weights.json", Spec()).now().summary()
    assert found is not None and (found["accuracy"], found["kind"]) == (0.75, "160-20-26")


def test_hidden_units_of_no_network() -> None:
    reading = Reader("", Spec()).now()
    assert reading.hidden(ink.framed(INK, Spec())) is None and reading.rank(ink.framed(INK, Spec())) == []
