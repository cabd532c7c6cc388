import re
from pathlib import Path

import pytest
from drawing_page import INK, Client

from charnet import web
from charnet.collector import app
from charnet.collector.store import Store


@pytest.mark.parametrize("address", app.FILES)
def test_the_page_is_served_with_its_types_and_asks_for_nothing_elsewhere(client: Client, address: str) -> None:
    answer = client().get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == app.TYPES[Path(address).suffix or ".html"]
    text = answer.text.replace("http://www.w3.org/2000/svg", "").replace('replace("http://", "")', "")
    assert not re.search(r"https?://|[\"'`(]//\w", text)


def test_no_file_of_the_page_is_forgotten() -> None:
    files = {path for folder in (app.STATIC, web.FOLDER) for path in folder.iterdir() if path.is_file()}
    assert {path for path in files if path.suffix != ".py"} == set(app.FILES.values())


def test_unknown_routes_and_methods_are_errors_in_json(client: Client) -> None:
    page = client()
    assert (page.get("/nothing").status_code, set(page.get("/nothing").json())) == (404, {"error"})
    assert (page.get("/api/read").status_code, set(page.get("/api/read").json())) == (405, {"error"})
    assert page.get("/../config.py").status_code == 404


def test_a_full_disk_is_told_and_the_drawing_not_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(store: Store, label: str, content: bytes, writer: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "save", full)
    page = client(letter="e", count=1)
    answer = page.post("/api/samples", json={"label": "e", "strokes": INK})
    assert answer.status_code == 507
    assert "No space left on device" in answer.json()["error"]
    assert page.get("/api/state").json()["plan"]["left"] == 1


def test_what_is_charnets_own_fault_is_told_without_its_insides(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(store: Store) -> dict[str, int]:
        raise RuntimeError("insides")

    page = client()
    monkeypatch.setattr(Store, "counts", broken)
    page._transport.raise_server_exceptions = False  # the terminal has it
    answer = page.get("/api/state")
    assert (answer.status_code, answer.json()) == (500, {"error": "charnet failed (RuntimeError); see the terminal"})
