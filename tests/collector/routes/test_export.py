import json
import re
from pathlib import Path

from drawing_page import Client

from charnet.networks import json_file, stored
from charnet.spec import Spec

SHIPPED = stored.SHIPPED


def content(page: str) -> dict:
    return json.loads(re.search(r'<script id="content" type="application/json">(.*?)</script>', page)[1])


def test_the_network_is_downloaded_as_its_file(client: Client, tmp_path: Path) -> None:
    answer = client(reads="l").get("/api/export?to=json")
    assert answer.headers["content-disposition"] == 'attachment; filename="weights.json"'
    assert (
        json_file.parse(answer.text).hidden_weight.tolist()
        == json_file.read(tmp_path / "weights.json").hidden_weight.tolist()
    )
    assert client(reads="l").get("/api/export?to=zip").status_code == 422


def test_the_page_to_take_home_has_the_network_and_the_labels_that_are_drawn(client: Client) -> None:
    answer = client(reads="l", spec=Spec(tuple("loz"), 12, 20), labels="lo").get("/api/export?to=html")
    assert answer.headers["content-disposition"] == 'attachment; filename="letters.html"'
    found = content(answer.text)
    assert found["spec"] == {"labels": ["l", "o"], "width": 12, "height": 20, "framing": "moments"}
    assert found["network"]["spec"]["labels"] == ["l", "o", "z"]
    assert found["starters"]["counts"] == []


def test_without_a_network_the_page_goes_home_all_the_same(client: Client) -> None:
    page = client()
    assert content(page.get("/api/export?to=html").text)["network"] is None
    answer = page.get("/api/export?to=json")
    assert (answer.status_code, answer.json()["error"][:19]) == (404, "There is no ranking")


def test_a_network_that_a_page_cannot_train_is_refused_in_a_sentence(client: Client) -> None:
    answer = client(weights=str(SHIPPED / "letters-cnn.onnx")).get("/api/export?to=html")
    assert answer.status_code == 409
    assert "train a network from scratch, then take that one home" in answer.json()["error"]
