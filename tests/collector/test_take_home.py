"""The page to take home, opened as a file in a real Chromium with the network cut off."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import node
import numpy as np
import pytest
from drawing_page import OTHER, STROKE, draw, network_that_reads, until
from PIL import Image
from toolchain import need, run

from charnet import web
from charnet.collector import take_home
from charnet.letters import folder
from charnet.letters.config import LettersConfig
from charnet.networks import classify, json_file, stored
from charnet.pictures import ink
from charnet.spec import Spec
from charnet.web.bundle import bundle

SPEC = Spec(("l", "o", "z"))
LETTERS = Path(take_home.__file__).parents[2] / "data" / "letters"
BY_HAND = "try { localStorage.setItem('charnet.pause', 'off'); } catch { /* a page without a memory */ }"
TRAINED = "() => document.querySelector('.outcome')?.textContent.includes('drawings it never saw')"
RANKING = """() => [...document.querySelectorAll("#ranking .row")].map((row) =>
  [row.dataset.label, Number(row.style.getPropertyValue("--share"))])"""
OWN = "() => [...document.querySelectorAll('#counts .chip span')].map((each) => parseInt(each.textContent))"
FORWARD = """(modules, text, inks) => {
  const { network } = modules["files/weights-file.js"].readWeights(text);
  return inks.map((ink) => modules["perceptron.js"].forward(network, ink).likelihoods);
}"""


@pytest.fixture
def visit(browser, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page from its file; no error may come up in it, and no request leave it."""
    contexts, problems = [], []

    def visit(file: Path, context=None):
        if context is None:
            context = browser.new_context(viewport={"width": 1366, "height": 660}, offline=True, accept_downloads=True)
            context.add_init_script(BY_HAND)
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text))
        page.on("request", lambda request: asked(request.url, file.as_uri()))
        page.goto(file.as_uri())
        until(page, "() => document.querySelector('#counts li')")
        return page

    def asked(url: str, ours: str) -> None:
        if url != ours and not url.startswith(("data:", "blob:null/")):  # what the page itself has made
            problems.append(f"asked for {url}")

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "letters.html"
    path.write_text(take_home.page(network_that_reads("l", SPEC, 0.5), "first", SPEC, LETTERS), encoding="utf-8")
    return path


def download(page, tmp_path: Path, name: str) -> Path:
    """What a link of the dialog In and out saves."""
    if not page.locator("#inout").is_visible():
        page.locator("#menu-button").click() if page.locator("#menu-button").is_visible() else None
        page.get_by_role("button", name="In and out").click()
    with page.expect_download() as saved:
        page.locator("#inout").get_by_role("link", name=name).click()
    path = tmp_path / "saved" / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def train(page, epochs: int = 1) -> None:
    """With few epochs: the slider's step counts from 10 to 10,000."""
    page.get_by_label("Epochs", exact=True).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", epochs
    )
    page.keyboard.press("Control+Enter")
    until(page, TRAINED)


def test_what_is_drawn_and_trained_stays_and_goes_out_as_files(visit, file: Path, tmp_path: Path) -> None:
    page = visit(file)
    draw(page, STROKE)
    page.keyboard.press("Enter")
    until(page, f"() => ({OWN})()[0] === 1")
    train(page)
    draw(page, STROKE, OTHER)
    until(page, f"() => ({RANKING})().length === 3")
    page.keyboard.press("z")
    until(page, f"() => ({OWN})()[2] === 1")
    saved = [download(page, tmp_path, name) for name in ("your drawings", "the network", "C header", "Take it home")]
    assert [path.name for path in saved] == ["letters.zip", "weights.json", "charnet.h", "letters.html"]

    with zipfile.ZipFile(saved[0]) as archive:
        archive.extractall(tmp_path / "letters")
    letters = folder.read(tmp_path / "letters", folder.spec_of(LettersConfig(str(tmp_path / "letters"))))
    assert len(letters) == 2, "what came with the page is not one's own"
    strokes = ink.from_png(tmp_path / "letters" / "l" / "0.png")
    assert strokes and len(strokes) == 1 and np.allclose(strokes[0][0, :2], STROKE[0], atol=0.01)

    classifier = classify.load(saved[1])
    inks = np.random.default_rng(0).random((5, 16, 10)).astype(np.float32)
    shares = node.call(
        ("files/weights-file.js", "perceptron.js"), FORWARD, saved[1].read_text(), inks.reshape(5, -1).tolist()
    )
    np.testing.assert_allclose(shares, classifier.likelihoods(inks), rtol=0, atol=1e-5)
    assert "charnet_rank" in saved[2].read_text()

    page.keyboard.press("Escape")
    draw(page, STROKE, OTHER)
    until(page, f"() => ({RANKING})().length === 3")
    reads = page.evaluate(RANKING)
    page.reload()
    until(page, f"() => ({OWN})().join() === '1,0,1'")
    elsewhere = visit(saved[3])
    assert elsewhere.evaluate(OWN) == [0, 0, 0]
    for opened in (page, elsewhere):
        draw(opened, STROKE, OTHER)
        until(opened, f"(share) => Math.abs(({RANKING})()[0]?.[1] - share) < 1e-5", reads[0][1])
        assert [label for label, _ in opened.evaluate(RANKING)] == [label for label, _ in reads]


def test_files_come_in_and_what_is_wrong_with_others_is_said(visit, file: Path, tmp_path: Path) -> None:
    page = visit(file)
    network = json_file.dump(network_that_reads("o", SPEC, 0.5))
    white, zipped = io.BytesIO(), io.BytesIO()
    Image.new("L", (40, 40), 255).save(white, "PNG")
    with zipfile.ZipFile(zipped, "w") as archive:
        for name in ("l/Anna-0.png", "q/0.png"):
            archive.write(LETTERS / name[0] / "30.png", name)
        archive.writestr("z/1.png", "no picture")
        archive.writestr("z/2.png", white.getvalue())
    whole = zipped.getvalue()
    given = [
        ("letters.zip", whole, "1 added: l 1. 3 could not be:"),
        ("letters.zip", whole, "Nothing was added. 1 is here already. 3 could not be:"),
        ("torn.zip", whole[:200], "It is not a whole zip archive"),
        ("mine.json", network.encode(), "The network mine reads now, as Network 1."),
        ("torn.json", network[:500].encode(), "not JSON, or damaged"),
        ("list.json", b"[1, 2]", "a weights file is an object"),
        ("empty.zip", b"", "It is not a whole zip archive"),
        ("other.json", b'{"a": 1}', "Dimensions is missing"),
    ]
    for name, content, expected in given:
        page.locator("#files").set_input_files([{"name": name, "mimeType": "", "buffer": content}])
        page.locator("#inout", has_text=expected).wait_for()
    assert page.evaluate(OWN) == [1, 0, 0]
    page.locator("#inout").get_by_role("button", name="Close").click()
    draw(page, STROKE)
    until(page, f"() => ({RANKING})()[0]?.[0] === 'o'")


def test_two_tabs_share_what_is_drawn_and_a_private_window_is_told(visit, file: Path) -> None:
    page = visit(file)
    other = visit(file, page.context)
    assert "a private window forgets all" in page.locator("#kept").text_content()
    draw(page, STROKE)
    page.keyboard.press("Enter")
    draw(other, STROKE)
    other.keyboard.press("Enter")
    for each in (page, other):
        until(each, f"() => ({OWN})()[0] === 2")


def test_where_the_browser_keeps_nothing_the_page_says_so_and_works_on(visit, browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 660}, offline=True)
    context.add_init_script(BY_HAND)
    # As in a browser that blocks what sites want to keep.
    context.add_init_script(
        "Object.defineProperty(globalThis, 'indexedDB', { get() { throw new Error('blocked'); } });"
    )
    page = visit(file, context)
    page.locator("#banner", has_text="This browser lets the page keep nothing: save your drawings as a zip").wait_for()
    draw(page, STROKE)
    page.keyboard.press("Enter")
    until(page, f"() => ({OWN})()[0] === 1")
    context.close()


def test_a_training_is_stopped_and_sizes_are_compared(visit, file: Path) -> None:
    page = visit(file)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Stop, and keep the best so far").click()
    until(page, TRAINED)
    page.get_by_role("button", name="Back to the network before").click()
    page.get_by_role("button", name="More drawings?").click()
    page.get_by_role("button", name="Train on 5, 10, 20").click()
    page.get_by_role("button", name="Again", exact=True).wait_for()
    assert page.locator(".size-chart text", has_text="all 16").count() == 1


# Node.js's own parser tells whether two scripts are the same.
PARSED = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const [one, other] = JSON.parse(require("fs").readFileSync(0, "utf8")).map((code) => JSON.stringify(
  parse(code, { ecmaVersion: "latest" }), (key, value) => (key === "start" || key === "end" ? undefined : value)));
console.log(one === other);
"""


def test_without_comments_its_scripts_are_the_same() -> None:
    need("node")
    for entry in (take_home.STATIC / "offline" / "home-page.js", web.FOLDER / "training" / "worker.js"):
        whole, short = bundle(entry), take_home.script(entry)
        assert len(short) < 0.8 * len(whole)
        words = ("node", "--expose-internals", "--eval", PARSED)
        assert run(*words, stdin=json.dumps([whole, short]).encode()) == b"true\n"


def test_a_page_that_does_not_start_says_so_and_one_that_does_is_given_again_as_it_is(
    visit, file: Path, tmp_path: Path
) -> None:
    said = "() => [getComputedStyle(document.documentElement, '::before').content, document.body.checkVisibility()]"
    page = visit(file)
    assert page.evaluate(said) == ["none", True]
    torn = tmp_path / "torn.html"
    torn.write_bytes(file.read_bytes()[:-50_000])
    other = page.context.new_page()
    other.goto(torn.as_uri())
    text, shown = other.evaluate(said)
    assert text.startswith('"This page did not start.') and not shown
    sizes = []
    for _ in range(2):
        saved = download(page, tmp_path, "Take it home")
        sizes.append(len(re.sub(r'"page":"[\d-]+"', "", saved.read_text("utf-8"))))
        page = visit(saved)
    assert sizes[0] == sizes[1]


def test_it_is_one_file_of_less_than_400_kb_for_the_whole_alphabet() -> None:
    source = take_home.page(json_file.read(stored.find("letters")), "letters", Spec(), LETTERS)
    assert len(source.encode()) < 400_000
    assert not re.search(r'(src|href)="(?!data:)', source), "it needs no other file"
