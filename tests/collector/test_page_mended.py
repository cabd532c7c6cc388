"""What the page shows, says, and where the focus goes, in the moments in between."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from drawing_page import PASTE, draw, says, until
from PIL import Image, ImageDraw

import charnet

ROOT = Path(__file__).parent.parent.parent

# How many pixels of the drawing carry a colour of the explanation.
COLOURED = """() => {
  const canvas = document.getElementById("attributions");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""
FOCUS = "document.activeElement.id || document.activeElement.textContent"


def line_of_letters() -> bytes:
    image = Image.new("L", (900, 160), 255)
    pen = ImageDraw.Draw(image)
    for left in range(30, 850, 90):
        pen.arc([left, 50, left + 50, 110], 20, 340, fill=0, width=9)
        pen.line([(left, 80), (left + 50, 76)], fill=0, width=9)
    buffer = io.BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(390, 844), (1366, 660)])
def test_f2_and_f4_take_the_focus_along(start, visit, size) -> None:
    page = visit(start(reads="e"), viewport={"width": size[0], "height": size[1]})
    page.locator("#sheet").focus()
    page.keyboard.press("F2")
    assert page.evaluate(FOCUS).startswith("Train")
    page.keyboard.press("F4")
    assert page.evaluate(FOCUS) == "look-title"
    page.keyboard.press("F9")
    page.keyboard.press("F2")  # also out of a dialog
    assert page.evaluate(FOCUS).startswith("Train")


def test_every_key_that_does_something_is_among_the_keys(start, visit) -> None:
    page = visit(start(reads="e"))
    page.keyboard.press("F1")
    listed = set(page.locator("#keys kbd").all_inner_texts())
    shown = {text for text in page.locator("kbd").all_inner_texts() if re.fullmatch(r"F\d+|Enter|Ctrl", text)}
    assert shown | {"F1", "F2", "F4", "F8", "F9", "Ctrl", "Enter"} <= listed


@pytest.mark.parametrize("mode", ["game", "analyze"])
def test_no_colours_of_the_last_drawing_lie_on_the_next_letter(start, visit, mode: str) -> None:
    config = {"mode": "analyze", "letter": "e", "count": 3} if mode == "analyze" else {}
    page = visit(start(weights="letters", **config))
    if mode == "game":
        page.locator("#mode").select_option("Game")
        page.locator("#task", has_text="Letter 1 of 10").wait_for()
    draw(page)
    until(page, f"() => ({COLOURED})() > 100")
    page.keyboard.press("Enter")
    says(page, "network read" if mode == "analyze" else "ead")
    page.locator("#task", has_text="Letter 2" if mode == "game" else "left").wait_for()
    assert page.evaluate(COLOURED) == 0
    page.locator("#ranking li").first.hover()
    page.wait_for_timeout(100)
    assert page.evaluate(COLOURED) == 0


def test_a_saved_drawing_flies_to_its_letter_unless_nothing_is_to_move(start, visit) -> None:
    program = start(letter="e", count=9)
    for motion, flights in (("no-preference", 1), ("reduce", 0)):
        page = visit(program, reduced_motion=motion)
        page.evaluate("""() => {
          globalThis.flights = 0;
          new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
            globalThis.flights += node.className === "flying" ? 1 : 0;
          }))).observe(document.body, { childList: true });
        }""")
        draw(page)
        page.keyboard.press("Enter")
        says(page, "Saved: e")
        page.wait_for_timeout(100)
        assert page.evaluate("globalThis.flights") == flights
        until(page, "() => document.querySelectorAll('.flying').length === 0")


def test_the_lines_of_a_picture_are_read_in_place_of_one_letter(start, visit) -> None:
    page = visit(start(weights="letters"))
    held: list[Any] = []
    page.route("**/api/read/*", lambda route: held.append(route))

    def let_go() -> None:
        while not held:
            page.wait_for_timeout(20)
        held.pop().continue_()

    page.evaluate(PASTE, [list((ROOT / "examples/note.jpg").read_bytes()), "note.jpg"])
    says(page, "Reading the picture …")
    let_go()
    says(page, "Several letters: reading the lines …")
    let_go()
    expected = charnet.load_text().read(ROOT / "examples/note.jpg")
    says(page, f"3 lines read. {sum(len(line.words) for line in expected.lines)} words.")
    shown = page.locator(".lines-read p").all_inner_texts()
    assert [line.replace("\n", "") for line in shown] == [
        " ".join(word.text + "?" * (not word.sure) for word in line.words) for line in expected.lines
    ]
    assert page.locator("#steps").inner_text().count("reads 3 lines") == 1
    assert page.locator("#ranking li").count() == 0 and not page.locator("#seen").is_visible()
    draw(page)
    page.locator("#ranking li").first.wait_for()
    assert not page.locator("#handwriting").is_visible() and page.locator("#seen").is_visible()


def test_lines_that_cannot_be_read_are_answered_with_the_reason(start, visit) -> None:
    page = visit(start(weights="letters"))
    refusal = {"status": 422, "json": {"error": "this needs the extra packages"}}
    page.route("**/api/read/text", lambda route: route.fulfill(**refusal))
    page.evaluate(PASTE, [list(line_of_letters()), "line.png"])
    says(page, "There are several letters in this picture. This needs the extra packages.")
    assert page.locator("#ranking li").count() == 0


def test_similar_drawings_stand_under_a_heading(start, visit, letters) -> None:
    page = visit(start(reads="o", labels="loz"))
    draw(page)
    page.locator("#neighbours img").first.wait_for()
    assert page.locator("#similar h3").inner_text() == "Drawings most like it"
