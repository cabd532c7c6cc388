import pytest
from drawing_page import INK, Client

from charnet.collector.store import Store


def test_a_person_at_a_wrong_address_gets_a_page(client: Client) -> None:
    answer = client().get("/walls", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, "text/html")
    assert "There is no page at this address; open the address that collect.py printed." in answer.text
    answer = client().get("/api/samples/e/99", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, "There is no sample e/99." in answer.text) == (404, True)
    assert client().get("/walls").json() == {"error": "Not Found"}  # for a program


def test_a_full_disk_is_a_507_and_the_drawing_is_not_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(store: Store, label: str, content: bytes, writer: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "save", full)
    page = client(letter="e", count=1)
    answer = page.post("/api/samples", json={"label": "e", "strokes": INK})
    assert answer.status_code == 507
    assert "No space left on device" in answer.json()["error"]
    assert page.get("/api/state").json()["plan"]["left"] == 1


def test_a_bug_is_a_500_without_its_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(store: Store) -> dict[str, int]:
        raise RuntimeError("insides")

    page = client()
    monkeypatch.setattr(Store, "counts", broken)
    page._transport.raise_server_exceptions = False  # the terminal has it
    answer = page.get("/api/state")
    assert (answer.status_code, answer.json()) == (500, {"error": "charnet failed (RuntimeError); see the terminal"})
