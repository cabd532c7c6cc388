"""The whole loop on the page: draw, train, see the curve, be read by the new network."""

import re
import shutil
from pathlib import Path

import numpy as np
from drawing_page import draw, network_that_reads, reports, says, until

from charnet.networks import json_file
from charnet.pictures import ink
from charnet.spec import Spec

LETTERS = Path(__file__).parent.parent.parent / "data" / "letters"
LABELS = "ehotx"


def strokes_of(label: str, n: int) -> list[list[tuple[float, float]]]:
    found = ink.from_png(LETTERS / label / f"{n}.png")
    assert found is not None
    return [[(float(x), float(y)) for x, y, *_ in stroke] for stroke in found]


def some_letters(tmp_path: Path, each: int = 24, labels: str = LABELS) -> None:
    for label in labels:
        folder = tmp_path / "letters" / label
        folder.mkdir(parents=True)
        for n in range(each):
            shutil.copy(LETTERS / label / f"{n}.png", folder)


def open_train(page, rounds: int = 4) -> None:
    """With few epochs: the slider's step counts from 10 to 10,000."""
    page.keyboard.press("F2")
    page.get_by_label("Epochs", exact=True).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", rounds
    )


def test_draw_train_and_be_read_by_the_new_network(start, visit, tmp_path) -> None:
    some_letters(tmp_path)
    program = start(labels=LABELS, count=1)
    page, another = visit(program), visit(program)
    for _ in LABELS:  # five letters by their recorded strokes
        label = page.locator("#prompt b").inner_text()
        draw(page, *strokes_of(label, 30))
        page.keyboard.press("Enter")
        says(page, f"Saved: {label}, number 24.")
    open_train(page, rounds=1)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".outcome .result")
    result = page.locator(".result").inner_text()
    assert re.fullmatch(r"Right on \d+ of 25 drawings it never saw: \d+ %, \d+ to \d+; before \d+\.", result)
    assert page.locator("#train .curve .accuracy path.validation").get_attribute("d").count("L") >= 10
    assert page.locator("#train .curve .loss path.train").get_attribute("d").count("L") >= 10
    assert re.fullmatch(r"best: epoch \d+", page.locator("#train .curve text.best").text_content())
    assert "Epoch 30 of 30" in page.locator(".figures").inner_text()
    reports(page, "A new network reads now")
    page.locator("#inside .kind", has_text="Network 1, 20 hidden units").wait_for()
    (run,) = (tmp_path / "outputs").glob("*/*/weights.json")
    assert json_file.read(run).spec.labels == tuple(LABELS)
    until(page, "async () => (await (await fetch('/api/train')).json()).warm")  # the next one begins as soon
    # Its units formed, from the first epoch to the last.
    page.locator(".forming output", has_text="epoch 30").wait_for()
    assert page.locator(".forming-units canvas").count() == 20
    # Each snapshot reads the drawing that was saved last.
    wanted = page.locator(".forming .wanted")
    late = float(wanted.evaluate("row => row.style.getPropertyValue('--share')"))
    page.get_by_label("Epoch to look at").press("Home")
    page.locator(".forming output", has_text=re.compile("epoch 1$")).wait_for()
    assert float(wanted.evaluate("row => row.style.getPropertyValue('--share')")) < late
    # Which of the held-out drawings are read as what; a cell opens its drawings.
    page.locator("#views").get_by_role("button", name="Confusions").click()
    page.locator("#confusions", has_text="of 25 drawings that the last training held out").wait_for()
    cell = page.locator(".matrix td.right button").first
    label, count = cell.get_attribute("aria-label")[0], int(cell.inner_text())
    cell.click()
    page.locator("#drawings-status", has_text=f"of {label} read as {label}, held out in the last training").wait_for()
    assert page.locator("#gallery .tile").count() == count
    page.keyboard.press("F8")
    page.get_by_role("button", name="Back to the network before").press("Enter")
    page.get_by_role("button", name="Use Network 1 after all").wait_for()
    until(page, "document.activeElement.textContent === 'Use Network 1 after all'")
    another.keyboard.press("F2")
    another.get_by_role("button", name="Use Network 1 after all").wait_for()
    for folder in [path for path in (tmp_path / "outputs").glob("*/*") if path.is_dir()]:
        shutil.rmtree(folder)
    another.get_by_role("button", name="Use Network 1 after all").click()
    another.wait_for_selector(".outcome.bad")  # says why not
    page.locator("#inside .kind", has_text="letters, 20 hidden units").wait_for()


def test_a_training_is_stopped_and_lacking_letters_are_left_out(start, visit, tmp_path) -> None:
    some_letters(tmp_path, labels="eho")
    page = visit(start(labels="ehoq"))
    open_train(page, rounds=9)
    page.get_by_role("slider", name="Hidden units").press("Home")
    page.locator("#train button.main").click()
    page.locator(".outcome", has_text="No drawings of q yet: draw some, or train without q.").wait_for()
    page.get_by_role("button", name="Train without q").click()
    until(page, "document.querySelector('#train .curve path.validation').getAttribute('d') !== ''")
    page.get_by_role("button", name="Stop, and keep the best so far").click()
    page.wait_for_selector(".outcome .result")
    page.locator("#inside .kind", has_text="2 hidden units").wait_for()


def test_a_network_that_others_trained_is_taken_over(start, visit, tmp_path) -> None:
    program = start(reads="e", letter="e", count=3)
    page = visit(program)
    draw(page)
    page.wait_for_selector("#ranking li")
    page.get_by_role("button", name="One step").click()
    old = json_file.read(tmp_path / "weights.json")
    bias = np.roll(old.output_bias, 1)
    json_file.write(
        tmp_path / "next.json", json_file.Network(old.spec, old.hidden_weight, old.hidden_bias, old.output_weight, bias)
    )
    (tmp_path / "next.json").replace(tmp_path / "weights.json")
    reports(page, "A new network reads now")
    page.keyboard.press("Escape")  # closes the dialog, which has stayed open; else it would clear the square
    until(page, "document.querySelector('#ranking .row').dataset.label === 'f'")


def test_an_empty_square_shows_a_letter_as_others_drew_it(start, visit, tmp_path) -> None:
    some_letters(tmp_path, each=2, labels="h")
    page = visit(start(letter="h", count=1))
    inked = """() => { const c = document.getElementById("sheet");
      const data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      return data.filter((value, i) => i % 4 === 3 && value === 255).length > 3000; }"""
    until(page, inked)


def test_a_panel_opens_wherever_the_focus_is(start, visit) -> None:
    page = visit(start(labels="eh"))
    page.locator("#mode").focus()
    page.keyboard.press("F2")
    page.locator("#train button.main").wait_for()


def test_the_slider_says_how_many_hidden_units_the_network_in_use_has(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=3))
    open_train(page)
    page.get_by_label("Start", exact=True).select_option("current")
    slider = page.locator(".slider", has_text="Hidden units")
    assert slider.locator("input").get_attribute("aria-valuetext") == slider.locator("output").inner_text() != "20"


def test_a_network_of_fewer_labels_leaves_no_rows_of_the_one_before(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", letter="e", count=3))
    draw(page)
    until(page, "document.querySelectorAll('#ranking div.row').length === 6")
    json_file.write(tmp_path / "next.json", network_that_reads("z", Spec(("y", "z"))))
    (tmp_path / "next.json").replace(tmp_path / "weights.json")
    until(page, "document.querySelectorAll('#ranking .row').length === 2")
    page.locator("#mode").select_option("free")
    until(page, "document.querySelectorAll('#ranking button.row').length === 2")
    page.locator("#mode").select_option("draw")
    until(page, "document.querySelectorAll('#ranking div.row').length === 2")
