"""The exported page, opened as a file in a real Chromium with the network cut off."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from drawing_page import CONTRAST, OTHER, STROKE, UNNAMED, draw, places, until
from PIL import Image
from samples import make_network
from web_modules import Ink

from charnet.exports.html import html
from charnet.networks import classify, json_file, stored
from charnet.pictures import images, ink
from charnet.spec import Spec

HOSTILE = ("</script><script", "<!--", "<img onerror=x>", "$script", "${style}", "é“&amp;")
# What a hand does that drops or pastes a file onto the page.
GIVE = """([kind, type, name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  const event = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""
READING = """() => [...document.querySelectorAll("#ranking li")].map((row) =>
  [row.querySelector("span").textContent, Number(row.firstChild.style.getPropertyValue("--share"))])"""


@pytest.fixture
def visit(browser, tmp_path: Path) -> Iterator[Callable]:
    """Open the page of a network from its file; no error may come up in it and no request leave it."""
    contexts, problems = [], []

    def visit(weights: Path, width: int = 1100, height: int = 900, **options: object):
        file = tmp_path / "page.html"
        file.write_text(html(weights), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text))
        page.on("dialog", lambda dialog: (problems.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: asked(request.url, file.as_uri()))
        page.goto(file.as_uri())
        return page

    def asked(url: str, ours: str) -> None:
        if url != ours and not url.startswith("data:"):
            problems.append(f"asked for {url}")

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


def give(page, how: str, file: bytes, kind: str = "image/png", name: str = "letter.png") -> None:
    page.evaluate(GIVE, [how, kind, name, base64.b64encode(file).decode()])


def reads(page) -> list[tuple[str, float]]:
    page.wait_for_selector("#ranking li")
    return [(label, share) for label, share in page.evaluate(READING)]


def agrees(shown: list[tuple[str, float]], expected: classify.Ranking, within: float = 1e-3) -> None:
    np.testing.assert_allclose([share for _, share in shown], [share for _, share in expected[:6]], rtol=0, atol=within)
    assert shown[0][0] == expected[0][0]


def strokes_on(page, *strokes) -> Ink:
    """What a mouse leaves on the square where `draw` moves it, as the sheet rounds it."""
    box = page.locator("#sheet").bounding_box()
    return [
        [[round((x - box["x"]) / box["width"], 4), round((y - box["y"]) / box["height"], 4)] for x, y in pixels]
        for pixels in (places(page, stroke) for stroke in strokes)
    ]


@pytest.mark.parametrize(("name", "most"), [("letters", 150_000), ("letters-cnn", 1_000_000)])
def test_it_is_one_small_file_that_reads_what_is_drawn_as_python_does(visit, name: str, most: int) -> None:
    classifier = classify.load(name)
    page = visit(stored.find(name))
    assert len(html(stored.find(name)).encode()) < most
    draw(page, STROKE, OTHER)
    shows(page, ranked(classifier, strokes_on(page, STROKE, OTHER)))
    page.locator("#status", has_text="The network reads").wait_for(state="attached")


def shows(page, expected: classify.Ranking) -> None:
    """Wait until the page shows that, which it does a frame after the last movement."""
    until(page, f"(share) => Math.abs(({READING})()[0]?.[1] - share) < 1e-3", expected[0][1])
    agrees(reads(page), expected)


def ranked(classifier: classify.Classifier, strokes: Ink) -> classify.Ranking:
    return classifier.ranking(classifier.likelihoods(ink.framed(strokes, classifier.spec)[None])[0])


def test_it_reads_while_the_pen_is_down_and_undo_and_clear_take_back(visit) -> None:
    classifier = classify.load("letters")
    page = visit(stored.find("letters"))
    assert page.locator("#waiting").is_visible() and not page.locator("#picture").is_visible()
    draw(page, STROKE, up=False)
    shows(page, ranked(classifier, strokes_on(page, STROKE)))
    page.mouse.up()
    draw(page, OTHER)
    shows(page, ranked(classifier, strokes_on(page, STROKE, OTHER)))
    page.keyboard.press("Control+z")
    shows(page, ranked(classifier, strokes_on(page, STROKE)))
    page.keyboard.press("Escape")
    assert page.locator("#waiting").is_visible() and page.locator("#ranking li").count() == 0
    draw(page)
    page.locator("#undo").click()
    assert page.locator("#clear").get_attribute("aria-disabled") == "true"


def test_the_keyboard_draws_too(visit) -> None:
    page = visit(stored.find("letters"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "sheet"
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    assert len(reads(page)) == 6


@pytest.mark.parametrize("framing", ["moments", "fit", "corner"])
def test_pictures_that_are_dropped_are_read_as_python_reads_them(visit, framing: str, tmp_path: Path) -> None:
    json_file.write(tmp_path / "weights.json", make_network(Spec(framing=framing), seed=3))
    page = visit(tmp_path / "weights.json")
    network = classify.load(tmp_path / "weights.json")
    expected = []
    for number, strokes in enumerate([[STROKE], [[(0.3, 0.1), (0.35, 0.9)], [(0.1, 0.4), (0.8, 0.5)]]]):
        drawn = ink.draw(strokes, Spec(width=20, height=20))
        light = np.linspace(0.6, 0.9, drawn.shape[1]) * (1 - 0.8 * drawn)
        path = tmp_path / f"{number}.png"
        Image.fromarray((255 * light).astype(np.uint8)).save(path)
        give(page, "drop", path.read_bytes())
        page.wait_for_selector("#given:visible")
        # The page levels the paper as `to_ink` does; it does not look for the letter on a desk, as photo.py does.
        framed = images.frame(images.to_ink(images.decode(path)), Spec(framing=framing))
        expected.append(network.ranking(network.likelihoods(framed[None])[0]))
        until(page, f"(share) => Math.abs(({READING})()[0]?.[1] - share) < 5e-3", expected[-1][0][1])
        agrees(reads(page), expected[-1], within=5e-3)
    assert expected[0] != expected[1]
    draw(page)  # a drawing takes the place of the picture
    assert not page.locator("#given").is_visible()


def test_pictures_that_are_pasted_or_chosen_are_read_and_others_refused(visit, tmp_path: Path) -> None:
    page = visit(stored.find("letters"))
    classifier = classify.load("letters")
    file = ink.to_png(ink.framed([STROKE], Spec()))
    (tmp_path / "letter.png").write_bytes(file)
    expected = classifier.rank(tmp_path / "letter.png")
    give(page, "paste", file)
    agrees(reads(page), expected)
    page.keyboard.press("Escape")
    with page.expect_file_chooser() as chooser:
        page.locator("#open").click()
    chooser.value.set_files(tmp_path / "letter.png")
    agrees(reads(page), expected)
    give(page, "drop", b"words", "text/plain", "<b>words.txt")
    page.locator("#banner", has_text="<b>words.txt is not a picture that this browser can read").wait_for()
    assert page.locator("#ranking li").count() == 0
    Image.new("L", (50, 50), 200).save(tmp_path / "blank.png")
    give(page, "drop", (tmp_path / "blank.png").read_bytes())
    page.locator("#banner", has_text="The picture is blank").wait_for()


def test_the_last_of_several_pictures_counts_and_a_drawing_more_than_one_on_its_way(visit) -> None:
    classifier = classify.load("letters")
    page = visit(stored.find("letters"))
    files = [ink.to_png(ink.draw([stroke], Spec(width=60, height=60))) for stroke in (STROKE, OTHER)]
    for file in files:
        give(page, "drop", file)
    shows(page, classifier.rank(files[1]))
    give(page, "drop", files[0])
    draw(page, OTHER)
    page.wait_for_timeout(300)
    shows(page, ranked(classifier, strokes_on(page, OTHER)))
    assert not page.locator("#given").is_visible()


def test_labels_cannot_break_out_of_the_page(visit, tmp_path: Path) -> None:
    spec = Spec(HOSTILE)
    json_file.write(tmp_path / "weights.json", make_network(spec))
    page = visit(tmp_path / "weights.json")
    draw(page)
    assert {label for label, _ in reads(page)} == set(spec.labels)
    text = html(tmp_path / "weights.json")
    assert len(re.findall("</script", text, re.IGNORECASE)) == 2


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text("{}")
    with pytest.raises(ValueError, match=r"weights\.json: Dimensions is missing"):
        html(tmp_path / "weights.json")
    (tmp_path / "weights.onnx").write_text("{}")
    with pytest.raises(ValueError, match=r"weights\.onnx: "):
        html(tmp_path / "weights.onnx")


@pytest.mark.parametrize("name", ["FullCharacterRecognition", "EricCharacterRecognition", "Logic"])
def test_the_originals_networks_open(visit, real_data: Path, name: str) -> None:
    weights = real_data / f"original/Networks/{name}.json"
    page = visit(weights)
    draw(page)
    shows(page, ranked(classify.load(weights), strokes_on(page, STROKE)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1100, 1920])
def test_how_it_looks(visit, width: int, scheme: str) -> None:
    page = visit(stored.find("letters"), width, 900, color_scheme=scheme, has_touch=width < 500, is_mobile=width < 500)
    box = page.locator("#sheet").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1) and box["width"] >= min(width - 40, 400)
    assert box["x"] + box["width"] / 2 == pytest.approx(page.evaluate("document.body.clientWidth") / 2, abs=1)
    before = page.evaluate("document.documentElement.scrollHeight")
    draw(page)
    reads(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") == before  # nothing jumps when it reads
    page.evaluate("document.getElementById('banner').hidden = false")
    page.evaluate("document.getElementById('banner').textContent = 'x'")
    ratio, text = page.evaluate(CONTRAST)[0]
    assert ratio >= 4.5, text
    assert page.evaluate(UNNAMED) == []


def test_each_part_that_the_keyboard_reaches_shows_it(visit) -> None:
    page = visit(stored.find("letters"))
    for part in ("sheet", "undo", "clear", "open"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == part
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
