"""What can be measured of how the page looks."""

import pytest
from drawing_page import CONTRAST, HIDDEN, MISPLACED, UNNAMED, draw, network_that_reads

from charnet.networks import json_file
from charnet.spec import Spec

SIZES = ((320, 640), (390, 844), (683, 330), (768, 1024), (1100, 800), (1366, 660), (1920, 1000))
# What one needs to draw, train and look, again and again.
LOOP = [
    *("#prompt", "#sheet", "#save", "#undo", "#clear", "#modes select", "#strip", "#train button.main"),
    *("#ranking li", "#inside .unit", "#steps button", "#menu button", "#counts li"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(start, visit, scheme: str) -> None:
    for config in ({"letter": "e", "count": 3}, {"reads": "e"}):
        page = visit(start(**config), color_scheme=scheme)
        draw(page)
        page.wait_for_selector("#picture:visible")
        ratio, text = page.evaluate(CONTRAST)[0]
        assert ratio >= 4.5, text
        page.evaluate("document.getElementById('banner').hidden = false")
        page.evaluate("document.getElementById('banner').textContent = 'x'")
        ratio, text = page.evaluate(CONTRAST)[0]
        assert ratio >= 4.5, text


def test_dark_and_light_differ(start, visit) -> None:
    program = start()
    colours = {
        visit(program, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2


@pytest.mark.parametrize("width", [320, 360, 768, 1180])
def test_nothing_scrolls_sideways(start, visit, width: int) -> None:
    page = visit(start(reads="e", labels="a b c a-rather-longest"), has_touch=True, is_mobile=width < 500)
    page.set_viewport_size({"width": width, "height": 740})
    draw(page)
    page.wait_for_selector("#ranking li")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#sheet").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] >= min(width - 40, 400)


def test_everything_has_a_name_and_every_key_is_shown(start, visit) -> None:
    page = visit(start(reads="e"))
    draw(page)
    page.wait_for_selector("#ranking li")
    assert page.evaluate(UNNAMED) == []
    page.keyboard.press("F1")
    page.wait_for_selector("#keys dl")
    keys = set(page.locator("#keys kbd").all_inner_texts())
    assert {"Enter", "Backspace", "Ctrl", "Z", "Esc", "Delete", "Shift", "Tab", "Space", "a", "z"} <= keys
    assert page.locator("#status").get_attribute("role") == "status"


@pytest.mark.parametrize("mode", ["free", "draw"])
def test_nothing_overlaps_or_leaves_the_window(start, visit, mode: str) -> None:
    page = visit(start(reads="e", **({"letters": "ab", "count": 3} if mode == "draw" else {})))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.locator("#steps button").first.click()
        assert page.evaluate(MISPLACED) == [], (width, height)
        draw(page)
        page.wait_for_selector("#ranking li", state="attached")
        for step in range(3):
            page.locator("#steps button").nth(step).click()
            assert page.evaluate(MISPLACED) == [], (width, height, step)
        page.keyboard.press("Escape")


def test_long_labels_stay_whole_and_lie_on_nothing(start, visit, tmp_path) -> None:
    labels = ("Donaudampfschiff", "Regenbogenfarben", "a", "e", "ja", "z")
    json_file.write(tmp_path / "long.json", network_that_reads(labels[0], Spec(labels), 0.5))
    page = visit(start(weights=str(tmp_path / "long.json"), labels=" ".join(labels)))
    for width, height in ((390, 844), (1366, 660)):
        page.set_viewport_size({"width": width, "height": height})
        page.locator("#steps button").first.click()
        draw(page)
        page.wait_for_selector("#ranking li", state="attached")
        page.wait_for_selector(".voices", state="attached")
        for step in range(3):
            page.locator("#steps button").nth(step).click()
            assert page.evaluate(MISPLACED) == [], (width, step)
        page.locator("#steps button").first.click()
        chips = page.locator("#counts .chip").evaluate_all("(chips) => chips.map((chip) => chip.offsetHeight)")
        assert len(set(chips)) == 1, "none is broken into lines"
        page.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "hi", "pt"])
def test_the_buttons_below_the_square_stand_in_one_row_on_a_small_laptop(start, visit, language: str) -> None:
    page = visit(start(weights="letters"), locale=language, viewport={"width": 1366, "height": 660})
    draw(page)
    page.wait_for_selector("#ranking li")
    buttons = page.locator("#tools button:visible").evaluate_all("(all) => all.map((each) => each.offsetTop)")
    assert len(buttons) == 3 and len(set(buttons)) == 1


@pytest.mark.parametrize("mode", ["free", "draw"])
def test_what_one_needs_is_in_view_on_a_small_laptop(start, visit, mode: str) -> None:
    page = visit(start(weights="letters", **({"letters": "ab", "count": 3} if mode == "draw" else {})))
    page.set_viewport_size({"width": 1366, "height": 660})
    draw(page)
    page.wait_for_selector("#ranking li")
    page.wait_for_selector("#inside .unit")
    assert page.evaluate(HIDDEN, LOOP) == []
    assert page.evaluate(MISPLACED) == []
    square = page.locator("#sheet").bounding_box()
    assert square["width"] == pytest.approx(square["height"], abs=1)
    assert square["width"] > 300
    page.evaluate("document.getElementById('banner').hidden = false")
    page.evaluate("document.getElementById('banner').textContent = 'word '.repeat(34)")
    page.evaluate("document.getElementById('status').textContent = 'x y '.repeat(60)")
    assert page.locator("#sheet").bounding_box() == square
    banner = page.locator("#banner").bounding_box()
    assert banner["y"] + banner["height"] <= page.locator("main").bounding_box()["y"]  # it lies on none of it
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("F4")
    page.get_by_role("button", name="One step").click()  # can be scrolled out from under it
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    page.keyboard.press("Escape")
    assert page.locator("#menu").is_hidden()
    assert page.locator("#ranking li").count()  # the drawing is still there
