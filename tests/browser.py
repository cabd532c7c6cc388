"""Fixtures that start the drawing page and open it in a real headless Chromium (CHARNET_CHROMIUM, or in PATH)."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import warm
from drawing_page import network_that_reads

from charnet.networks import json_file

SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PATIENCE = 60_000  # milliseconds; a wait ends with what it waits for, however busy the machine is
BY_HAND = "try { localStorage.setItem('charnet.pause', 'off'); } catch { /* a page without a memory */ }"
PROGRAM = """
import os, pathlib, sys
from charnet.networks import stored
from charnet.collector import CollectConfig, run
from charnet.letters.config import LettersConfig
given = eval(sys.argv[1])
given['data'] = LettersConfig(**given['data'])
if os.environ.get('NOTHING_SHIPPED'):
    stored.SHIPPED = pathlib.Path('none')
sys.exit(run(CollectConfig(open=False, **given)))
"""


MISSING: list[str] = []  # why there is no browser


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in MISSING[:1]:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium; where there is none, these tests are skipped, but in CI they fail."""
    path = os.environ.get("CHARNET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        if path is None:
            raise FileNotFoundError("no Chromium in CHARNET_CHROMIUM or PATH")
        from playwright.sync_api import sync_playwright
    except (ImportError, FileNotFoundError) as error:
        MISSING.append(f"The drawing page was not tested in a browser: {error}.")
        pytest.fail(MISSING[0]) if os.environ.get("CI") else pytest.skip(MISSING[0])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield chromium
        chromium.close()


@dataclass
class Program:
    """A running drawing page."""

    process: warm.Program
    url: str

    @property
    def port(self) -> int:
        return int(re.search(r":(\d+)/", self.url).group(1))

    def finish(self) -> str:
        """Wait until all of the plan is drawn, then end it."""
        line = ""
        while not line.startswith("All is drawn"):
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
        return self.end()

    def end(self) -> str:
        """Ctrl-C; what it said, which is no error."""
        self.process.send_signal(signal.SIGINT)
        said, error = self.process.communicate(timeout=30)
        assert (self.process.returncode, error) == (0, "")
        return said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start the drawing page in an empty folder; `reads` is what its network ranks first, whatever it sees."""
    running = []

    def start(reads: str = "", environment: dict[str, str] | None = None, **config: object) -> Program:
        if reads:
            json_file.write(tmp_path / "weights.json", network_that_reads(reads, spread=0.5))
            config["weights"] = str(tmp_path / "weights.json")
        labels = {"labels": config.pop("labels")} if "labels" in config else {}
        given = {"data": {"root": str(tmp_path / "letters"), **labels}, "port": 0, **config}
        variables = warm.environment() | (environment or {})
        process = warm.Program("-c", PROGRAM, repr(given), cwd=tmp_path, env=variables)
        running.append(process)
        first = process.stdout.readline()
        found = re.search(r"http://\S+", first)
        assert found, first + process.communicate()[1]
        return Program(process, found.group())

    yield start
    for process in running:
        process.kill()
        process.close()


class Shared:
    """Contexts that tests share, one after the other: one of each set of options.

    A page in a new one takes three times as long. A first page stays open in it, so that its process does too; the
    address of a test's page is its own, as the port is, and with it what the page stores. Cookies go after each test.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: dict[str, Any] = {}

    def get(self, address: str, **options: object) -> Any:
        key = repr(sorted(options.items()))
        if key not in self._contexts:
            self._contexts[key] = new_context(self._browser, **options)
            self._contexts[key].new_page().goto(address)
        return self._contexts[key]

    def done(self, context: Any) -> None:
        """Close a test's pages and forget what they left; a context that is not shared goes."""
        if context not in self._contexts.values():
            return context.close()
        for page in context.pages[1:]:
            with suppress(Exception):  # where there is no storage
                page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.close()
        context.clear_cookies()


@pytest.fixture(scope="session")
def shared(browser) -> Shared:
    return Shared(browser)


def new_context(browser, by_itself: bool = False, **options: object) -> Any:
    context = browser.new_context(viewport={"width": 1180, "height": 900}, **options)
    context.set_default_timeout(PATIENCE)
    if not by_itself:
        context.add_init_script(BY_HAND)
    return context


@pytest.fixture
def visit(browser, shared) -> Iterator[Callable]:
    """Open a page with its own memory, at desktop size unless told otherwise; no error may come up in it.

    Nothing is saved by itself, unless `by_itself`: on a busy machine a pause would come between the strokes of a test.
    With a `clock` the time of the page can be made to pass: `page.clock.run_for(milliseconds)`.
    """
    contexts, problems = [], []

    def visit(program: Program, context=None, clock: bool = False, color_scheme: str = "light", **options: object):
        address = program.url.partition("?")[0]
        if context is None:
            own = contexts or clock
            context = new_context(browser, **options) if own else shared.get(f"{address}style.css", **options)
            contexts.append(context)
        if clock:
            context.clock.install()
        page = context.new_page()
        page.emulate_media(color_scheme=color_scheme)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Security" in message.text else None)
        page.on("request", lambda request: foreign(request.url, address))
        page.goto(program.url)
        page.wait_for_selector("#counts li")
        return page

    def foreign(url: str, ours: str) -> None:
        if not url.startswith((ours, "data:")):
            problems.append(f"asked for {url}")

    yield visit
    for context in contexts:
        shared.done(context)
    assert problems == []
