import base64
import io
from pathlib import Path

import numpy as np
import pytest
from drawing_page import INK, Client, network_that_reads
from PIL import Image, ImageDraw
from samples import make_letters, make_network

from charnet.networks import classify, json_file
from charnet.pictures import images, ink, listing
from charnet.spec import Spec

ROOT = Path(__file__).parent.parent.parent.parent


def opened(url: str) -> Image.Image:
    kind, _, content = url.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_reading_answers_with_the_framed_picture_and_the_ranking(client: Client) -> None:
    answer = client(reads="e").post("/api/read", json={"strokes": INK})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"ranking", "doubt", "picture", "ink", "hidden", "network"}
    assert found["doubt"] == "two letters alike"  # e and z
    assert [label for label, _ in found["ranking"][:2]] == ["e", "z"]
    assert found["ranking"][0][1] == pytest.approx(1 / (1 + np.exp(-3)))
    assert len(found["ranking"]) == 26
    expected = np.round((1 - ink.framed(INK, Spec())) * 255)
    assert (np.asarray(opened(found["picture"])) == expected).all()


def test_reading_is_the_ranking_of_the_picture(client: Client, network: json_file.Network, tmp_path: Path) -> None:
    json_file.write(tmp_path / "random.json", network)
    found = client(weights=str(tmp_path / "random.json")).post("/api/read", json={"strokes": INK}).json()
    classifier = classify.load(tmp_path / "random.json")
    expected = classifier.ranking(classifier.likelihoods(ink.framed(INK, Spec())[None])[0])
    assert [tuple(row) for row in found["ranking"]] == expected


def test_letters_beside_each_other_are_read_as_a_word_where_that_is_asked_for(client: Client) -> None:
    page = client(weights=str(ROOT / "charnet/networks/shipped/letters.json"))
    stem = [[0.2, 0.3, 0, 0.5], [0.2, 0.7, 100, 0.5]]
    ring = [[0.45 + 0.1 * np.cos(a), 0.6 + 0.1 * np.sin(a), 500 + a, 0.5] for a in np.linspace(-1.5, 4.8, 30)]
    found = page.post("/api/read", json={"strokes": [stem, ring], "word": True}).json()["word"]
    assert found["text"] == "lo"
    assert [letter["label"] for letter in found["letters"]] == ["l", "o"]
    assert found["letters"][0]["box"] == pytest.approx([0.182, 0.282, 0.036, 0.436])
    assert all(set(letter) == {"box", "label", "likelihood", "sure", "space"} for letter in found["letters"])
    assert page.post("/api/read", json={"strokes": [ring], "word": True}).json()["word"] is None
    assert "word" not in page.post("/api/read", json={"strokes": [stem, ring]}).json()
    assert page.post("/api/read", json={"strokes": [ring], "word": 1}).status_code == 422


def test_network_and_data_may_differ(client: Client, tmp_path: Path) -> None:
    theirs = Spec(tuple("xyz"), 6, 8, "corner")
    page = client(reads="x", spec=theirs, width=12, height=14)
    found = page.post("/api/read", json={"strokes": INK}).json()
    assert opened(found["picture"]).size == (6, 8)
    assert [label for label, _ in found["ranking"]] == ["x", "z", "y"]
    page.post("/api/samples", json={"label": "a", "strokes": INK})
    with Image.open(tmp_path / "letters/a/0.png") as image:
        assert image.size == (12, 14)
    state = page.get("/api/state").json()
    assert state["size"] == [6, 8]
    assert state["notice"].startswith("The network was not trained on a, b, c")
    notice = client(reads="x", width=12).get("/api/state").json()["notice"]
    assert "10 x 16" in notice and "12 x 16" in notice


def test_without_a_network_it_collects_all_the_same_and_says_why(client: Client) -> None:
    page = client()
    found = page.post("/api/read", json={"strokes": INK}).json()
    assert found["ranking"] == []
    assert opened(found["picture"]).size == (10, 16)
    assert page.post("/api/samples", json={"label": "a", "strokes": INK}).status_code == 201
    state = page.get("/api/state").json()
    assert state["network"] is None
    assert "no network" in state["notice"] and "python train.py" in state["notice"]


def test_what_the_hidden_units_make_of_a_drawing_adds_up_to_the_ranking(client: Client, tmp_path: Path) -> None:
    """The sums in NumPy, from the weights as the page gets them."""
    json_file.write(tmp_path / "random.json", make_network(Spec(), hidden=20))
    page = client(weights=str(tmp_path / "random.json"))
    network = page.get("/api/network").json()
    assert set(network) >= {"name", "spec", "accuracy", "Dimensions", "InputWeights", "HiddenBias", "OutputBias"}
    assert network["Dimensions"] == {"InputNodes": 160, "HiddenNodes": 20, "OutputNodes": 26}
    first, second = np.empty((160, 20)), np.empty((20, 26))
    for table, rows in ((first, network["InputWeights"]), (second, network["HiddenWeights"])):
        for (row, column), weight in rows:
            table[row, column] = weight
    found = page.post("/api/read", json={"strokes": INK}).json()
    hidden = 1 / (1 + np.exp(-(np.array(found["ink"]) @ first + network["HiddenBias"])))
    assert found["hidden"] == pytest.approx(hidden.tolist(), abs=1e-12)
    likelihoods = 1 / (1 + np.exp(-(hidden @ second + network["OutputBias"])))
    by_label = [likelihood for _, likelihood in sorted(found["ranking"])]
    assert by_label == pytest.approx(likelihoods.tolist(), abs=1e-12)
    assert (found["network"], network["spec"]) == (network["version"], Spec().to_dict())


def test_a_convolutional_network_has_no_hidden_units_to_show(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")
    page = client(weights=str(ROOT / "charnet/networks/shipped/letters-cnn.onnx"))
    found = page.post("/api/read", json={"strokes": INK}).json()
    assert found["hidden"] is None and len(found["ranking"]) == 26
    network = page.get("/api/network").json()
    assert len(network["spec"]["labels"]) == 26 and "Dimensions" not in network


@pytest.mark.parametrize("name", ["letters.json", "letters-cnn.onnx"])
def test_what_is_no_letter_is_doubted(client: Client, name: str) -> None:
    page = client(weights=str(ROOT / "charnet/networks/shipped" / name))
    scribble = [[*point, n, 0.5] for n, point in enumerate(np.random.default_rng(0).random((25, 2)).tolist())]
    assert page.post("/api/read", json={"strokes": [scribble]}).json()["doubt"] == "unlike what it learned"
    ring = [[0.5 + 0.3 * np.cos(a), 0.5 + 0.3 * np.sin(a), 100 * a + 200, 0.5] for a in np.linspace(-1.5, 4.8, 30)]
    found = page.post("/api/read", json={"strokes": [ring]}).json()
    assert (found["ranking"][0][0], found["doubt"]) == ("o", "")
    network, classifier = page.get("/api/network").json(), classify.load(ROOT / "charnet/networks/shipped" / name)
    assert classifier.facts.likeness and network["likeness"] == classifier.facts.likeness.to_dict()
    assert network["sure"] == classifier.facts.sure


def test_without_a_network_there_is_no_doubt(client: Client) -> None:
    assert client().post("/api/read", json={"strokes": INK}).json()["doubt"] == ""


def test_without_a_network_there_is_no_word(client: Client) -> None:
    assert client().post("/api/read", json={"strokes": INK, "word": True}).json()["word"] is None


def test_without_a_network_there_is_none_to_describe(client: Client) -> None:
    answer = client().get("/api/network")
    assert answer.status_code == 404 and "there is no network" in answer.json()["error"]


def test_the_most_alike_samples_come_with_a_reading(client: Client, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    page = client(reads="e")
    for label, strokes in (("t", INK), ("q", INK[:1])):
        page.post("/api/samples", json={"label": label, "strokes": strokes})
    found = page.post("/api/read", json={"strokes": INK, "nearest": True}).json()["nearest"]
    assert len(found) == 3
    assert found[0] == {
        "label": "t",
        "name": "0",
        "address": "/api/samples/t/0",
        "likeness": pytest.approx(1, abs=1e-3),
    }
    ours = ink.framed(INK, Spec()).ravel()
    paths = [tmp_path / "letters" / row["label"] / f"{row['name']}.png" for row in found]
    theirs = [images.read(path, Spec()).ravel() for path in paths]
    cosines = [float(ours @ each / np.linalg.norm(ours) / np.linalg.norm(each)) for each in theirs]
    assert [row["likeness"] for row in found] == pytest.approx(cosines, abs=5e-3)
    everything = [images.read(path, Spec()).ravel() for path in listing.walk([tmp_path / "letters"])]
    assert max(cosines) == max(float(ours @ each / np.linalg.norm(ours) / np.linalg.norm(each)) for each in everything)
    answer = page.post("/api/read", json={"strokes": INK, "nearest": 3})
    assert (answer.status_code, answer.json()["error"][:7]) == (422, "nearest")


def test_a_picture_is_read_as_strokes_are(client: Client, tmp_path: Path) -> None:
    page = client(reads="e")
    photo = Image.new("L", (300, 400), 230)
    ImageDraw.Draw(photo).line([(100, 50), (150, 350)], fill=20, width=25)
    file = io.BytesIO()
    photo.save(file, "JPEG")
    answer = page.post(
        "/api/read/picture?nearest=true", content=file.getvalue(), headers={"Content-Type": "image/jpeg"}
    )
    found = answer.json()
    assert found["ranking"][0][0] == "e" and found["nearest"] == []
    assert found["ink"] == pytest.approx(images.read(file.getvalue(), Spec()).ravel().tolist())
    assert not (tmp_path / "letters").exists()


def test_what_is_odd_about_a_picture_is_told(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    page = client(reads="e")
    photo = Image.new("L", (300, 800), 255)
    ImageDraw.Draw(photo).line([(100, 50), (150, 350)], fill=20, width=25)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=95)
    notes = [
        page.post("/api/read/picture", content=content, headers={"Content-Type": "image/jpeg"}).json()["note"]
        for content in (file.getvalue(), file.getvalue()[:-300])
    ]
    assert notes[0] == "" and "the picture: the file ends too early" in notes[1]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("content", "kind", "status", "reason"),
    [
        (b"no picture", "image/png", 422, "not a picture"),
        (b"", "image/png", 422, "not a picture"),
        (b"x", "text/plain", 415, "Content-Type"),
        (b"x" * (32 * 1024 * 1024 + 1), "image/png", 413, "32 MB"),
    ],
)
def test_what_is_no_picture_is_refused(client: Client, content: bytes, kind: str, status: int, reason: str) -> None:
    answer = client(reads="e").post("/api/read/picture", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status and reason in answer.json()["error"]


def test_the_drawings_that_light_a_unit_come_with_their_addresses(client: Client) -> None:
    page = client(reads="e")
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    (found,) = page.get("/api/network/units/7").json()["samples"]
    assert page.get(found["address"]).status_code == 200
    network = network_that_reads("e")
    read = page.post("/api/read", json={"strokes": INK}).json()
    assert found["sum"] == pytest.approx(network.hidden_weight[7] @ read["ink"] + network.hidden_bias[7], abs=0.1)
    for unit in ("8", "x", "-1", "9" * 5000):
        assert page.get(f"/api/network/units/{unit}").status_code == 404
    assert client().get("/api/network/units/0").status_code == 404


@pytest.mark.parametrize("name", ["letters-cnn.onnx", "letters.json"])
def test_what_the_answer_hangs_on_is_explained(client: Client, name: str) -> None:
    page = client(weights=str(ROOT / "charnet/networks/shipped" / name))
    read = page.post("/api/read", json={"strokes": INK}).json()
    found = page.post("/api/network/explain", json={"ink": read["ink"]}).json()
    assert [found["label"], pytest.approx(found["likelihood"], abs=1e-5)] == read["ranking"][0]
    assert found["network"] == read["network"]
    network = classify.load(ROOT / "charnet/networks/shipped" / name)
    covered = np.array(read["ink"], np.float32).reshape(16, 10)
    covered[3:6, 4:7] = 0
    best = network.spec.labels.index(found["label"])
    assert found["lost"][4][5] == pytest.approx(
        found["likelihood"] - network.likelihoods(covered[None])[0, best], abs=1e-3
    )
    if name == "letters.json":
        assert found["filters"] is None
    else:
        assert np.shape([each["weights"] for each in found["filters"]]) == (20, 3, 3)
        assert np.shape([each["answer"] for each in found["filters"]]) == (20, 16, 10)
    for wrong in ([0] * 159, [0] * 159 + [2], [0] * 159 + [True], ["a"] * 160, 5):
        assert page.post("/api/network/explain", json={"ink": wrong}).status_code == 422
    assert client().post("/api/network/explain", json={"ink": read["ink"]}).status_code == 404
