"""A class on the page: writers, the wall, modes that are changed, a game, and what is saved by itself."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from drawing_page import CONTRAST, OTHER, UNNAMED, draw, files_in, kept, network_that_reads, says, until

from charnet.networks import json_file

STEM, DOT = [(0.5, 0.4), (0.5, 0.5), (0.5, 0.7)], [(0.5, 0.2), (0.51, 0.21)]


def test_nothing_is_saved_by_itself_that_the_network_reads_otherwise(start, visit, tmp_path) -> None:
    page = visit(start(reads="x", letter="e", count=3), by_itself=True)
    draw(page)
    says(page, "I expected e, this looks like x. Keep it?")  # after a pause
    assert page.locator("#save").inner_text().startswith("Keep as e")
    assert not (tmp_path / "letters").exists()
    draw(page, OTHER, up=False)  # going on takes the question back
    page.wait_for_selector("#save:has-text('Save')")
    page.mouse.up()
    says(page, "I expected e")
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert len(kept(tmp_path, "e/0.png")) == 2


def test_the_stem_of_an_i_waits_for_its_dot(start, visit, tmp_path) -> None:
    page = visit(start(reads="i", letters="ie", count=1), by_itself=True, clock=True)
    draw(page, STEM)
    page.clock.run_for(1600)  # as for someone who looks up
    assert not (tmp_path / "letters").exists()
    says(page, "Does the i have all its strokes?")
    draw(page, DOT)
    says(page, "Saved:")
    assert files_in(tmp_path / "letters") == ["i/0.png"]
    assert len(kept(tmp_path, "i/0.png")) == 2


def test_without_a_network_nothing_is_saved_by_itself(start, visit, tmp_path) -> None:
    program = start(letter="e", labels="e", count=3, weights="", environment={"NOTHING_SHIPPED": "1"})
    page = visit(program, by_itself=True)
    draw(page)
    says(page, "There is no network")


def test_another_network_has_the_last_word_on_what_is_saved_by_itself(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", letter="e", count=3), by_itself=True)
    page.route("**/api/samples", lambda route: route.fulfill(json={"kept": False, "ranking": [["x", 0.9], ["e", 0.1]],
               "picture": "data:,", "ink": [0] * 160, "hidden": None, "network": "new"}))  # fmt: skip
    draw(page)
    says(page, "I expected e, this looks like x. Keep it?")
    page.unroute("**/api/samples")
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert len(kept(tmp_path, "e/0.png")) == 1


def test_drawings_carry_the_name_of_their_writer_which_the_browser_remembers(start, visit, tmp_path) -> None:
    program = start(reads="e", letters="ea", count=2)
    page = visit(program)
    page.get_by_role("button", name="Who draws?").click()
    assert page.evaluate("document.activeElement.id") == "writer"
    page.keyboard.type("Anna Maria")
    assert "without spaces" in page.locator("#writer-says").inner_text()
    page.locator("#writer").fill("Anna")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Anna draws here").wait_for()
    draw(page)
    page.keyboard.press("Enter")
    says(page, "Anna-0.")
    page.locator("#class .writers", has_text="Anna").wait_for(state="attached")
    page.keyboard.press("Delete")
    says(page, "Removed e, Anna-0")
    page.keyboard.press("Shift+Delete")
    says(page, "Back: ")
    page.reload()
    page.get_by_role("button", name="Anna draws here").wait_for()
    until(page, "document.querySelector('h1').innerText.split(/\\s+/).join() === 'Draw,a'")  # her own plan
    other = visit(program)
    assert other.locator("h1").inner_text().split() == ["Draw", "e"]
    assert files_in(tmp_path / "letters") == ["e/Anna-0.png"]


def test_mode_and_letter_are_changed_on_the_page(start, visit, tmp_path) -> None:
    page = visit(start(reads="e"))
    assert page.locator("#wanted").is_hidden()
    page.locator("#mode").select_option("Guided")
    page.wait_for_selector("h1:has-text('Draw a')")
    assert page.locator("#task").inner_text() == "78 of 78 left"
    page.locator("#wanted").select_option("q")
    page.wait_for_selector("h1:has-text('Draw q')")
    page.locator("#count").select_option("1 each")
    page.locator("#task", has_text="last").wait_for()
    page.locator("#mode").select_option("Analyze")
    page.locator("#task", has_text="Kept only if").wait_for()
    draw(page)
    page.keyboard.press("Enter")
    says(page, "The network read e; q was number")
    page.wait_for_selector("h1:has-text('Done')")
    page.locator("#mode").select_option("Free play")
    page.wait_for_selector("h1:has-text('Draw what you like')")
    assert files_in(tmp_path / "letters") == ["q/0.png"]


def test_after_the_end_of_a_plan_there_is_more(start, visit) -> None:
    page = visit(start(reads="e", letter="e", count=1))
    for n in range(2):
        draw(page)
        page.keyboard.press("Enter")
        says(page, f"e, number {n}.")
        page.wait_for_selector("h1:has-text('Done')")
        page.get_by_role("button", name="Draw more").click()
        page.wait_for_selector("h1:has-text('Draw e')")


def test_a_game_of_ten_letters(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", labels="ec"), by_itself=True, clock=True)
    page.locator("#mode").select_option("Game")
    rounds = score = 0
    found = []
    while rounds < 10:
        page.locator("#task", has_text=f"Letter {rounds + 1} of 10. Score {score}").wait_for()
        assert page.locator(".dots li").evaluate_all("all => all.map((each) => each.className)")[: rounds + 1] == [
            *found,
            "now",
        ]
        asked = page.locator("h1").inner_text().split()[-1]
        draw(page)
        page.clock.run_for(1600)
        if asked == "e":
            score += 1
            says(page, "Read: e.")  # by itself
        else:
            says(page, "It looks like e.")
            page.keyboard.press("Enter")
            says(page, "The network read e for c.")
        rounds += 1
        found.append("right" if asked == "e" else "wrong")
    page.wait_for_selector("h1:has-text('Done')")
    assert f"{score} of 10 read. Longest streak 1, the best so far 1." in page.locator("#task").inner_text()
    page.locator(".game-end p", has_text=f"{score} of 10 in ").wait_for()
    page.locator(".game-end p", has_text="The best so far!").wait_for()
    assert page.locator(".game-end li span").all_inner_texts() == [
        "e" if each == "right" else "c → e" for each in found
    ]
    page.get_by_role("button", name="Play again").click()
    assert page.locator(".game-end").is_hidden()
    page.locator("#task", has_text="Letter 1 of 10. Score 0").wait_for()
    page.locator("#mode").select_option("Free play")
    page.wait_for_selector("h1:has-text('Draw what you like')")
    assert page.locator(".game-board").is_hidden()
    until(page, "!document.querySelector('#ranking li') && !document.getElementById('status').textContent")
    assert not (tmp_path / "letters").exists()


def test_counts_tell_own_drawings_from_starter_letters(start, visit, letters, tmp_path) -> None:
    page = visit(start(reads="o", letter="o", count=5))
    before = page.locator("#counts [data-label=o]").inner_text()
    draw(page)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    until(page, "old => document.querySelector('#counts [data-label=o]').innerText !== old", before)
    own = page.evaluate("fetch('/api/state').then(r => r.json()).then(s => [s.own.o, s.counts.o])")
    assert re.findall(r"\d+", page.locator("#counts [data-label=o]").inner_text()) == [
        str(n) for n in ([own[0]] if own[0] == own[1] else [own[0], own[1] - own[0]])
    ]


def test_the_secret_leaves_the_address(start, visit, browser) -> None:
    program = start(host="0.0.0.0", letter="e", count=2)
    page = visit(program)
    assert "key=" in program.url and "key=" not in page.url
    assert page.locator("#cookies").is_hidden()
    page.go_back()
    assert "key=" not in page.url
    stranger = browser.new_context()
    page = stranger.new_page()
    page.route(re.compile(r"\.(css|js)$"), lambda route: route.fulfill(status=403))  # as without the cookie
    page.goto(program.url)
    assert page.locator("#cookies").is_visible() and "Allow cookies" in page.locator("#cookies").inner_text()
    stranger.close()
    stranger = browser.new_context()
    page = stranger.new_page()
    page.goto(program.url.partition("?")[0] + "wall")
    assert "secret is missing" in page.locator("p").inner_text()
    stranger.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_wall_shows_drawings_as_they_arrive(start, visit, tmp_path, scheme: str) -> None:
    program = start(reads="e", host="0.0.0.0", letter="e", count=5)
    page = visit(program)
    page.keyboard.press("F9")
    page.locator("#writer").fill("Ben")
    page.keyboard.press("Enter")
    wall = page.context.new_page()
    wall.emulate_media(color_scheme=scheme)
    wall.goto(program.url.replace("/?", "/wall?"))
    wall.get_by_text("Nothing yet").wait_for()
    assert "key=" not in wall.url
    wall.get_by_alt_text("QR code").wait_for()
    link = wall.locator("#address").inner_text()  # the pupils', not the teacher's
    assert link.split("?")[0] == urlsplit(program.url).netloc + "/" and program.url.partition("key=")[2] not in link
    for n in range(2):
        draw(page)
        page.keyboard.press("Enter")
        says(page, f"Ben-{n}.")
    wall.locator("#latest li").nth(1).wait_for()
    assert wall.locator("#latest li").first.inner_text().split() == ["e", "Ben"]
    assert wall.locator("#writers").inner_text().split() == ["Ben", "2"]
    assert wall.locator("#total").inner_text() == "2 drawn by hand"
    until(wall, "document.querySelector('#latest img').naturalWidth === 10")
    assert wall.evaluate(UNNAMED) == []
    ratio, text = wall.evaluate(CONTRAST)[0]
    assert ratio >= 4.5, text
    page.keyboard.press("Delete")
    until(wall, "document.querySelectorAll('#latest li').length === 1")


def test_a_network_may_know_other_letters_than_the_game(start, visit, tmp_path) -> None:
    json_file.write(tmp_path / "weights.json", network_that_reads("e"))
    page = visit(start(labels="12", weights=str(tmp_path / "weights.json")))
    page.locator("#mode").select_option("Game")
    says(page, "There is no network to play with.")
    until(page, "document.getElementById('mode').value === 'free'")


def test_a_pupils_page_shows_what_it_may_do_and_the_teachers_decides(start, visit) -> None:
    program = start(reads="e", host="0.0.0.0", letter="e", count=5)
    teacher = visit(program)
    link = teacher.evaluate("fetch('/api/wall').then((response) => response.json()).then((wall) => wall.address)")
    pupil = visit(replace(program, url=link))
    until(pupil, "document.documentElement.dataset.lacks.includes('manage')")
    hidden = "[...document.querySelectorAll('[data-needs]:not([data-needs=serve])')]"
    hidden += ".every((e) => !e.checkVisibility())"
    assert pupil.evaluate(hidden) and not teacher.evaluate(hidden)
    instead = "document.querySelector('[data-without]').checkVisibility()"
    assert not teacher.evaluate(instead)
    pupil.locator("#join-name").fill("Anna Maria")
    pupil.keyboard.press("Enter")
    pupil.locator("#join-says", has_text="without spaces").wait_for()
    pupil.locator("#join-name").fill("Anna")
    asked = []
    pupil.on("request", lambda request: asked.append(request) if request.url.endswith("/api/name") else None)
    pupil.get_by_role("button", name="Start drawing").dblclick()  # once is enough
    until(pupil, "document.documentElement.dataset.lacks === 'train manage'")
    assert pupil.evaluate("document.querySelector('dialog[open]')") is None
    assert len(asked) == 1
    pupil.keyboard.press("F2")
    assert pupil.evaluate(instead)
    draw(pupil)
    pupil.keyboard.press("Enter")
    says(pupil, "Anna-0.")
    pupil.keyboard.press("Delete")
    says(pupil, "Removed e, Anna-0")
    teacher.keyboard.press("F9")
    teacher.locator("#pupils-train").check()
    until(pupil, "document.documentElement.dataset.lacks === 'manage'")
    assert not pupil.evaluate(instead)
    teacher.locator("#taken-names").select_option("Anna")
    teacher.get_by_role("button", name="Free this name").click()
    until(pupil, "document.documentElement.dataset.lacks.includes('save')")
    pupil.wait_for_selector("#join[open]")  # it asks again
    assert pupil.locator("#writer").input_value() == ""
