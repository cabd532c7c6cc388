"""The moving picture of the README, docs/page.gif: python benchmarks/film.py draws, trains and draws on the real page.

Needs Chromium. Two letters of the starter set are drawn as they were made; the training is the real one.
"""

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from classroom import program
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from charnet.pictures import ink

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import SWITCHES  # noqa: E402

OUT = ROOT / "docs/page.gif"
SIZE, SHOWN = (1366, 768), (910, 512)
COLOURS = 64
MOST = 24  # frames of the training
STEP, REST = 120, 1600  # milliseconds a frame, and of one to look at
LETTERS = ROOT / "data/letters"


class Film:
    """Frames of the page and how long each is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, time: int = STEP) -> None:
        picture = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        self.frames.append(picture.resize(SHOWN, Image.Resampling.LANCZOS))
        self.times.append(time)

    def draw(self, letter: str, number: int) -> None:
        """A starter letter as its pen went, a frame every few points."""
        box = self.page.locator("#sheet").bounding_box()
        assert box
        for stroke in ink.from_png(LETTERS / letter / f"{number}.png") or []:
            points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke[:, :2].tolist()]
            self.page.mouse.move(*points[0])
            self.page.mouse.down()
            for n, point in enumerate(points):
                self.page.mouse.move(*point)
                if n % max(2, len(points) // 5) == 0:
                    self.take()
            self.page.mouse.up()
        self.page.wait_for_timeout(400)
        self.take(REST)

    def thin(self, begin: int) -> None:
        """Leave MOST of the frames from `begin` on, evenly: a busy machine trains longer."""
        every = max(1, (len(self.frames) - begin) // MOST)
        self.frames[begin:], self.times[begin:] = self.frames[begin::every], self.times[begin::every]

    def save(self, path: Path) -> None:
        palette = self.frames[-1].quantize(COLOURS, kmeans=2)
        first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames)
        first.save(path, save_all=True, append_images=rest, duration=self.times, loop=0, optimize=True)


def main() -> None:
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        shutil.copytree(LETTERS, Path(name, "letters"))
        with program(Path(name)) as url:
            browser = playwright.chromium.launch(executable_path=browser_path, args=SWITCHES)
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
            page.add_init_script("localStorage.setItem('charnet.tour', 'seen')")  # no tour
            page.goto(url)
            page.locator("#mode").select_option("Free play")
            page.wait_for_selector("#train button.main", state="attached")
            page.keyboard.press("F2")
            page.wait_for_timeout(8000)  # torch is imported while the panel is open
            film = Film(page)
            film.draw("h", 3)
            page.keyboard.press("Escape")
            page.locator("#train button.main").click()
            begin = len(film.frames)
            while not page.locator(".outcome .result").count():
                film.take()
            film.thin(begin)
            film.take(REST)
            film.draw("e", 5)
            browser.close()
    film.save(OUT)
    print(f"{OUT.relative_to(ROOT)}: {len(film.frames)} frames, {OUT.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
