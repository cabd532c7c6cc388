"""All drawings on the page, and drawings in and out: by mouse, by keyboard, dropped, pasted."""

import base64
import io
import zipfile
from pathlib import Path

import pytest
from drawing_page import CONTRAST, UNNAMED, draw, files_in, says, until
from PIL import Image, ImageDraw
from samples import make_letters

LOZ = sorted(f"{label}/{n}.png" for label in "loz" for n in range(8))
# A drop, or a paste, of files as a browser sends it: [name, type, content in base64].
GIVE = """([selector, event, files]) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, { type }));
  }
  const init = { bubbles: true, cancelable: true };
  const made = event === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent(event, { ...init, dataTransfer: data });
  document.querySelector(selector).dispatchEvent(made);
}"""


WIDE = """() => [...document.querySelectorAll("#drawings *, #class *, #inout *, #modes *")]
  .map((e) => [Math.round(e.getBoundingClientRect().right), e.outerHTML])
  .filter(([right]) => right > innerWidth).map(([right, html]) => `${right} ${html.slice(0, 99)}`)"""


def give(page, event: str, *files: tuple[str, str, bytes], where: str = "body") -> None:
    told = [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files]
    page.evaluate(GIVE, [where, event, told])


def picture(size: tuple[int, int] = (120, 160)) -> bytes:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).line([(30, 20), (60, 140), (90, 60)], fill=0, width=9)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def zipped(root: Path, **more: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(root.rglob("*.png")):
            archive.write(path, path.relative_to(root.parent))
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def told(page, text: str) -> None:
    page.locator("#drawings-status", has_text=text).wait_for()


def shown(page) -> list[str]:
    return page.locator(".tile").evaluate_all("tiles => tiles.map((tile) => tile.dataset.sample)")


def test_a_wrong_drawing_is_moved_by_mouse_and_that_is_undone(start, visit, letters) -> None:
    (letters / "o/8.png").write_bytes((letters / "l/0.png").read_bytes())  # an l among the o's
    page = visit(start(reads="o", letter="o", count=1))
    page.locator("#counts [data-label=o] button").click()
    told(page, "9 drawings of o")
    page.locator("[data-sample='o/8']").click()
    told(page, "1 drawing selected")
    page.locator("#move-to").select_option("l")
    told(page, "1 drawing moved to l")
    assert files_in(letters) == sorted([*LOZ, "l/8.png"])
    assert "o/8" not in shown(page)
    until(page, "document.querySelector('#counts [data-label=l]').innerText.includes('9')")
    page.locator("#undo-edit").click()
    told(page, "1 drawing as before")
    assert files_in(letters) == sorted([*LOZ, "o/8.png"])


def test_the_gallery_by_keyboard_alone(start, visit, letters) -> None:
    page = visit(start(reads="o", letter="o", count=1))
    page.keyboard.press("F8")
    told(page, "24 drawings")
    order = shown(page)
    assert len(order) == 24 and not any(name.startswith("o/") for name in order[:16])  # the doubtful ones first
    page.locator(".tile").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    told(page, "3 drawings selected")
    page.keyboard.press("Space")
    told(page, "2 drawings selected")
    page.keyboard.press("Delete")
    told(page, "2 drawings moved to the trash. Undo brings them back.")
    assert files_in(letters) == sorted(set(LOZ) - {f"{name}.png" for name in order[:2]})
    assert page.evaluate("document.activeElement.className").startswith("tile")
    page.keyboard.press("Control+z")
    told(page, "2 drawings as before")
    assert files_in(letters) == LOZ
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.press("o")  # a letter's key
    told(page, "1 drawing moved to o")
    assert files_in(letters) == sorted({*LOZ, "o/8.png"} - {f"{order[0]}.png"})
    page.keyboard.press("Control+a")
    told(page, "24 drawings selected")
    page.keyboard.press("Escape")
    told(page, "24 drawings, the most doubtful first")
    page.keyboard.press("Backspace")  # means nothing here, and nothing to the square
    assert page.locator("h1").inner_text().split() == ["Draw", "o"]
    page.keyboard.press("Escape")  # nothing is selected
    assert page.locator("#drawings").is_hidden()


def test_after_drawings_are_gone_a_range_begins_where_the_focus_is(start, visit, letters) -> None:
    page = visit(start(reads="o", letter="o", count=1))
    page.keyboard.press("F8")
    told(page, "24 drawings")
    page.locator(".tile").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    told(page, "1 drawing moved to the trash")
    page.keyboard.press("Shift+ArrowRight")
    told(page, "2 drawings selected")


def test_a_range_is_selected_by_shift_and_click_and_writers_are_told_apart(start, visit, letters) -> None:
    for n in range(4):
        (letters / f"z/Anna-{n}.png").write_bytes((letters / f"z/{n}.png").read_bytes())
    page = visit(start(reads="o", letter="o", count=1))
    page.locator("#counts [data-label=z] button").click()
    told(page, "12 drawings of z")
    page.get_by_label("Writer", exact=True).select_option("Anna")
    told(page, "4 drawings of z")
    page.locator(".tile").nth(0).click()
    page.locator(".tile").nth(3).click(modifiers=["Shift"])
    told(page, "4 drawings selected")
    page.locator("#trash").click()
    told(page, "4 drawings moved to the trash")
    assert files_in(letters) == LOZ


def test_what_someone_else_changed_meanwhile_is_told(start, visit, letters) -> None:
    page = visit(start(reads="o", letter="o", count=1))
    page.locator("#counts [data-label=z] button").click()
    told(page, "8 drawings of z")
    page.get_by_role("button", name="Select all").click()
    (letters / "z/3.png").unlink()
    page.keyboard.press("Tab")
    page.locator("#trash").click()
    told(
        page, "7 drawings moved to the trash. Undo brings them back. 1 drawing stayed as before: there is no sample z/3"
    )
    page.locator("#undo-edit").click()
    told(page, "7 drawings as before")


def test_thousands_of_drawings_come_as_they_are_looked_for(start, visit, tmp_path, thorough) -> None:
    count = 5000 if thorough else 1500  # more than come at once
    make_letters(tmp_path / "letters", 5)
    content = (tmp_path / "letters/o/0.png").read_bytes()
    for n in range(5, count):
        (tmp_path / f"letters/o/{n}.png").write_bytes(content)
    page, asked = visit(start(reads="z", letter="o", count=1)), []
    page.on("request", lambda request: asked.append(request.url) if "/samples/o/" in request.url else None)
    page.locator("#counts [data-label=o] button").click()
    told(page, f"{count:,} drawings of o")
    assert 200 <= page.locator(".tile").count() < count
    page.locator(".tile").first.focus()
    page.keyboard.press("Control+a")
    told(page, f"{count:,} drawings selected")
    page.keyboard.press("End")
    until(page, "document.activeElement === [...document.querySelectorAll('.tile')].at(-1)")
    until(page, "document.activeElement.querySelector('img').naturalWidth === 10")
    assert 20 < len(asked) < count / 2  # pictures out of sight are not asked for


def test_how_many_drawings_there_are_is_said_once_they_can_be_seen(start, visit, letters) -> None:
    page, held = visit(start(reads="o", letter="o", count=1)), []
    page.evaluate("""() => new MutationObserver(([{ target }]) => {
      if (target.textContent.startsWith("24")) globalThis.tilesThen ??= document.querySelectorAll(".tile").length;
    }).observe(document.getElementById("drawings-status"), { childList: true })""")
    page.route("**/api/samples?*", lambda route: held.append(route))
    page.keyboard.press("F8")
    while len(held) < 2:  # the drawings are not there yet, and are asked for again
        page.wait_for_timeout(50)
    for route in held:
        with page.expect_response("**/api/samples?*"):
            route.continue_()
    page.unroute("**/api/samples?*")
    told(page, "24 drawings")
    assert page.evaluate("globalThis.tilesThen") == 24


def test_a_zip_that_is_dropped_joins_and_what_cannot_be_read_is_named(start, visit, tmp_path) -> None:
    root = make_letters(tmp_path / "theirs", 2)
    page = visit(start(reads="e", letter="e", count=3))
    content = zipped(root, **{"theirs__e__broken.png": b"no picture", "theirs__7__1.png": picture()})
    give(page, "drop", ("all.zip", "application/zip", content))
    page.locator("#inout-status", has_text="6 added: l 2, o 2, z 2. 2 could not be:").wait_for()
    refused = page.locator(".refused").inner_text()
    assert "theirs/e/broken.png" in refused and "theirs/7/1.png" in refused
    assert files_in(tmp_path / "letters") == sorted(f"{label}/{n}.png" for label in "loz" for n in range(2))
    until(page, "document.querySelector('#counts [data-label=l]').innerText.includes('2')")


def test_pictures_go_where_the_page_says(start, visit, tmp_path) -> None:
    page = visit(start(reads="e", letter="e", count=3))
    page.locator("[aria-controls=inout]").click()
    page.locator("#files").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": picture()}])
    page.locator("#inout-status", has_text="Nothing was added. 1 could not be:").wait_for()
    assert "which letter is it?" in page.locator(".refused").inner_text()
    page.locator("#under").select_option("k")
    photos = [
        ("a.png", "image/png", picture()),
        ("b.png", "image/png", b"torn"),
        ("c.png", "image/png", picture((80, 90))),
    ]
    give(page, "drop", *photos, where=".zone")
    page.locator("#inout-status", has_text="2 added: k 2. 1 could not be:").wait_for()
    assert page.locator(".refused li").inner_text().startswith("b.png")
    assert files_in(tmp_path / "letters") == ["k/0.png", "k/1.png"]


def test_all_drawings_are_downloaded_as_a_zip(start, visit, letters) -> None:
    page = visit(start(reads="o", letter="o", count=1))
    page.locator("[aria-controls=inout]").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all drawings").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert sorted(name for name in archive.namelist() if name.endswith(".png")) == LOZ
    assert download.value.suggested_filename == "letters.zip"


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_picture_is_read_and_can_be_kept(start, visit, tmp_path, event: str) -> None:
    page = visit(start(reads="e", letter="c", count=3))
    give(page, event, ("photo.png", "image/png", picture()))
    page.wait_for_selector("#given:visible")
    page.wait_for_selector("#ranking li")
    page.wait_for_selector("#save:has-text('Keep as e')")
    page.keyboard.press("q")
    says(page, "Saved: q, number 0.")
    assert page.locator("#given").is_hidden()
    assert files_in(tmp_path / "letters") == ["q/0.png"]
    give(page, event, ("photo.png", "image/png", b"torn"))
    page.wait_for_selector("#banner:has-text('not a picture')")
    assert page.locator("#given").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#banner").is_hidden()
    give(page, event, ("photo.png", "image/png", b"torn"))
    page.wait_for_selector("#banner:has-text('not a picture')")
    give(page, event, ("photo.png", "image/png", picture()))
    page.wait_for_selector("#given:visible")
    page.wait_for_selector("#banner", state="hidden")  # the next one was read
    draw(page)  # takes its place
    assert page.locator("#given").is_hidden()
    page.keyboard.press("Enter")
    says(page, "Saved:")
    assert files_in(tmp_path / "letters") == ["c/0.png", "q/0.png"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialogs_can_be_read_and_have_names(start, visit, letters, scheme: str) -> None:
    page = visit(start(reads="o", letter="o", count=1), color_scheme=scheme)
    for dialog in ("drawings", "class", "inout"):
        page.set_viewport_size({"width": 1180, "height": 900})
        page.locator(f"[aria-controls={dialog}]").click()
        if dialog == "drawings":
            told(page, "24 drawings")
            page.locator(".tile").first.click()
        if dialog == "inout":
            give(page, "drop", ("a.png", "image/png", b"torn"), where=".zone")
            page.locator(".refused li").wait_for()
        assert [found for found in page.evaluate(UNNAMED) if "<canvas" not in found] == []
        lists = "[...document.querySelectorAll('select')].filter((e) => !e.ariaLabel && !e.labels.length)"
        assert page.evaluate(lists) == []
        ratio, text = page.evaluate(CONTRAST)[0]
        assert ratio >= 4.5, text
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate(WIDE) == []
        page.locator(f"#{dialog} .dialog-head button").click()


def test_keys_are_for_the_drawings_also_after_a_click(start, visit, letters) -> None:
    page = visit(start(reads="o", letter="o", count=3))
    draw(page)
    page.keyboard.press("Enter")
    says(page, "o, number 8.")
    page.keyboard.press("F8")
    told(page, "25 drawings")
    page.locator("button", has_text="Select all").click()
    told(page, "25 drawings selected")
    page.keyboard.press("Delete")
    told(page, "25 drawings")
    until(page, "document.querySelectorAll('.tile').length === 0")
    assert files_in(letters) == []
    page.locator("#undo-edit").click()
    told(page, "25 drawings as before")
    page.locator(".tile").first.click()
    page.locator("#trash").click()
    until(page, "document.querySelectorAll('.tile').length === 24")
    page.keyboard.press("Control+z")
    until(page, "document.querySelectorAll('.tile').length === 25")


def test_enter_follows_a_link_and_saves_no_drawing(start, visit, tmp_path) -> None:
    page = visit(start(letter="e", count=3))
    draw(page)
    page.keyboard.press("Enter")
    says(page, "Saved:")
    draw(page)
    page.locator("[aria-controls=inout]").click()
    page.locator("#inout a[href*=archive]").focus()
    with page.expect_download():
        page.keyboard.press("Enter")
    assert files_in(tmp_path / "letters") == ["e/0.png"]
