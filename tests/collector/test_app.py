import re
from pathlib import Path

import pytest
from drawing_page import Client

from charnet import web
from charnet.collector import app


@pytest.mark.parametrize("address", app.FILES)
def test_the_page_is_served_with_its_types_and_asks_for_nothing_elsewhere(client: Client, address: str) -> None:
    answer = client().get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == app.TYPES[Path(address).suffix or ".html"]
    text = answer.text.replace("http://www.w3.org/2000/svg", "").replace('replace("http://", "")', "")
    assert not re.search(r"https?://|[\"'`(]//\w", text)


def test_no_file_of_the_page_is_forgotten() -> None:
    files = {path for folder in (app.STATIC, web.FOLDER) for path in folder.rglob("*") if path.is_file()}
    files -= set(app.STATIC.joinpath("offline").iterdir())  # for the page to take home
    assert {path for path in files if path.suffix not in (".py", ".pyc", ".json")} == set(app.FILES.values())


def test_unknown_routes_and_methods_are_errors_in_json(client: Client) -> None:
    page = client()
    assert (page.get("/nothing").status_code, set(page.get("/nothing").json())) == (404, {"error"})
    assert (page.get("/api/read").status_code, set(page.get("/api/read").json())) == (405, {"error"})
    assert page.get("/../config.py").status_code == 404
