from drawing_page import Client


def test_a_person_at_a_wrong_address_gets_a_page(client: Client) -> None:
    answer = client().get("/walls", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, "text/html")
    assert "There is no page at this address; open the address that collect.py printed." in answer.text
    answer = client().get("/api/samples/e/99", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, "There is no sample e/99." in answer.text) == (404, True)
    assert client().get("/walls").json() == {"error": "Not Found"}  # for a program
