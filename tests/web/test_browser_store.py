"""Drawings and networks kept by a real Chromium: across reloads, by two tabs at once, and where it keeps nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from charnet import web
from charnet.web.bundle import bundle

DRAWING = "{ label: 'a', writer: '', strokes: [[[0.1, 0.2]]], picture: Uint8Array.of(0, 255) }"
NETWORK = "{ name: 'Network 1', network: { hidden: 2, inputWeights: Float64Array.of(1, 2) }, facts: { accuracy: 0.5 } }"
OPEN = """async () => {
  globalThis.store = await modules["browser-store.js"].BrowserStore.open();
  return store.problem;
}"""
STATE = """() => ({
  drawings: [...store.drawings].map(([key, { label, strokes, picture }]) => [key, label, strokes, [...picture]]),
  networks: [...store.networks].map(([key, { name, network }]) => [key, name, [...network.inputWeights]]),
  inUse: store.inUse,
  problem: store.problem,
})"""


@pytest.fixture
def visit(browser, tmp_path: Path) -> Iterator[Callable]:
    """Open a page that is a file, in a window of its own or in that of another page."""
    code = bundle(web.FOLDER / "browser-store.js")
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><script>{code}\nglobalThis.modules = modules;</script>", encoding="utf-8")
    contexts = []

    def visit(address: str = file.as_uri(), context=None):
        if not context:
            context = browser.new_context(offline=True)
            contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


def test_what_is_kept_survives_closing_and_two_tabs_add_to_it(visit):
    first = visit()
    assert first.evaluate(OPEN) == ""
    notice = "Kept in this browser; a private window forgets all when it is closed."
    assert first.evaluate("() => store.notice") == notice
    other = visit(context=first.context)
    other.evaluate(OPEN)
    first.evaluate(f"() => store.addDrawings([{DRAWING}, {DRAWING}])")
    other.evaluate(f"() => store.addDrawings([{DRAWING}])")
    first.wait_for_function("store.drawings.size === 3")
    first.evaluate(f"async () => store.use(await store.addNetwork({NETWORK}))")
    other.wait_for_function("store.networks.size === 1 && store.inUse === 1")
    other.evaluate("() => store.relabel(2, 'b')")
    first.evaluate("() => store.remove([1])")
    first.close()
    other.close()
    again = visit(context=other.context)
    again.evaluate(OPEN)
    found = again.evaluate(STATE)
    assert found["drawings"] == [[2, "b", [[[0.1, 0.2]]], [0, 255]], [3, "a", [[[0.1, 0.2]]], [0, 255]]]
    assert (found["networks"], found["inUse"]) == ([[1, "Network 1", [1, 2]]], 1)
    # A key is never given twice, so what another tab still shows is not taken for another drawing.
    assert again.evaluate(f"async () => {{ await store.remove([3]); return store.addDrawings([{DRAWING}]); }}") == [4]


def test_what_is_drawn_while_another_tab_is_heard_stays(visit):
    page = visit()
    page.evaluate(OPEN)
    page.evaluate(f"() => store.addDrawings([{DRAWING}, {DRAWING}])")
    # Another tab has changed something; as soon as this one reads it, something is drawn, moved and removed here.
    page.evaluate(f"""() => {{
      const read = IDBObjectStore.prototype.getAll;
      IDBObjectStore.prototype.getAll = function () {{
        IDBObjectStore.prototype.getAll = read;
        globalThis.done = Promise.all([store.addDrawings([{DRAWING}]), store.relabel(1, "b"), store.remove([2])]);
        return read.call(this);
      }};
      new BroadcastChannel("charnet").postMessage("changed");
    }}""")
    page.wait_for_function("globalThis.done")
    page.evaluate("() => done")
    page.wait_for_timeout(200)
    assert [drawing[:2] for drawing in page.evaluate(STATE)["drawings"]] == [[1, "b"], [3, "a"]]


def test_a_page_opens_whatever_the_browser_answers_to_its_wish_to_keep(visit):
    page = visit()
    for answer in ("new Promise(() => {})", "Promise.reject(new TypeError())"):
        page.evaluate(f"() => {{ StorageManager.prototype.persist = () => {answer}; }}")
        assert page.evaluate(OPEN) == ""
        assert page.evaluate("() => store.notice").startswith("Kept in this browser; a private window")
    page.evaluate("() => { StorageManager.prototype.persist = () => Promise.resolve(true); }")
    page.evaluate(OPEN)
    page.wait_for_function("store.notice === ''")


def test_where_nothing_may_be_kept_a_page_works_on_and_says_so(browser):
    page = browser.new_page()  # a page without an address, which no browser lets keep anything
    page.evaluate(f"() => {{ {bundle(web.FOLDER / 'browser-store.js')}\nglobalThis.modules = modules; }}")
    problem = "This browser lets the page keep nothing: save your drawings as a zip before you close this page."
    assert page.evaluate(OPEN) == problem
    assert page.evaluate(f"() => store.addDrawings([{DRAWING}, {DRAWING}])") == ["unkept 1", "unkept 2"]
    page.evaluate(f"async () => store.use(await store.addNetwork({NETWORK}))")
    page.evaluate("() => store.relabel('unkept 1', 'b')")
    page.evaluate("() => store.remove(['unkept 2'])")
    found = page.evaluate(STATE)
    assert [drawing[:2] for drawing in found["drawings"]] == [["unkept 1", "b"]]
    assert (found["inUse"], found["problem"]) == ("unkept 3", problem)
    page.close()


def test_a_full_storage_is_told_and_nothing_is_lost(browser, visit, tmp_path: Path):
    context = browser.new_context()
    address = "http://localhost:9/"
    code = (tmp_path / "page.html").read_text(encoding="utf-8")
    context.route(address, lambda route: route.fulfill(body=code, content_type="text/html"))
    page = visit(address, context)
    protocol = context.new_cdp_session(page)
    protocol.send("Storage.overrideQuotaForOrigin", {"origin": "http://localhost:9", "quotaSize": 1_000_000})
    page.evaluate(OPEN)
    assert page.evaluate(f"() => store.addDrawings([{DRAWING}])") == [1]
    large = f"{{ ...{DRAWING}, picture: new Uint8Array(2_000_000).map((_, i) => i * i) }}"
    assert page.evaluate(f"() => store.addDrawings([{DRAWING}, {large}])") == ["unkept 1", "unkept 2"]
    found = page.evaluate(STATE)
    assert found["problem"].startswith(
        "The browser's storage is full, so what came last isn't kept: save your drawings"
    )
    assert [key for key, *_ in found["drawings"]] == [1, "unkept 1", "unkept 2"], "the page still has all of them"
    context.close()


def test_the_storage_of_a_newer_page_is_left_alone(visit):
    page = visit()
    page.evaluate(
        "() => new Promise((done) => { indexedDB.open('charnet', 9).onsuccess = (event) => { "
        "event.target.result.close(); done(); }; })"
    )
    assert page.evaluate(OPEN).startswith("A newer page of charnet has been open in this browser")


def test_a_newer_page_need_not_wait_for_this_one(visit):
    page = visit()
    page.evaluate(OPEN)
    other = visit(context=page.context)
    newer = "() => new Promise((done) => { indexedDB.open('charnet', 9).onsuccess = () => done('open'); })"
    assert other.evaluate(newer) == "open"
    assert page.evaluate(f"() => store.addDrawings([{DRAWING}])") == ["unkept 1"]
    assert page.evaluate("() => store.problem").startswith("This browser lets the page keep nothing")


def test_what_comes_with_a_page_is_added_once_and_each_page_has_a_network_in_use(visit):
    page = visit()
    again = OPEN.replace("open()", "open('home', 'first page')")
    page.evaluate(again)
    page.evaluate(f"() => store.addOnce('starters', [{DRAWING}, {DRAWING}, {DRAWING}])")
    page.evaluate(f"async () => {{ await store.addDrawings([{DRAWING}]); await store.remove([-2]); }}")
    page.evaluate(f"async () => store.use(await store.addNetwork({NETWORK}))")
    page.reload()
    page.evaluate(again)
    page.evaluate(f"() => store.addOnce('starters', [{DRAWING}, {DRAWING}, {DRAWING}])")
    found = page.evaluate(STATE)
    assert ([key for key, *_ in found["drawings"]], found["inUse"]) == ([-3, -1, 1], 1)
    page.evaluate(OPEN.replace("open()", "open('home', 'second page')"))
    found = page.evaluate(STATE)
    assert (len(found["drawings"]), len(found["networks"]), found["inUse"]) == (3, 1, None)
