"""The README's picture of the drawing page, docs/drawing-page.png: python benchmarks/drawing_page.py

Needs Chromium (CHARNET_CHROMIUM, or in PATH) and the tests' extra. A letter is drawn by the recorded strokes of one of
the starter letters, and the shipped network reads it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from charnet.pictures import ink

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/drawing-page.png"
LETTER = ROOT / "data/letters/e/0.png"
SIZE = {"width": 1366, "height": 730}
COLOURS = 128  # of the picture, which keeps it small


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "data/letters", Path(name, "letters"))
        words = ["data.root=letters", "letter=e", "count=5", "weights=letters", "port=0", "open=false"]
        program = subprocess.Popen(
            [sys.executable, str(ROOT / "collect.py"), *words],
            cwd=name,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert program.stdout
            found = re.search(r"http://\S+", program.stdout.readline())
            assert found, "the page did not start"
            photograph(found.group())
        finally:
            program.terminate()
            program.communicate()
    with Image.open(PICTURE) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"the picture is {PICTURE}, {PICTURE.stat().st_size / 1000:.0f} KB")


def photograph(address: str) -> None:
    path = os.environ.get("CHARNET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport=SIZE)
        page.goto(address)
        page.locator("#pause").uncheck()
        page.wait_for_selector(".unit")
        draw(page)
        page.wait_for_selector("#alike img")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(1000)  # until the reading is told
        page.screenshot(path=PICTURE)
        chromium.close()


def draw(page: Page) -> None:
    box = page.locator("#sheet").bounding_box()
    strokes = ink.from_png(LETTER)
    assert box and strokes
    for stroke in strokes:
        first, *rest = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y, *_ in stroke.tolist()]
        page.mouse.move(*first)
        page.mouse.down()
        for place in rest:
            page.mouse.move(*place)
        page.mouse.up()


if __name__ == "__main__":
    main()
