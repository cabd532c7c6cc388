"""What tests of the drawing page share: drawings, a network that reads one letter, and a hand on the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from charnet.collector import CollectConfig, app
from charnet.collector.credentials import Keys
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig
from charnet.networks import json_file
from charnet.pictures import ink
from charnet.spec import Spec

INK = [[[0.3, 0.3, 0, 0.5], [0.7, 0.3, 20, 0.5]], [[0.5, 0.1, 300, 0.2], [0.45, 0.9, 350, 1]]]  # a t
STROKE = [(0.2, 0.2), (0.4, 0.3), (0.6, 0.5), (0.8, 0.8)]
OTHER = [(0.8, 0.2), (0.2, 0.8)]

# The contrast of each text with what is behind it, by WCAG 2: [ratio, text], the worst first.
CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    const [r, g, b, a = 1] = parse(getComputedStyle(element).backgroundColor);
    return a > 0 ? [r, g, b] : element.parentElement ? behind(element.parentElement) : [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      const [low, high] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((a, b) => a - b);
      return [(high + 0.05) / (low + 0.05), e.textContent];
    })
    .sort((a, b) => a[0] - b[0]);
}"""
UNNAMED = """() => [...document.querySelectorAll("button, input, img, canvas, progress, ol, ul")]
  .filter((e) => e.checkVisibility() && e.ariaHidden !== "true")
  .filter((e) => !(e.ariaLabel || e.alt || e.labels?.length || e.textContent.trim()))
  .map((e) => e.outerHTML)"""
# What is wrong with the page's plan, or with that of the dialog that is open: what leaves the window or its own box
# sideways, and pairs that lie on each other.
MISPLACED = """() => {
  const top = document.querySelector("dialog[open], :popover-open") ?? document.body; // what lies over the rest
  const shown = [...top.querySelectorAll("*")].filter((e) => e.checkVisibility({ visibilityProperty: true }));
  const name = (e) => `${e.tagName} #${e.id} .${e.getAttribute("class") ?? ""} ${e.textContent.trim().slice(0, 20)}`;
  const visibleBox = (e) => {
    let { left, top, right, bottom } = e.getBoundingClientRect();
    for (let around = e.parentElement; around; around = around.parentElement) {
      if (getComputedStyle(around).overflowX === "visible") continue;
      const box = around.getBoundingClientRect();
      [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
      [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const off = shown.filter((e) => {
    const { left, right, width, height } = e.getBoundingClientRect();
    return width && height && (left < -1 || right > innerWidth + 1);
  });
  const wide = shown.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible"
    && getComputedStyle(e).textOverflow !== "ellipsis" && !e.matches("#strip, input, .unseen"));
  const boxes = shown
    .filter((e) => e.matches("button, input, select, a, canvas, img, progress, h1, h2, h3, p, output, li, small"))
    .map((e) => [e, visibleBox(e)]).filter(([, box]) => box.width > 2 && box.height > 2);
  const common = (one, other, low, high) => Math.min(one[high], other[high]) - Math.max(one[low], other[low]) > 2;
  const pairs = boxes.flatMap(([e, one], index) => boxes.slice(index + 1)
    .filter(([f, other]) => !e.contains(f) && !f.contains(e) && !(e.closest(".square") && f.closest(".square"))
      && common(one, other, "left", "right") && common(one, other, "top", "bottom"))
    .map(([f]) => `${name(e)} on ${name(f)}`));
  return [...off.map((e) => `off: ${name(e)}`), ...wide.map((e) => `too wide: ${name(e)}`), ...pairs];
}"""
# Which of these elements the window does not show as a whole.
HIDDEN = """(selectors) => selectors.filter((selector) => {
  const found = [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
  return !found.length || found.some((e) => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
  });
})"""

# Pastes a picture file, given by its bytes and its name.
PASTE = """([bytes, name]) => {
  const files = new DataTransfer();
  const type = name.endsWith("png") ? "image/png" : "image/jpeg";
  files.items.add(new File([Uint8Array.from(bytes)], name, { type }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true }));
}"""
PORT = 8026
KEYS = Keys("teachers-key", "pupils-key")

Client = Callable[..., TestClient]  # a client of the page with these settings
Class = Callable[..., "Classroom"]


class Classroom:
    """One start of the program for a class, and those who open its links, each in a browser of its own."""

    def __init__(self, root: Path, **config: Any) -> None:
        self.session = Session(CollectConfig(data=LettersConfig(str(root)), **config))
        self.session.shared = True
        self.app = app.create(self.session, PORT, KEYS)

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url=f"http://192.0.2.7:{PORT}")

    def teacher(self) -> TestClient:
        return self._open(KEYS.teacher)

    def pupil(self, name: str = "") -> TestClient:
        page = self._open(KEYS.pupil)
        if name:
            assert page.post("/api/name", json={"name": name}).json() == {"name": name}
        return page

    def _open(self, key: str) -> TestClient:
        page = self.stranger()
        assert page.get(f"/?key={key}").status_code == 200
        return page


def network_that_reads(label: str, spec: Spec | None = None, spread: float = 0) -> json_file.Network:
    """A network that ranks `label` first, then z; the rest depends on what it sees where there is a `spread`."""
    spec = spec or Spec()
    random = np.random.default_rng(0)
    bias = np.full(spec.outputs, -4.0)
    bias[spec.labels.index("z")] = 1
    bias[spec.labels.index(label)] = 9 if spread else 3
    hidden, output = random.normal(0, 1, (8, spec.inputs)), random.normal(0, spread, (spec.outputs, 8))
    return json_file.Network(spec, hidden, np.zeros(8), output, bias)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def kept(folder: Path, name: str):
    """The ink of a sample that the page saved."""
    strokes = ink.from_png(folder / "letters" / name)
    assert strokes is not None
    return strokes


def places(page, stroke):
    """Shares of the drawing square -> pixels of the window."""
    box = page.locator("#sheet").bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]


def draw(page, *strokes, up: bool = True) -> None:
    for stroke in strokes or [STROKE]:
        first, *rest = places(page, stroke)
        page.mouse.move(*first)
        page.mouse.down()
        for place in rest:
            page.mouse.move(*place)
        if up:
            page.mouse.up()


def says(page, text: str) -> None:
    page.locator("#status", has_text=text).wait_for()


def reports(page, text: str) -> None:
    """Of the network, where what is said of drawings does not replace it."""
    page.locator("#network-news", has_text=text).wait_for()


def until(page, condition: str, value=None) -> None:
    """Wait for a condition; Playwright's own waiting evaluates strings in the page, which the page forbids."""
    for _ in range(3000):
        if page.evaluate(condition, value):
            return
        page.wait_for_timeout(20)
    raise AssertionError(condition)
