from collections import Counter
from pathlib import Path

import pytest
from drawing_page import Client
from samples import make_letters, make_network

from charnet.networks import classify, json_file
from charnet.spec import Spec


@pytest.fixture
def page(client: Client, tmp_path: Path):
    """Drawings of l, o and z, read by a network that knows l, o and q, and so never reads z."""
    make_letters(tmp_path / "letters")
    json_file.write(tmp_path / "weights.json", make_network(Spec(tuple("loq")), seed=3))
    return client(weights=str(tmp_path / "weights.json"))


def readings(tmp_path: Path) -> dict[tuple[str, str], str]:
    network = classify.load(tmp_path / "weights.json")
    return {(path.parent.name, path.stem): network.rank(path)[0][0] for path in (tmp_path / "letters").glob("*/*.png")}


def test_each_drawing_is_counted_where_the_network_reads_it(page, tmp_path: Path) -> None:
    expected = Counter((label, read) for (label, _), read in readings(tmp_path).items())
    found = page.get("/api/confusions").json()
    labels = found["labels"]
    assert labels == [label for label in "loqz" if any(label in pair for pair in expected)]
    rows = zip(labels, found["counts"], strict=True)
    counts = {(label, read): n for label, row in rows for read, n in zip(labels, row, strict=True)}
    assert {pair: n for pair, n in counts.items() if n} == expected
    assert found["held_out"] == 0 and page.get("/api/confusions?held_out=true").json()["counts"] == []
    for (label, read), count in expected.items():
        listed = page.get(f"/api/samples?label={label}&read={read}").json()
        assert listed["total"] == count and {row["read"] for row in listed["samples"]} == {read}
    assert page.get("/api/samples?read=%3F").json()["total"] == 0


def test_those_of_the_last_training_are_counted_alone(page, tmp_path: Path) -> None:
    held = {("l", "0"), ("z", "3"), ("z", "99")}  # the last one was thrown away meanwhile
    page.app.app.state.session.trainer.status.held_out = frozenset(held)
    found = page.get("/api/confusions?held_out=true").json()
    assert (found["held_out"], sum(map(sum, found["counts"]))) == (2, 2)
    listed = page.get("/api/samples?held_out=true").json()["samples"]
    assert {(row["label"], row["name"]) for row in listed} == {("l", "0"), ("z", "3")}
    assert {(row["label"], row["name"]): row["read"] for row in listed}.items() <= readings(tmp_path).items()
