"""axe-core finds nothing to object to, in any state of the page, and with forced colours what matters can be seen."""

from dataclasses import replace
from pathlib import Path

import pytest
from drawing_page import PASTE, draw, says
from toolchain import need

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
VIOLATIONS = """async () => (await axe.run(document)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, html }) => `${id}: ${target.join(" ")} ${html.slice(0, 150)}`))"""
SIZES = ((320, 640), (683, 330), (1366, 660), (1920, 1000))
# Colours of a bar where it is filled and where not, of the chip that is chosen and another, of the letter explained.
FORCED = """() => {
  const style = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo);
  return [
    [style("#ranking li .bar", "::before").backgroundColor, style("#ranking li .bar").backgroundColor],
    ["[aria-current]", ":not([aria-current])"].map((which) => style(`#counts li${which} .chip`).borderTopColor),
    [":checked", ":not(:checked)"].map((which) => style(`.pick ${which} + span`).backgroundColor),
  ];
}"""


@pytest.fixture
def checked(visit):
    """A page with axe-core in it, which a function then checks."""
    need(str(AXE))

    def checked(program, **options):
        page = visit(program, init=AXE.read_text(encoding="utf-8"), **options)

        def check(state: str) -> None:
            assert (state, page.evaluate(VIOLATIONS)) == (state, [])

        return page, check

    return checked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(start, checked, letters, scheme: str) -> None:
    program = start(weights="letters", labels="loz")
    for width, height in SIZES:
        page, check = checked(program, new=True, color_scheme=scheme, viewport={"width": width, "height": height})
        check("tour")
        page.keyboard.press("Escape")
        check("empty")
        draw(page)
        page.wait_for_selector("#ranking li", state="attached")
        says(page, "The network reads")
        page.wait_for_timeout(500)  # the units are named when the pen rests
        for number, step in enumerate(("draw", "train", "look")):
            page.locator("#steps button").nth(number).click()
            check(f"drawn, {step}")
        page.keyboard.press("F8")
        page.locator(".tile").first.wait_for()
        check("all drawings")
        page.keyboard.press("F8")
        for key in ("F9", "F1"):
            page.keyboard.press(key)
            check(key)
            page.keyboard.press(key)
        if page.locator("#menu-button").is_visible():
            page.locator("#menu-button").click()
            check("menu")
        page.locator("[aria-controls=inout]").click()
        check("in and out")


def test_axe_finds_nothing_when_a_training_is_done_and_where_a_name_is_asked(start, checked, letters) -> None:
    program = start(weights="", labels="loz", host="0.0.0.0", letter="o", count=1)
    page, check = checked(program)
    link = page.evaluate("fetch('/api/wall').then((response) => response.json()).then((wall) => wall.address)")
    draw(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Done')")
    page.locator("#train button.main").click()
    page.locator("#train .outcome p").first.wait_for()
    check("trained")
    _, check = checked(replace(program, url=link), viewport={"width": 390, "height": 844})
    check("name")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_the_lines_of_a_picture_are_read(start, checked, scheme: str) -> None:
    page, check = checked(start(weights="letters"), color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.evaluate(PASTE, [list((ROOT / "examples/note.jpg").read_bytes()), "note.jpg"])
    says(page, "3 lines read")
    page.locator("#handwriting .why").click()
    check("lines read")
    first, last = (page.locator(".lines-read p").nth(number).bounding_box() for number in (0, 2))
    assert 0 < first["y"] < last["y"] + last["height"] <= 844  # all of them can be seen without scrolling


def test_forced_colours_show_bars_and_what_is_chosen(start, visit) -> None:
    page = visit(start(weights="letters", letter="e", count=3), forced_colors="active")
    draw(page)
    page.wait_for_selector("#ranking li")
    for chosen, other in page.evaluate(FORCED):
        assert chosen != other
