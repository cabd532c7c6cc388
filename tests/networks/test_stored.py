from pathlib import Path

import pytest
from samples import make_network

from charnet.networks import json_file, stored
from charnet.spec import Spec


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_run(folder: str) -> Path:
    Path(folder).mkdir(parents=True)
    json_file.write(Path(folder) / "weights.json", make_network(Spec(("yes", "no"))))
    return Path(folder) / "weights.json"


def test_runs_are_listed_and_found_by_their_names():
    made = [make_run(f"outputs/{name}") for name in ("2026-01-02/10-00-00", "kai", "sweep/2026-01-03/a/0")]
    stored.copy_to_current(made[1])
    assert list(stored.runs()) == made
    for path in made:
        assert stored.find(stored.name_of(path)) == path


def test_the_network_in_use_is_called_as_where_it_came_from():
    for path in (make_run("outputs/kai"), stored.SHIPPED / "letters-cnn.onnx", make_run("elsewhere")):
        stored.copy_to_current(path)
        assert stored.name_of(stored.find()) == stored.name_of(path)
        assert stored.find(stored.name_of(path)) == path
    stored.copy_to_current(stored.find())  # itself
    assert stored.name_of(stored.find()) == "elsewhere/weights.json"


@pytest.mark.parametrize("origin", ["", "torn", f"{'0' * 64} kai", "\udcff"])
def test_an_origin_that_belongs_to_another_network_names_nothing(origin: str):
    stored.copy_to_current(make_run("outputs/kai"))
    (stored.CURRENT / stored.ORIGIN).write_bytes(origin.encode(errors="surrogateescape"))
    assert stored.name_of(stored.find()) == "outputs/current/weights.json"


def test_a_shipped_name_counts_before_a_run_of_that_name():
    make_run("outputs/letters")
    assert stored.find("letters").parent == stored.SHIPPED
    assert stored.find("outputs/letters") == Path("outputs/letters/weights.json")
