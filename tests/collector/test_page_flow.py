"""All modes to their end, taking back, two pages at once, and the program going away."""

import re
import shutil
from math import cos, sin

import pytest
from drawing_page import OTHER, STROKE, draw, files_in, kept, says, until


def test_a_series_ends_by_itself_and_the_page_says_so(start, visit) -> None:
    program = start(letters="ae", count=2)
    page = visit(program, clock=True)
    for label in "aeae":
        page.wait_for_selector(f"h1:has-text('{label}')")
        draw(page)
        page.keyboard.press("Enter")
        says(page, f"Saved: {label}")
    page.wait_for_selector("h1:has-text('Done')")
    assert "4 drawings saved: a 2, e 2." in page.locator("#task").inner_text()
    assert "Now train the network with them" in page.locator("#task").inner_text()
    assert "a 2, e 2" in program.finish()
    page.clock.run_for(2500)  # it looks for the program again, and does not mind that it is gone
    assert page.locator("#banner").is_hidden()
    draw(page)
    assert page.locator("#tools").is_hidden()


def test_every_label_in_turn(start, visit, tmp_path) -> None:
    (tmp_path / "letters/x").mkdir(parents=True)
    (tmp_path / "letters/x/0.png").write_bytes(b"")
    program = start(labels="xyz", count=1)
    page = visit(program)
    for label in "yzx":
        page.wait_for_selector(f"h1:has-text('{label}')")
        draw(page)
        page.locator("#save").click()
        says(page, f"Saved: {label}")
    page.wait_for_selector("h1:has-text('Done')")
    assert "y 1, z 1, x 1" in program.finish()


def test_a_pause_saves_unless_it_is_switched_off_which_is_remembered(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=5), by_itself=True, clock=True)
    draw(page)
    says(page, "Saved:")  # no key was pressed
    page.keyboard.press("Enter")  # a moment too late, which is no reason to say that nothing is drawn
    assert page.locator("#status").inner_text().startswith("Saved:")
    page.locator("#pause").uncheck()
    page.reload()
    page.wait_for_selector("h1 b:has-text('e')")
    assert not page.locator("#pause").is_checked()
    assert page.locator("#strip img").count() == 1  # the page remembers its own samples, too
    draw(page)
    page.clock.run_for(1600)
    assert "4 of 5 left" in page.locator("#task").inner_text()


def test_analysis_of_a_letter_that_the_network_knows(start, visit, tmp_path) -> None:
    program = start(reads="e", mode="analyze", letter="e")
    page = visit(program)
    draw(page)
    page.keyboard.press("Enter")
    says(page, "The network read it right: e. It is not kept.")
    page.wait_for_selector("h1:has-text('Done')")
    assert "Not kept, since the network read them right: e 1" in program.finish()
    assert not (tmp_path / "letters").exists()


def test_analysis_of_a_letter_that_the_network_mistakes(start, visit, tmp_path) -> None:
    program = start(reads="c", mode="analyze", letter="e")
    page = visit(program)
    draw(page)
    page.keyboard.press("Enter")
    says(page, "The network read c; e was number")
    assert page.locator("#ranking li").first.inner_text().startswith("c")
    assert "e 1" in program.finish()
    kept(tmp_path, "e/0.png")


def test_analysis_without_a_network(start, visit) -> None:
    program = start(weights="", mode="analyze", letter="e", environment={"NOTHING_SHIPPED": "1"})
    page = visit(program)
    assert "no network" in page.locator("#notice").inner_text()
    draw(page)
    page.keyboard.press("Enter")
    says(page, "There is no network to read it")
    assert "e 1" in program.finish()


def test_free_play_keeps_under_the_label_that_is_typed_or_chosen(start, visit, tmp_path) -> None:
    program = start(reads="e")
    page = visit(program, clock=True)
    assert page.locator("#pausing").is_hidden()
    page.keyboard.press("q")
    says(page, "Draw first, then choose q.")
    for choose, name in (
        (lambda: page.keyboard.press("q"), "q/0.png"),
        (lambda: page.keyboard.press("Shift+Q"), "q/1.png"),
        (lambda: page.keyboard.press("Enter"), "e/0.png"),  # what the network reads
        (lambda: page.locator("#ranking button").nth(0).click(), "e/1.png"),
        (lambda: page.locator("#counts [data-label=k] button").click(), "k/0.png"),
    ):
        draw(page)
        page.wait_for_selector("#save:has-text('Keep as e')")
        page.wait_for_selector("#ranking button")
        choose()
        says(page, f"Saved: {name[0]}, number {name[2]}.")
        kept(tmp_path, name)
    draw(page)
    page.clock.run_for(1600)  # no pause saves what nobody has named
    assert page.evaluate("fetch('/api/state').then(r => r.json()).then(s => s.saved)") == {"q": 2, "e": 2, "k": 1}
    assert "q 2, e 2, k 1" in program.end()


def test_letters_drawn_beside_each_other_are_read_as_a_word(start, visit, tmp_path) -> None:
    page = visit(start(weights="letters"))
    stem, ring = [(0.2, 0.3), (0.2, 0.7)], [(0.45 + 0.1 * cos(a / 5), 0.6 + 0.1 * sin(a / 5)) for a in range(-8, 25)]
    draw(page, stem)
    page.wait_for_selector("#ranking li")
    assert page.locator("#word").is_hidden()
    draw(page, ring)
    page.locator(".letters-read", has_text=re.compile("^lo$")).wait_for()
    says(page, "The network reads lo.")
    assert page.locator("#ranking").is_hidden()
    square, first = page.locator("#sheet").bounding_box(), page.locator("#boxes span").nth(0).bounding_box()
    assert first["x"] - square["x"] == pytest.approx(0.182 * square["width"], abs=3)
    assert first["height"] == pytest.approx(0.436 * square["height"], abs=3)
    page.keyboard.press("Enter")
    says(page, "One drawing is kept as one letter.")
    page.keyboard.press("Backspace")  # the stem is left, which is one letter
    page.wait_for_selector("#save:has-text('Keep as l')")
    page.wait_for_selector("#ranking li:visible")
    assert page.locator("#boxes span").count() == 0
    page.keyboard.press("Enter")
    says(page, "l, number 0.")
    # Whoever says that it is one letter knows better.
    draw(page, stem, ring)
    page.locator(".letters-read", has_text="lo").wait_for()
    page.keyboard.press("k")
    says(page, "k, number 0.")
    assert page.locator("#word").is_hidden()
    assert len(kept(tmp_path, "k/0.png")) == 2


def test_undo_and_clear(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=9))
    draw(page, STROKE, OTHER, STROKE)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    says(page, "e, number 0.")
    assert len(kept(tmp_path, "e/0.png")) == 2
    draw(page, STROKE, OTHER)
    page.keyboard.press("Control+z")
    page.locator("#undo").click()
    page.keyboard.press("Enter")
    says(page, "Nothing is drawn yet.")
    draw(page, STROKE, OTHER)
    page.keyboard.press("Escape")
    assert page.locator("#picture").is_hidden()
    draw(page, OTHER)
    page.locator("#save").click()
    says(page, "e, number 1.")
    assert len(kept(tmp_path, "e/1.png")) == 1


def test_removing_and_bringing_back(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=9))
    for n in range(3):
        draw(page)
        page.keyboard.press("Enter")
        says(page, f"e, number {n}.")
    page.keyboard.press("Delete")
    says(page, "Removed e, number 2")
    page.locator("#remove").click()
    says(page, "Removed e, number 1")
    assert page.locator("#strip img").count() == 1
    assert "8 of 9 left" in page.locator("#task").inner_text()
    page.locator("#restore").click()
    says(page, "Back: ")
    page.keyboard.press("Shift+Delete")
    says(page, "e, number 2.")
    assert "6 of 9 left" in page.locator("#task").inner_text()
    page.keyboard.press("Shift+Delete")
    says(page, "There is nothing to bring back.")
    assert sorted(path.name for path in (tmp_path / "letters/e").iterdir()) == ["0.png", "1.png", "2.png"]


def test_the_last_drawing_can_be_taken_back_before_the_end(start, visit) -> None:
    program = start(letter="e", count=1)
    page = visit(program)
    draw(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Done')")
    page.keyboard.press("Delete")
    page.wait_for_selector("h1:has-text('Draw')")
    draw(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Done')")
    assert "e 1" in program.end()


def test_two_pages_share_the_plan_and_keep_their_own_drawings(start, visit, tmp_path) -> None:
    program = start(letters="ab", count=1)
    one = visit(program)
    two = visit(program, one.context)
    draw(one)
    one.keyboard.press("Enter")
    says(one, "a, number 0.")
    two.wait_for_selector("h1:has-text('b')")  # without having been touched
    assert two.locator("#strip img").count() == 0
    draw(two)
    two.keyboard.press("Enter")
    says(two, "b, number 0.")
    one.wait_for_selector("h1:has-text('Done')")
    assert "a 1, b 1" in program.finish()


def test_what_was_asked_for_stays_while_it_is_drawn_even_if_another_page_draws_it_too(start, visit, tmp_path) -> None:
    program = start(letters="ab", count=1)
    one = visit(program)
    two = visit(program, one.context)
    draw(two)
    draw(one)
    one.keyboard.press("Enter")
    says(one, "a, number 0.")
    two.wait_for_selector("#counts [data-label=a]:has-text('1')")  # it knows of the other
    assert two.locator("h1").inner_text().split() == ["Draw", "a"]
    two.keyboard.press("Enter")
    says(two, "a, number 1.")
    assert two.locator("h1").inner_text().split() == ["Draw", "b"]
    draw(two)
    two.keyboard.press("Enter")
    assert "a 2, b 1" in program.finish()


def test_the_program_goes_away_while_drawing_and_comes_back(start, visit, tmp_path) -> None:
    program = start(reads="e", letter="e", count=3)
    page = visit(program)
    draw(page, STROKE, up=False)
    page.wait_for_selector("#ranking li")
    program.process.kill()
    program.process.wait()
    page.mouse.move(*[600, 500])
    page.wait_for_selector("#banner:has-text('does not answer')")
    page.mouse.up()
    draw(page, OTHER)  # one can go on
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    draw(page, STROKE)  # but not begin another, which could not be saved
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.locator(".outcome", has_text="does not answer").wait_for()
    again = start(reads="e", letter="e", count=3, port=program.port)
    says(page, "Saved:")
    until(page, "!document.querySelector('.outcome').textContent")
    assert page.locator("#banner").is_hidden()
    assert len(kept(tmp_path, "e/0.png")) == 2
    assert "2 of 3 left" in page.locator("#task").inner_text()
    draw(page)
    page.keyboard.press("Enter")
    says(page, "e, number 1.")
    assert "e 2" in again.end()


def test_a_drawing_that_waits_for_the_program_can_be_taken_back(start, visit, tmp_path) -> None:
    program = start(letter="e", count=3)
    page = visit(program)
    program.process.kill()
    program.process.wait()
    draw(page, STROKE, OTHER)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/api/samples")):
        page.keyboard.press("Enter")
    page.wait_for_selector("#banner:has-text('does not answer')")
    says(page, "e waits to be saved. Backspace takes it back.")
    page.wait_for_timeout(100)  # so that the outbox is at rest
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: "/api/state" in answer.url, timeout=60000):
        start(letter="e", count=3, port=program.port)
    page.wait_for_selector("#banner", state="hidden")
    page.wait_for_timeout(200)
    assert not (tmp_path / "letters").exists()


def test_what_the_program_refuses_is_told_and_the_drawing_stays(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=3))
    (tmp_path / "letters").write_text("a file where the folder should be")
    draw(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#banner:has-text('That did not work')")
    (tmp_path / "letters").unlink()
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert page.locator("#banner").is_hidden()


def test_a_phone_with_the_secret_draws_and_without_it_sees_nothing(start, visit, browser, tmp_path) -> None:
    program = start(host="0.0.0.0", letter="e", count=2)
    page = visit(program)
    draw(page)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    page.goto(program.url.partition("?")[0])  # the cookie is enough from now on
    page.wait_for_selector("h1 b:has-text('e')")
    context = browser.new_context()
    answer = context.new_page().goto(program.url.partition("?")[0])
    assert answer.status == 403
    context.close()


def test_what_waits_for_the_program_stays_its_writers(start, visit, tmp_path) -> None:
    program = start(letter="e", count=3)
    page = visit(program)
    page.evaluate("localStorage.setItem('charnet.writer', 'Anna')")
    page.reload()
    page.wait_for_selector("#who:has-text('Anna')")
    page.wait_for_selector("h1 b:has-text('e')")  # the page knows the plan, and so which letter a drawing is
    program.process.kill()
    program.process.wait()
    draw(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#banner:has-text('does not answer')")
    page.locator("#who").click()
    page.locator("#writer").fill("Ben")
    page.keyboard.press("Enter")
    page.wait_for_selector("#who:has-text('Ben')")
    start(letter="e", count=3, mode="analyze", port=program.port)
    page.wait_for_selector("#banner", state="hidden")
    until(page, "document.querySelector('#counts [data-label=e]').innerText.includes('1')")
    assert files_in(tmp_path / "letters") == ["e/Anna-0.png"]


def test_what_is_in_the_trash_no_more_is_told_once(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=3))
    for number in range(2):
        draw(page)
        page.keyboard.press("Enter")
        says(page, f"Saved: e, number {number}.")
    for number in (1, 0):
        page.keyboard.press("Delete")
        says(page, f"Removed e, number {number}")
    shutil.rmtree(tmp_path / ".letters-trash/e", ignore_errors=True)
    for path in (tmp_path / ".letters-trash").rglob("*.png"):
        path.unlink()
    page.keyboard.press("Shift+Delete")
    says(page, "Not brought back: e/0 is not in the trash")
    page.keyboard.press("Shift+Delete")
    says(page, "Not brought back: e/1 is not in the trash")
    page.keyboard.press("Shift+Delete")
    says(page, "There is nothing to bring back")


@pytest.mark.parametrize("storage", ["blocked", "full"])
def test_a_browser_that_remembers_nothing(start, browser, storage: str) -> None:
    program = start(letter="e", count=3)
    context = browser.new_context()
    denied = "get() { throw new DOMException('denied', 'SecurityError') }"
    fake = "get: () => ({ getItem: () => null, setItem() { throw new DOMException('full', 'QuotaExceededError') } })"
    for name in ("localStorage", "sessionStorage"):
        getter = denied if storage == "blocked" else fake
        context.add_init_script(f"Object.defineProperty(window, '{name}', {{ {getter} }});")
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(program.url)
    page.wait_for_selector("#counts li")
    page.locator("#pause").uncheck()
    page.keyboard.press("F9")
    page.locator("#writer").fill("Ben")  # lasts as long as the page
    page.keyboard.press("Enter")
    draw(page)
    page.keyboard.press("Enter")
    says(page, "Ben-0.")
    assert problems == []
    context.close()


def test_an_unsaved_drawing_survives_back_and_reload(start, visit, tmp_path) -> None:
    program = start(letters="et", count=2)
    page = visit(program)
    draw(page, STROKE)
    page.reload()
    page.wait_for_selector("#ranking li")
    draw(page, OTHER)
    page.goto(program.url + "wall")
    page.go_back()
    page.wait_for_selector("#ranking li")
    page.keyboard.press("Enter")
    says(page, "e, number 0.")
    assert len(kept(tmp_path, "e/0.png")) == 2
    page.reload()
    page.wait_for_selector("#counts li")
    page.keyboard.press("Enter")
    says(page, "Nothing is drawn yet.")
    assert page.locator("#ranking li").count() == 0
