"""What one sees on the first visit: a letter being written, a tour, and in a class the question for a name."""

from dataclasses import replace

from drawing_page import draw, until

# How many pixels are inked between the guide lines.
INKED = """() => {
  const { width } = document.getElementById("sheet");
  const [top, height] = [Math.round(width * 0.4), Math.round(width * 0.3)];
  const { data } = document.getElementById("sheet").getContext("2d").getImageData(0, top, width, height);
  return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""


def test_a_letter_is_written_until_somebody_draws(start, visit) -> None:
    page = visit(start(reads="e"))
    until(page, f"() => ({INKED})() > 200")
    some = page.evaluate(INKED)
    until(page, f"(some) => ({INKED})() > some", some)
    draw(page)
    page.keyboard.press("Escape")
    until(page, f"() => ({INKED})() === 0")
    page.reload()
    until(page, f"() => ({INKED})() > 200")
    page.locator("#mode").select_option("Guided")  # another letter takes its place at once
    page.locator("#wanted").select_option("l")
    page.wait_for_selector("h1:has-text('Draw l')")
    until(page, f"() => ({INKED})() > 200")


def test_nothing_moves_for_those_who_want_no_motion(start, visit) -> None:
    page = visit(start(reads="e"), reduced_motion="reduce")
    until(page, f"() => ({INKED})() > 200")
    whole = page.evaluate(INKED)
    page.wait_for_timeout(300)
    assert page.evaluate(INKED) == whole


def test_the_tour_starts_by_itself_once_and_is_found_again(start, visit) -> None:
    page = visit(start(reads="e"), new=True)
    titles = []
    for number in range(1, 6):
        page.locator("#tour", has_text=f"{number} of 5").wait_for()
        titles.append(page.locator("#tour-title").inner_text())
        box = page.locator("#tour").bounding_box()
        assert box["x"] > 0 and box["y"] > 0 and box["x"] + box["width"] < 1180 and box["y"] + box["height"] < 900
        page.locator("#tour .main").click()
    assert len(set(titles)) == 5
    page.locator("#tour").wait_for(state="hidden")
    page.reload()
    page.wait_for_selector("#counts li")
    draw(page)
    page.wait_for_selector("#ranking li")
    assert page.locator("#tour").is_hidden()
    page.locator("#menu button", has_text="Tour").click()
    page.locator("#tour", has_text="1 of 5").wait_for()
    assert page.evaluate("document.activeElement.id") == "tour-title"
    page.keyboard.press("Escape")
    page.locator("#tour").wait_for(state="hidden")
    assert page.locator("#ranking li").count() > 1  # the drawing is still there


def test_a_phone_of_a_class_is_asked_for_a_name_and_then_has_the_tour(start, visit) -> None:
    program = start(reads="e", host="0.0.0.0", letter="e", count=1)
    teacher = visit(program)
    link = teacher.evaluate("fetch('/api/wall').then((response) => response.json()).then((wall) => wall.address)")
    pupil = visit(replace(program, url=link), new=True, viewport={"width": 390, "height": 844})
    assert pupil.evaluate("document.activeElement.id") == "join-name"
    assert pupil.locator("#tour").is_hidden()
    assert pupil.evaluate("[...document.querySelectorAll('#join code, #join select, #join a')].length") == 0
    pupil.get_by_role("button", name="Start drawing").click()
    pupil.locator("#join-says", has_text="Type a name first.").wait_for()
    pupil.locator("#join-name").fill("Tom")
    pupil.get_by_role("button", name="Start drawing").click()
    pupil.locator("#tour", has_text="1 of 5").wait_for()
    pupil.get_by_role("button", name="Leave the tour").click()
    draw(pupil)
    pupil.keyboard.press("Enter")
    pupil.locator("#task", has_text="1 drawing saved: e 1. Thank you! You can draw more.").wait_for()
    pupil.reload()
    pupil.wait_for_selector("#who:has-text('Tom')")
    assert pupil.evaluate("document.querySelector('dialog[open]')") is None
