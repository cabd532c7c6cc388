"""See it think: what the panel shows is what NumPy computes; units are muted by mouse and keyboard."""

import re
from typing import Any

import numpy as np
from drawing_page import CONTRAST, OTHER, STROKE, UNNAMED, draw, network_that_reads, reports, until

from charnet.networks import json_file
from charnet.networks.classify import logistic
from charnet.spec import Spec

MINUS = "\N{MINUS SIGN}"
CENTS = """() => [...document.querySelectorAll(".unit .contribution")].map((tile) =>
  Math.round(100 * Number(tile.textContent.replace("\\u2212", "-"))))"""

PAINTED = """() => {
  const canvas = document.getElementById("attributions");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
}"""


def signed(text: str) -> list[int]:
    """The signed numbers in a text, as hundredths."""
    return [round(100 * float(value.replace(MINUS, "-"))) for value in re.findall(rf"[+{MINUS}]\d+\.\d\d", text)]


def sums(page) -> list[int]:
    """Hundredths: units, bias, total."""
    return signed(page.locator("#inside .sum").inner_text())


def read_by(page) -> dict[str, Any]:
    """The program's answer to what is drawn."""
    with page.expect_response("**/api/read") as answer:
        draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false]")
    page.wait_for_selector(".sum .total")
    found: dict[str, Any] = page.evaluate(
        """async () => { const [rows] = [await fetch("/api/network").then((r) => r.json())]; return rows; }"""
    )
    assert answer.value.status == 200
    return found


def test_the_numbers_shown_add_up_to_what_numpy_computes(start, visit, tmp_path) -> None:
    page = visit(start(reads="e"))
    asked = []
    page.on("response", lambda response: asked.append(response) if response.url.endswith("/api/read") else None)
    read_by(page)
    ink = np.array(asked[-1].json()["ink"])
    network = json_file.read(tmp_path / "weights.json")
    hidden = logistic(network.hidden_weight @ ink + network.hidden_bias)
    for label in ("e", "z", "q"):
        page.locator(".pick input[value=" + label + "]").check(force=True)
        until(page, "label => document.querySelector('#inside .sum b').textContent === label", label)
        output = network.spec.labels.index(label)
        votes, bias = network.output_weight[output] * hidden, network.output_bias[output]
        shown, (units, alone, total) = page.evaluate(CENTS), sums(page)
        assert sum(shown) == units and units + alone == total
        assert np.abs(np.array(shown) - 100 * votes).max() < 1
        assert abs(alone - 100 * bias) < 1
        assert abs(total - 100 * (votes.sum() + bias)) <= 0.51
    # Whatever one points at is explained; then again what was chosen.
    page.locator("#ranking li").nth(1).hover()
    second = page.locator("#ranking .row").nth(1).get_attribute("data-label")
    until(page, "label => document.querySelector('#inside .sum b').textContent === label", second)
    page.locator("h1").hover()
    until(page, "document.querySelector('#inside .sum b').textContent === 'q'")
    assert page.locator(".heat:visible").get_attribute("aria-label").startswith("Which pixels spoke for q")


def test_a_muted_unit_says_nothing_and_the_ranking_answers(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=9))
    read_by(page)
    likelihoods = """() => [...document.querySelectorAll("#ranking .row")].map((row) =>
      row.dataset.label + row.style.getPropertyValue("--share")).join()"""
    before = page.evaluate(likelihoods)
    strongest = int(np.abs(page.evaluate(CENTS)).argmax())
    switches = page.get_by_role("switch")
    switches.nth(strongest).click()
    until(page, f"(before) => ({likelihoods})() !== before", before)
    assert page.evaluate(CENTS)[strongest] == 0
    assert not switches.nth(strongest).is_checked()
    units, bias, total = sums(page)
    assert sum(page.evaluate(CENTS)) == units and units + bias == total
    switches.nth(strongest).focus()
    page.keyboard.press("Space")  # unmuted by keyboard
    until(page, f"(before) => ({likelihoods})() === before", before)
    switches.nth(0).press("Space")
    page.get_by_role("button", name="Unmute all").click()
    until(page, f"(before) => ({likelihoods})() === before", before)


def one_unit_decides() -> json_file.Network:
    """It reads c by its first hidden unit; without that unit it reads e."""
    spec = Spec()
    output, bias = np.zeros((26, 3)), np.full(26, -6.0)
    output[spec.labels.index("c"), 0] = 20
    bias[spec.labels.index("e")] = 3
    return json_file.Network(spec, np.zeros((3, spec.inputs)), np.zeros(3), output, bias)


def test_what_is_saved_goes_by_all_units_and_a_new_network_has_none_muted(start, visit, tmp_path) -> None:
    json_file.write(tmp_path / "decided.json", one_unit_decides())
    page = visit(start(weights=str(tmp_path / "decided.json")))
    draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false] li")
    first = "() => document.querySelector('#ranking .row').dataset.label"
    until(page, f"({first})() === 'c'")
    page.get_by_role("switch").first.click()
    until(page, f"({first})() === 'e'")  # what the ranking would be
    assert page.locator("#save").inner_text().startswith("Keep as c")
    assert page.locator(".units", has_text="1 of 3 muted").count() == 1
    page.get_by_role("switch").first.press("Enter")
    page.locator("#status", has_text="Saved: ").wait_for()
    assert [path.parent.name for path in (tmp_path / "letters").rglob("*.png")] == ["c"]
    # The names of the units keep no numbers of a drawing that is gone.
    names = "() => [...document.querySelectorAll('.unit button')].map((unit) => unit.textContent.trim())"
    without = ["Unit 1 for c against none", "Unit 2 for none against none", "Unit 3 for none against none"]
    assert page.evaluate(names) == without
    draw(page, STROKE)
    until(page, f"({names})()[0].includes('activation')")
    page.keyboard.press("Escape")
    assert page.evaluate(names) == without
    # Another network has all of its units, and reads the drawing anew.
    draw(page, STROKE)
    page.locator("#status", has_text="The network reads c").wait_for()
    json_file.write(tmp_path / "decided.json", network_that_reads("z"))
    reports(page, "A new network reads now")
    page.locator("#status", has_text="The network reads z").wait_for()
    assert "muted" not in page.locator(".units").inner_text()
    assert page.get_by_role("switch").count() == 8


def test_a_unit_opens_large_and_its_numbers_add_up(start, visit, tmp_path) -> None:
    page = visit(start(reads="e"))
    asked = []
    page.on("response", lambda response: asked.append(response) if response.url.endswith("/api/read") else None)
    draw(page, STROKE)
    page.keyboard.press("Enter")
    page.locator("#status", has_text="Saved: ").wait_for()
    read_by(page)
    network = json_file.read(tmp_path / "weights.json")
    tile = page.locator(".unit").nth(2)
    on_tile = tile.locator(".contribution").inner_text()
    tile.locator(".open").press("Enter")
    page.get_by_role("dialog", name="Hidden unit 3 of 8").wait_for()
    dialog = page.locator("#unit")
    ink = np.array(asked[-1].json()["ink"])
    total = network.hidden_weight[2] @ ink + network.hidden_bias[2]
    sum_, squashed, outcome = (signed(text) for text in dialog.locator(".sum").all_inner_texts())
    assert sum(sum_[:3]) == sum_[3] and abs(sum_[3] - 100 * total) <= 0.51
    assert squashed[0] == sum_[3]
    assert f"comes to {logistic(np.array(total)):.2f}" in dialog.locator(".squashed").inner_text()
    assert sum(outcome[:3]) == outcome[3]  # this unit, the others, the bias
    votes = {row.split()[0]: row.split()[1] for row in dialog.locator(".votes li").all_inner_texts()}
    exact = network.output_weight[:, 2] * logistic(np.array(total))
    for label, vote in zip(network.spec.labels, exact, strict=True):
        assert abs(signed(votes[label])[0] - 100 * vote) < 1
    assert votes["e"] == on_tile
    assert dialog.locator(".exciting img").count() == 1
    assert page.evaluate(UNNAMED) == []
    dialog.get_by_role("switch").press("Space")
    until(page, "document.querySelector('#unit .squashed').textContent.includes('muted')")
    assert not page.locator(".unit .switch").nth(2).is_checked()
    dialog.get_by_role("button", name="Next").click()
    page.get_by_role("dialog", name="Hidden unit 4 of 8").wait_for()


def test_the_three_most_alike_stand_beside_the_answer(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=9))
    for stroke in (STROKE, OTHER):
        draw(page, stroke)
        page.keyboard.press("Enter")
        page.locator("#status", has_text="Saved:").wait_for()
    page.wait_for_timeout(2100)  # the program looks for new drawings every two seconds, by its own clock
    draw(page, STROKE)
    until(page, "document.querySelectorAll('#neighbours img').length === 2")
    assert page.locator("#neighbours li").first.inner_text().split() == ["e", "100", "%"]


def test_a_convolutional_network_shows_which_ink_matters_and_what_its_filters_find(start, visit) -> None:
    page = visit(start(weights="letters-cnn", letter="e", count=3))
    page.locator("#inside", has_text="This is a convolutional network:").wait_for()
    assert page.locator(".tiles").is_hidden()
    assert page.get_by_role("button", name="One step").is_hidden()
    explained = []
    page.on("requestfinished", lambda request: explained.append(request) if request.url.endswith("/explain") else None)
    draw(page)
    page.wait_for_selector("#ranking[aria-busy=false] li")
    page.locator("#inside", has_text="falls to").wait_for()
    page.wait_for_load_state("networkidle")
    found = explained[-1].response().json()
    least = found["likelihood"] - max(max(row) for row in found["lost"])
    assert f"{found['label']} falls to {100 * least:.0f} %" in page.locator("#inside").inner_text()
    assert page.locator("#inside .heat:visible").get_attribute("aria-label").startswith("Which ink matters for")
    assert page.locator(".filters canvas").count() == 40
    assert page.evaluate(PAINTED)
    assert page.evaluate(UNNAMED) == []
    page.keyboard.press("Escape")
    until(page, "document.querySelectorAll('.filters canvas').length === 0")
    assert not page.evaluate(PAINTED)
    # In the game Enter waits for the answer of the drawing as it is, which comes from the server.
    page.locator("#mode").select_option("Game")
    page.locator("#task", has_text="Letter 1 of 10").wait_for()
    answers = []
    page.route("**/api/read", lambda route: answers.append(route))
    draw(page)
    page.keyboard.press("Enter")
    page.locator("#status", has_text="One moment").wait_for()
    assert "Letter 1 of 10" in page.locator("#task").inner_text()
    for answer in answers:
        answer.continue_()


def test_every_part_has_a_name_and_stands_out(start, visit) -> None:
    for scheme in ("light", "dark"):
        page = visit(start(reads="e", letter="e", count=3), color_scheme=scheme)
        page.keyboard.press("F2")
        read_by(page)
        for button in page.locator(".why:visible").all():
            button.click()
        assert page.evaluate(UNNAMED) == []
        ratio, text = page.evaluate(CONTRAST)[0]
        assert ratio >= 4.5, text
