"""The least confidence of a sure answer, moved on the page."""

from typing import Any

import pytest
from drawing_page import OTHER, STROKE, draw, until

from charnet.networks import classify

DOUBT = "() => document.getElementById('doubt').textContent"


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])  # read in the page, and by the server
def test_the_limit_can_be_moved_and_is_remembered(start, visit, name: str) -> None:
    program = start(weights=name)
    page = visit(program)
    own = f"{100 * classify.load(name).least:.0f} %"
    slider = page.get_by_label("Not sure below")
    until(page, "own => document.querySelector('.doubt-limit output').textContent === own", own)
    draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false] li")
    page.wait_for_load_state("networkidle")
    before = page.evaluate(DOUBT)
    slider.fill("100")
    until(page, f"({DOUBT})().startsWith('Not sure: ')")
    assert "This answer's confidence is" in page.locator(".doubt-limit").inner_text()
    page.reload()
    page.wait_for_selector("#counts li")
    page.wait_for_selector("#ranking[aria-busy=false] li")  # the drawing has come back
    until(page, f"({DOUBT})().startsWith('Not sure: ')")
    assert slider.input_value() == "100"
    page.get_by_role("button", name="Use its own").click()
    until(page, f"before => ({DOUBT})() === before", before)
    assert page.locator(".doubt-limit output").inner_text() == own
    assert page.get_by_role("button", name="Use its own").is_hidden()


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])
def test_a_drawing_that_comes_back_before_the_network_is_read_again_with_the_limit(start, visit, name: str) -> None:
    page = visit(start(weights=name))
    draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false] li")
    page.get_by_label("Not sure below").fill("100")
    until(page, f"({DOUBT})().startsWith('Not sure: ')")
    held: list[Any] = []
    page.route("**/api/network*", lambda route: held.append(route))
    page.reload()
    page.wait_for_selector("#ranking[aria-busy=false] li")  # the server has read the drawing
    for route in held:
        route.continue_()
    until(page, f"({DOUBT})().startsWith('Not sure: ')")
