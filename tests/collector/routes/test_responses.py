import os

import pytest
from drawing_page import INK, Client
from starlette.exceptions import HTTPException

from charnet.collector.routes.responses import AsciiJSONResponse, address, not_found


def test_json_is_ascii_whatever_bytes_a_path_holds() -> None:
    body = AsciiJSONResponse({"path": os.fsdecode(b"caf\xe9"), "label": "é"}).body
    assert body == b'{"path":"caf\\udce9","label":"\\u00e9"}'


def test_the_address_of_a_sample_is_quoted() -> None:
    assert address("e", "anna-3") == "/api/samples/e/anna-3"
    assert address("a/b", "my photo.jpg") == "/api/samples/a%252fb/my%20photo.jpg"
    assert address("é", os.fsdecode(b"\xff")) == "/api/samples/%C3%A9/%FF"


def test_a_missing_file_is_a_404_and_other_errors_are_not() -> None:
    with pytest.raises(HTTPException) as caught, not_found("there is no sample e/9"):
        raise FileNotFoundError
    assert (caught.value.status_code, caught.value.detail) == (404, "there is no sample e/9")
    with pytest.raises(PermissionError), not_found("there is no sample e/9"):
        raise PermissionError


def test_a_repeated_request_gets_the_first_response_with_its_status(client: Client) -> None:
    page, key = client(), {"Idempotency-Key": "k"}
    drawing = {"label": "e", "strokes": INK}
    found = [page.post("/api/samples", json=drawing, headers=key) for _ in range(2)]
    assert [(each.status_code, each.json()["name"]) for each in found] == [(201, "0")] * 2
