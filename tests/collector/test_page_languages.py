"""The page in other languages: all of it is translated, longer words fit, and a choice of language is remembered."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from drawing_page import MISPLACED, STROKE, draw, says, until

LETTERS = Path(__file__).parent.parent.parent / "data" / "letters"
SIZES = ((390, 844), (1100, 800), (1366, 660))
# Words that the pseudo-language would show in brackets were they translated.
UNTRANSLATED = """() => {
  const bare = (text) => {
    for (let before = ""; before !== text;) [before, text] = [text, text.replace(/\\[[^[\\]]*\\]/gu, "")];
    return /\\p{L}{2}/u.test(text);
  };
  const top = document.querySelector("dialog[open], :popover-open") ?? document.body;
  const found = [];
  const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const { parentElement } = node;
    const meant = parentElement.checkVisibility() && !parentElement.closest("[translate=no], script, style");
    if (meant && bare(node.data)) found.push(node.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext"]) {
    for (const element of top.querySelectorAll(`[${name}]`)) {
      const text = element.getAttribute(name);
      if (element.checkVisibility() && bare(text)) found.push(`${name}: ${text}`);
    }
  }
  return found;
}"""


@pytest.fixture
def wrong(start, visit):
    """A page in the pseudo-language, and a function that notes what is wrong with it, by its state."""
    found = {}

    def opened(**config):
        program = start(**config)
        page = visit(
            replace(program, url=f"{program.url}{'&' if '?' in program.url else '?'}lang=pseudo"),
            new=True,
            reduced_motion="reduce",
        )

        def check(state: str) -> None:
            if problems := page.evaluate(UNTRANSLATED) + page.evaluate(MISPLACED):
                found[f"{state} {page.viewport_size['width']}"] = problems

        return page, check

    yield opened
    assert found == {}


def some_letters(tmp_path: Path) -> None:
    for label in "eo":
        folder = tmp_path / "letters" / label
        folder.mkdir(parents=True)
        for n in range(4):
            shutil.copy(LETTERS / label / f"{n}.png", folder)


def at_each_size(page):
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        yield width


def steps(page, check, state: str) -> None:
    for number, step in enumerate(("draw", "train", "look")):
        page.locator("#steps button").nth(number).click()
        check(f"{state}, {step}")


def dialogs(page, check) -> None:
    for name in ("drawings", "class", "keys", "inout"):
        page.evaluate(f"document.querySelector('[aria-controls={name}]').click()")
        if name == "drawings":
            page.locator(".tile").first.wait_for()
        check(name)
        page.keyboard.press("Escape")
    for number in range(page.locator("#views button").count()):
        button = page.locator("#views button").nth(number)
        name = button.inner_text()
        button.evaluate("(button) => button.click()")
        page.wait_for_timeout(100)
        check(name)
        while page.locator("dialog[open] .lesson-told button.main:visible").count():
            page.locator("dialog[open] .lesson-told button.main").click()
            check(f"{name}, {page.locator('#lesson-stage').inner_text()}")
        page.evaluate("document.querySelector('dialog[open]').close()")
    page.locator("#inside .unit button").first.evaluate("(button) => button.click()")
    page.locator("#unit .exciting li").first.wait_for()
    check("unit")
    page.keyboard.press("Escape")
    for opener in page.locator(".why").all():  # explanations
        opener.evaluate("(button) => button.click()")
    check("explanations")
    for opener in page.locator(".why").all():
        opener.evaluate("(button) => button.click()")


def test_in_the_pseudo_language_all_is_translated_and_nothing_overflows(wrong, tmp_path) -> None:
    some_letters(tmp_path)
    page, check = wrong(reads="e", letters="eo", labels="eo", count=3)
    for stop in range(5):
        check(f"tour {stop}")
        page.locator("#tour button.main").click()
    for _ in at_each_size(page):
        steps(page, check, "empty")
        draw(page) if page.locator("#sheet").is_visible() else None
    for _ in at_each_size(page):
        page.locator("#steps button").first.click()
        draw(page, STROKE)
        page.wait_for_selector("#ranking li", state="attached")
        steps(page, check, "drawn")
        if page.locator("#menu-button").is_visible():
            page.locator("#menu-button").click()
            check("menu")
            page.keyboard.press("Escape")
        dialogs(page, check)
        page.keyboard.press("Escape")


def test_in_the_pseudo_language_training_its_result_a_word_and_a_game_fit(wrong, tmp_path) -> None:
    some_letters(tmp_path)
    page, check = wrong(reads="e", labels="eo")
    page.keyboard.press("Escape")  # the tour
    page.locator("#train input[type=range]").last.evaluate(
        "(slider) => { slider.value = 0; slider.dispatchEvent(new Event('input')); }"
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".outcome .result")
    for _ in at_each_size(page):
        steps(page, check, "trained")
    page.locator("#train .actions button:visible").last.evaluate("(button) => button.click()")
    for _ in at_each_size(page):
        check("more drawings?")
    page.keyboard.press("Escape")
    page.locator("#steps button").first.click()
    draw(page, [(0.2, 0.2), (0.2, 0.8)], [(0.8, 0.2), (0.8, 0.8)])
    page.wait_for_selector("#word:visible .letters-read")
    for _ in at_each_size(page):
        steps(page, check, "word")
    page.locator("#steps button").first.click()
    page.locator("#mode").select_option("game")
    for _ in range(10):
        draw(page)
        page.wait_for_selector("#ranking li", state="attached")
        page.keyboard.press("Enter")
    page.wait_for_selector(".game-end:visible")
    for _ in at_each_size(page):
        page.locator("#steps button").first.click()
        check("game")


def test_a_language_is_chosen_by_the_browser_or_by_hand_and_a_drawing_survives_the_change(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=3), locale="de-AT")
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("#prompt").inner_text() == "Zeichne e"
    draw(page)
    says(page, "Das Netz liest")
    page.locator("#menu-button").click()
    page.locator("#language").select_option(label="Français")
    page.wait_for_selector("h1:has-text('Dessine e')")
    page.wait_for_selector("#ranking li")  # the drawing is back on the square
    page.keyboard.press("Enter")
    says(page, "e, numéro 0.")
    page.reload()
    until(page, "document.documentElement.lang === 'fr'")
    assert page.locator("#steps b").all_inner_texts() == ["Dessiner", "Entraîner", "Regarder"]


def test_the_wall_a_class_and_the_question_for_a_name_are_translated_and_fit(wrong, tmp_path) -> None:
    some_letters(tmp_path)
    page, check = wrong(reads="e", host="0.0.0.0")
    page.keyboard.press("Escape")  # the tour
    link = page.evaluate("fetch('/api/wall').then((response) => response.json()).then((wall) => wall.address)")
    page.keyboard.press("F9")
    page.locator("#class .join img").wait_for()
    for _ in at_each_size(page):
        check("class")
    page.goto(f"{page.url.partition('?')[0]}wall?lang=pseudo")
    page.wait_for_selector("#letters li")
    for _ in at_each_size(page):
        check("wall")
    page.context.clear_cookies()
    page.goto(f"{link}&lang=pseudo")
    page.locator("#join button.main").click()  # without a name
    for _ in at_each_size(page):
        check("name")
