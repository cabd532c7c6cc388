import base64
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image
from samples import make_network

from charnet.networks import classify, display, json_file
from charnet.networks.facts import Facts
from charnet.spec import Spec

RANDOM = np.random.default_rng(0)


def pictures(html: str) -> list[np.ndarray]:
    found = re.findall('data:image/png;base64,([^"]+)', html)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(content)))) for content in found]


def words(html: str) -> str:
    return re.sub("<[^>]+>", "", html)


def test_a_network_shows_its_units_and_what_is_known_of_it(tmp_path: Path):
    network = make_network(Spec(("yes", "<b>no")), hidden=12)
    json_file.write(tmp_path / "w.json", network)
    html = classify.load(tmp_path / "w.json")._repr_html_()
    (picture,) = pictures(html)
    assert (picture == display.sheet(network.hidden_weight.reshape(12, 16, 10), 1)).all()
    assert "reads 2 labels: yes &lt;b&gt;no" in html and "160-12-2" in html and "its 12 hidden units" in html
    assert "held-out" not in html  # nothing is known of it


def test_how_its_accuracy_is_told():
    spec = Spec()
    for facts, told in (
        (Facts(0.9137, "sample"), "91.4% right on held-out pictures"),
        (Facts(0.8, "writer"), "80.0% right on held-out pictures of writers it never saw"),
    ):
        html = display.network("run", "cnn", spec, facts, None)
        assert told in html and pictures(html) == []


def test_the_shipped_networks_are_small_in_a_notebook():
    for name, shown in (("letters", 1), ("letters-cnn", 0)):
        network = classify.load(name)
        html = network._repr_html_()
        assert len(html) < 30_000 and len(pictures(html)) == shown and f"<b>{name}</b>" in html
        assert len(repr(network)) < 500  # what a console shows


def test_many_labels_and_units_are_counted():
    spec = Spec(tuple(f"l{n}" for n in range(2000)))
    html = display.network("run", "", spec, Facts(), RANDOM.normal(0, 1, (1234, 160)))
    assert "reads 2,000 labels: l0 l1" in html and "l40" not in html and "100 of its 1,234 units" in words(html)


def test_a_ranking_shows_its_best_five_beside_what_was_seen():
    seen = RANDOM.random((16, 10)).astype(np.float32)
    html = display.ranking([(label, 0.9 / n) for n, label in enumerate(["<i>", "b", "c", "d", "e", "f"], 1)], seen)
    (picture,) = pictures(html)
    assert np.abs(picture - 255 * (1 - seen)).max() <= 0.5
    assert re.findall("<b>([^<]*)</b>", html) == ["&lt;i&gt;", "b", "c", "d", "e"]
    assert re.findall("width:([0-9.]+)%", html) == ["90.0", "45.0", "30.0", "22.5", "18.0"]
    assert pictures(display.ranking([("a", 1.0)], None)) == []


def test_a_sheet_shows_excitement_blue_and_inhibition_orange():
    weights = np.zeros((2, 2, 1))
    weights[0], weights[1] = [[5], [-5]], [[-0.1], [0.1]]
    sheet = display.sheet(weights, scale=3).astype(int)
    assert sheet.shape == (6, 9, 3)
    excites, inhibits = sheet[0, 0], sheet[5, 0]
    assert excites[2] > excites[0] and inhibits[0] > inhibits[2]
    assert (sheet[0, 8] == inhibits).all() and (sheet[5, 8] == excites).all()  # however small the unit's weights are
    assert (sheet[:, 3:6] == 255).all()
    assert display.sheet(RANDOM.normal(0, 1, (250, 16, 10)), 1).shape == (10 * 17 - 1, 10 * 11 - 1, 3)


def test_the_two_colours_differ_for_those_who_see_no_red_or_no_green():
    """In blue against yellow, which deuteranopes and protanopes see, and not in brightness alone."""
    sheet = display.sheet(np.linspace(-1, 1, 9).reshape(1, 9, 1), 1).astype(int)[:, 0]
    yellowness = sheet[:, :2].mean(axis=1) - sheet[:, 2]
    assert (yellowness[:4] > 20).all() and (yellowness[5:] < -20).all()
