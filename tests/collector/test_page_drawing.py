"""Drawing on the page with mouse, finger, pen and keyboard."""

from math import cos, sin

import numpy as np
import pytest
from drawing_page import OTHER, STROKE, draw, kept, places, says, until
from PIL import Image


def test_the_bars_follow_the_mouse_and_enter_saves(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", letter="e", count=3))
    assert page.locator("h1").inner_text().split() == ["Draw", "e"]
    assert "3 of 3 left" in page.locator("#task").inner_text()
    draw(page, up=False)
    page.wait_for_selector("#ranking li")  # with the button still down
    first = page.locator("#picture").get_attribute("src")
    page.mouse.move(*places(page, [(0.2, 0.8)])[0])
    until(page, "old => document.getElementById('picture').src !== old", first)
    page.mouse.up()
    assert page.locator("#ranking li").first.inner_text().split() == ["e", "100", "%"]
    page.wait_for_selector("#ranking[aria-busy=false]")
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert "2 of 3 left" in page.locator("#task").inner_text()
    assert page.locator("#counts [data-label=e]").inner_text().split() == ["e", "1"]
    assert page.locator("#strip img").count() == 1
    (stroke,) = kept(tmp_path, "e/0.png")
    assert np.allclose(stroke[:, :2], [*STROKE, (0.2, 0.8)], atol=0.01)
    assert (np.diff(stroke[:, 2]) >= 0).all()
    assert (stroke[:, 3] == 0.5).all()


@pytest.mark.parametrize("weights", ["letters", "letters-cnn"])
def test_what_is_no_letter_is_doubted(start, visit, weights) -> None:
    """By the network in the page, and by the server for one that the page can't compute."""
    page = visit(start(weights=weights))
    assert page.locator("#alphabet").inner_text() == "It reads a to z, and nothing else."
    ring = [(0.5 + 0.3 * cos(a / 5), 0.5 + 0.3 * sin(a / 5)) for a in range(-8, 25)]
    draw(page, ring)
    says(page, "The network reads o")
    assert page.locator("#doubt").inner_text() == ""
    page.keyboard.press("Escape")
    draw(page, np.random.default_rng(0).random((25, 2)).tolist())
    says(page, "Not sure: unlike what it learned.")
    assert page.locator("#doubt").inner_text() == "Not sure: unlike what it learned."
    page.keyboard.press("Escape")
    assert page.locator("#doubt").inner_text() == ""


def test_what_the_page_shows_is_what_is_saved(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2))
    draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false]", state="attached")
    shown = page.evaluate(
        """async () => {
          const picture = document.getElementById("picture");
          await picture.decode();
          const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
          const pen = canvas.getContext("2d");
          pen.drawImage(picture, 0, 0);
          return [...pen.getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0);
        }"""
    )
    page.keyboard.press("Enter")
    says(page, "Saved:")
    with Image.open(tmp_path / "letters/e/0.png") as image:
        assert shown == np.asarray(image).ravel().tolist()


def test_a_finger_draws_and_a_second_one_does_not(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2), has_touch=True)
    protocol = page.context.new_cdp_session(page)

    def touch(kind: str, *fingers) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    path = places(page, STROKE)
    second = places(page, [(0.9, 0.1)])[0]
    touch("touchStart", path[0])
    for place in path[1:]:
        touch("touchMove", place)
    touch("touchStart", path[-1], second)
    touch("touchMove", path[-1], places(page, [(0.9, 0.5)])[0])
    touch("touchEnd")
    page.locator("#save").tap()
    says(page, "Saved:")
    (stroke,) = kept(tmp_path, "e/0.png")
    assert np.allclose(stroke[[0, -1], :2], [STROKE[0], STROKE[-1]], atol=0.02)
    assert page.evaluate("scrollY") == 0
    # A quick stroke ends like a fling, and a tap just after it is a tap all the same.
    touch("touchStart", path[0])
    for place in path[1:]:
        touch("touchMove", place)
    touch("touchEnd")
    page.locator("#save").tap()
    says(page, "e, number 1.")


# Pen events as a tablet sends them; `at` is in shares of the square.
POINTER = """([type, pointerType, pointerId, [x, y], pressure]) => {
  const sheet = document.getElementById("sheet");
  const box = sheet.getBoundingClientRect();
  sheet.dispatchEvent(new PointerEvent(type, {
    pointerType, pointerId, pressure, bubbles: true, isPrimary: true, button: type === "pointermove" ? -1 : 0,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height,
  }));
}"""


def point(page, kind: str, device: str, number: int, at, pressure: float = 0.5) -> None:
    page.evaluate(POINTER, [f"pointer{kind}", device, number, list(at), pressure])


def test_a_pen_draws_with_its_pressure_and_the_palm_does_not(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2))
    point(page, "down", "touch", 5, (0.9, 0.9))  # the palm comes first ...
    point(page, "move", "touch", 5, (0.9, 0.8))
    point(page, "down", "pen", 7, STROKE[0], 0.1)  # ... and the pen takes over
    point(page, "down", "touch", 6, (0.1, 0.9))
    for number, at in enumerate(STROKE[1:], 2):
        point(page, "move", "pen", 7, at, number / 10)
        point(page, "move", "touch", 6, (0.1, 0.9 - number / 10))
    point(page, "up", "touch", 6, (0.1, 0.5))
    point(page, "up", "pen", 7, STROKE[-1], 0)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    (stroke,) = kept(tmp_path, "e/0.png")
    assert np.allclose(stroke[:, :2], STROKE, atol=1e-3)
    assert np.allclose(stroke[:, 3], [0.1, 0.2, 0.3, 0.4], atol=1e-3)


def test_between_two_strokes_of_a_pen_a_palm_draws_nothing_until_the_square_is_empty(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=3))
    for stroke in (STROKE, OTHER):
        point(page, "down", "pen", 7, stroke[0])
        point(page, "move", "pen", 7, stroke[-1])
        point(page, "up", "pen", 7, stroke[-1], 0)
        for kind in ("down", "move", "up"):
            point(page, kind, "touch", 8, (0.85, 0.9))
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert len(kept(tmp_path, "e/0.png")) == 2
    point(page, "down", "touch", 9, STROKE[0])  # a finger, on the next square
    point(page, "move", "touch", 9, STROKE[-1])
    point(page, "up", "touch", 9, STROKE[-1])
    page.keyboard.press("Enter")
    says(page, "e, number 1.")


def test_a_button_released_where_the_page_is_not_told_ends_the_stroke(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2))
    client = page.context.new_cdp_session(page)
    moves = [("mousePressed", (0.2, 0.2), 1), ("mouseMoved", (0.2, 0.5), 1), ("mouseMoved", (0.9, 0.1), 0)]
    for (kind, _, buttons), (x, y) in zip(moves, places(page, [at for _, at, _ in moves]), strict=True):
        button = "left" if buttons else "none"
        event = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}
        client.send("Input.dispatchMouseEvent", event)
    page.mouse.move(*places(page, [(0.9, 0.9)])[0])
    page.keyboard.press("Enter")
    says(page, "Saved:")
    (stroke,) = kept(tmp_path, "e/0.png")
    assert np.allclose(stroke[:, :2], [(0.2, 0.2), (0.2, 0.5)], atol=0.01)


def test_a_stroke_that_the_system_cancels_is_dropped(start, visit) -> None:
    page = visit(start(letter="e", count=2))
    draw(page, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false]", state="attached")
    before = page.locator("#picture").get_attribute("src")
    point(page, "down", "pen", 7, STROKE[0])
    point(page, "move", "pen", 7, STROKE[-1])
    until(page, "old => document.getElementById('picture').src !== old", before)
    point(page, "cancel", "pen", 7, STROKE[-1])
    until(page, "old => document.getElementById('picture').src === old", before)


def test_the_square_keeps_its_drawing_when_the_window_changes(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2), device_scale_factor=2)
    draw(page, STROKE)
    page.set_viewport_size({"width": 400, "height": 800})
    until(page, "document.getElementById('sheet').width < 1000")
    dark = "(([x, y]) => { const c = document.getElementById('sheet'); "
    dark += "return c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data[3]; })"
    assert page.evaluate(dark, [0.4, 0.3]) == 255
    assert page.evaluate(dark, [0.8, 0.5]) == 0
    draw(page, OTHER)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    one, two = kept(tmp_path, "e/0.png")
    assert np.allclose(one[:, :2], STROKE, atol=0.01) and np.allclose(two[:, :2], OTHER, atol=0.01)


def test_a_line_that_leaves_the_square_stops_at_its_edge(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2))
    draw(page, [(0.5, 0.5), (1.2, 0.5), (1.2, 1.1)])
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert np.allclose(kept(tmp_path, "e/0.png")[0][:, :2], [(0.5, 0.5), (1, 0.5), (1, 1)], atol=0.01)


def test_keyboard_alone_draws_undoes_saves_removes_and_restores(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=2))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "sheet"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for key in ("Space", *["ArrowDown"] * 5, "Shift+ArrowRight", "Space", "ArrowLeft", "Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    says(page, "Saved:")
    (stroke,) = kept(tmp_path, "e/0.png")
    assert np.allclose(stroke[[0, -1], :2], [(0.5, 0.5), (0.51, 0.7)])
    page.keyboard.press("Delete")
    says(page, "Removed e")
    assert not (tmp_path / "letters/e/0.png").exists()
    page.keyboard.press("Shift+Delete")
    says(page, "Back: ")
    assert (tmp_path / "letters/e/0.png").exists()


def test_every_button_can_be_reached_and_used_from_the_keyboard(start, visit, tmp_path) -> None:
    page = visit(start(reads="e"))
    draw(page)
    page.wait_for_selector("#ranking button")
    reached = []
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.id"))
    assert {"save", "undo", "clear", "remove", "restore"} <= set(reached)
    assert "Keep as e, 100 %" in reached and "z 0: Keep as z" in reached
    page.get_by_label("z 0: Keep as z").focus()
    page.keyboard.press("Enter")
    says(page, "z, number 0.")
    assert (tmp_path / "letters/z/0.png").exists()


def test_the_keyboards_pen_keeps_its_place_and_what_is_read_is_told(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", letter="e", count=1))
    page.locator("#sheet").focus()
    for key in ("Space", *["ArrowDown"] * 4):
        page.keyboard.press(key)
    page.locator("#mode").focus()  # the pen is still down
    says(page, "The network reads e")
    page.locator("#sheet").focus()
    for key in ("ArrowRight", "Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    first, second = kept(tmp_path, "e/0.png")
    assert np.allclose(first[[0, -1], :2], [(0.5, 0.5), (0.5, 0.66)])
    assert np.allclose(second[[0, -1], :2], [(0.54, 0.66), (0.58, 0.66)])


def test_any_alphabet_is_drawn_and_kept_by_its_key(start, visit, tmp_path) -> None:
    page = visit(start(weights="characters-cnn"))
    signs = ". , ; : ! ? ' \" ( ) - + / = & @ # % *"
    assert page.locator("#alphabet").inner_text() == f"It reads 0 to 9, A to Z, a to z and {signs}, and nothing else."
    here = page.locator("#letters-here")
    assert here.locator("option").all_inner_texts() == [
        "a\u2013z",
        "A\u2013Z",
        "0\u20139",
        "a\u2013z, A\u2013Z",
        "all",
        "own …",
    ]
    draw(page)
    page.keyboard.press("Shift+A")  # of a to z
    says(page, "a, number 0.")
    here.select_option(label="A\u2013Z")
    page.locator("#counts [data-label=A]").wait_for()
    assert page.locator("#counts li").count() == 27  # with a, of which there is a drawing
    draw(page)
    page.keyboard.press("Shift+A")
    says(page, "Saved: A, number 0.")
    here.select_option(label="own …")
    page.locator("#own-letters").fill("/?é")
    page.keyboard.press("Enter")
    page.locator("#counts [data-label=é]").wait_for()
    page.locator("#sheet").focus()
    draw(page)
    page.keyboard.press("/")
    says(page, "Saved: /, number 0.")
    assert kept(tmp_path, "%2f/0.png")
    until(
        page,
        "() => [...document.querySelectorAll('#strip img')].every((img) => img.complete && img.naturalWidth === 10)",
    )
    page.keyboard.press("Delete")
    says(page, "Removed /")
    page.keyboard.press("Shift+Delete")
    says(page, "Back: ")
    page.locator("#mode").select_option(label="Guided")
    page.locator("#wanted").select_option(label="é")
    assert page.locator("#x-height").is_visible() and not page.locator("#capital-height").is_visible()
    page.locator("#wanted").select_option(label="A")
    page.locator("#capital-height").wait_for()
    assert not page.locator("#x-height").is_visible()
