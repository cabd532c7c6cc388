from pathlib import Path

import pytest
from drawing_page import INK, Client, network_that_reads

from charnet.networks import json_file


def test_the_wall_shows_drawings_as_they_arrive(client: Client) -> None:
    page = client()
    found = page.get("/api/wall").json()
    assert (found["latest"], found["last"], found["writers"]) == ([], 0, {})
    for label, writer in (("a", "anna"), ("b", ""), ("a", "ben")):
        page.post("/api/samples", json={"label": label, "strokes": INK, "writer": writer})
    found = page.get("/api/wall").json()
    assert [(row["number"], row["label"], row["writer"]) for row in found["latest"]] == [
        (1, "a", "anna"),
        (2, "b", ""),
        (3, "a", "ben"),
    ]
    assert (found["counts"]["a"], found["own"]["a"], found["writers"]) == (2, 2, {"anna": 1, "ben": 1})
    assert page.get(found["latest"][0]["address"]).headers["content-type"] == "image/png"
    assert [row["number"] for row in page.get(f"/api/wall?after={found['last'] - 1}").json()["latest"]] == [3]
    assert [row["number"] for row in page.get("/api/wall?limit=2").json()["latest"]] == [2, 3]
    page.delete("/api/samples/b/0")
    page.post("/api/samples/a/ben-0/move", json={"to": "c"})
    found = page.get("/api/wall").json()["latest"]
    assert [(row["label"], row["name"]) for row in found] == [("a", "anna-0"), ("c", "ben-0")]


def test_the_address_comes_with_its_code_where_others_can_reach_it(client: Client) -> None:
    page = client()
    session = page.app.app.state.session
    session.address = "http://127.0.0.1:8026/"
    assert page.get("/api/wall").json()["code"] is None  # a phone could do nothing with it
    session.address, session.shared = "http://192.0.2.7:8026/?key=abc", True
    found = page.get("/api/wall").json()
    assert found["address"] == "http://192.0.2.7:8026/?key=abc"
    assert found["code"].startswith("data:image/svg+xml")


def test_a_drawing_that_arrives_while_the_disk_is_read_comes_with_the_next_request(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client()
    session = page.app.app.state.session
    read_disk = session.read_disk

    def slow() -> object:
        session.record_saved("e", "0")
        return read_disk()

    with monkeypatch.context() as patch:
        patch.setattr(session, "read_disk", slow)
        found = page.get("/api/wall").json()
    assert (found["latest"], found["last"]) == ([], 0)
    assert [row["name"] for row in page.get("/api/wall?after=0").json()["latest"]] == ["0"]


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=501"])
def test_odd_numbers_are_refused(client: Client, query: str) -> None:
    assert client().get(f"/api/wall?{query}").status_code == 422


def test_the_wall_is_a_page(client: Client) -> None:
    answer = client().get("/wall")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")


def test_it_tells_what_the_network_reads_and_how_the_class_gets_on(client: Client, tmp_path: Path) -> None:
    json_file.write(tmp_path / "weights.json", network_that_reads("a"))
    page = client(weights=str(tmp_path / "weights.json"))
    for label in "ab":
        page.post("/api/samples", json={"label": label, "strokes": INK})
    found = page.get("/api/wall").json()
    assert [(row["label"], row["read"]) for row in found["latest"]] == [("a", "a"), ("b", "a")]
    assert (found["accuracy"], found["accuracies"], found["best_game"]) == (None, [], None)
    trainer = page.app.app.state.session.trainer
    trainer.accuracies, trainer.status.state = [0.6, 0.8], "running"
    trainer.status.update(
        {"epoch": 3, "epochs": 9, "loss": 1, "train_accuracy": 0.5, "validation_accuracy": 0.4}
        | {"train_loss": 1.1, "validation_loss": 1.2}
    )
    found = page.get("/api/wall").json()
    assert found["accuracies"] == [0.6, 0.8]
    assert found["training"] == {
        "state": "running",
        "epoch": 3,
        "epochs": 9,
        "curve": [[3, 0.5, 0.4]],
        "losses": [[3, 1.1, 1.2]],
        "best_epoch": 3,
    }
