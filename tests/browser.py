"""Fixtures that start the drawing page and open it in a real headless Chromium (CHARNET_CHROMIUM, or in PATH)."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import warm
from drawing_page import network_that_reads

from charnet.networks import json_file

# Chromium makes the list below its address bar, which no test sees, a page of its own in each window, and that takes as
# long as a test's page. The others are what Playwright switches off, whose switch this one replaces.
OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "PaintHolding"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", f"--disable-features={','.join(OFF)}"),
)
PATIENCE = 60_000  # milliseconds; a wait ends with what it waits for, however busy the machine is
NOT_NEW = "try { localStorage.setItem('charnet.tour', 'seen'); } catch { /* a page without a memory */ }"
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
if 'HEADER_SECONDS' in os.environ:
    from charnet.collector import connections
    connections.HEADER_SECONDS = float(os.environ['HEADER_SECONDS'])
if 'FILES' in os.environ:
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(os.environ['FILES']),) * 2)
if 'MEMORY' in os.environ:  # beyond what is taken already
    import resource
    taken = int(pathlib.Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + int(os.environ['MEMORY']),) * 2)
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


@pytest.fixture
def visit(browser) -> Iterator[Callable]:
    """Open a page with its own memory, at desktop size unless told otherwise; no error may come up in it.

    Nothing is saved by itself, unless `by_itself`: on a busy machine a pause would come between the strokes of a test.
    Its tour does not start, unless it is `new` to the browser. A script `init` runs before the page's.
    With a `clock` the time of the page can be made to pass: `page.clock.run_for(milliseconds)`.
    """
    contexts, problems = [], []

    def visit(
        program: Program,
        context=None,
        by_itself: bool = False,
        clock: bool = False,
        new: bool = False,
        init: str = "",
        **options: object,
    ):
        if context is None:
            context = browser.new_context(**{"viewport": {"width": 1180, "height": 900}} | options)
            context.set_default_timeout(PATIENCE)
            if not by_itself:
                context.add_init_script(BY_HAND)
            if init:
                context.add_init_script(init)
            if not new:
                context.add_init_script(NOT_NEW)
            if clock:
                context.clock.install()
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Security" in message.text else None)
        page.on("request", lambda request: foreign(request.url, program.url.partition("?")[0]))
        page.goto(program.url)
        page.wait_for_selector("#counts li")
        return page

    def foreign(url: str, ours: str) -> None:
        if not url.startswith((ours, "data:")):
            problems.append(f"asked for {url}")

    yield visit
    for context in contexts:
        context.close()
    assert problems == []
