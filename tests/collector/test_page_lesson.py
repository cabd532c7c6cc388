"""One step of learning, in its dialog: by keyboard, the sums as shown, and the network in use untouched."""

from drawing_page import OTHER, STROKE, UNNAMED, draw, until

MINUS = "\N{MINUS SIGN}"
ROWS = """() => [...document.querySelectorAll("#one-step .stage:not([hidden]) .numbers tbody tr")].map((row) =>
  [...row.querySelectorAll("td:not(.bars)")].map((cell) => cell.textContent.replace("\\u2212", "-")))"""

OVERFLOW = """() => {
  const body = document.querySelector("#one-step .inside");
  return body.scrollWidth - body.clientWidth;
}"""


def cents(rows: list[list[str]], column: int) -> list[int]:
    return [round(100 * float(row[column])) for row in rows]


def test_one_step_is_taken_by_keyboard_and_all_sums_close(start, visit) -> None:
    page = visit(start(reads="e"), reduced_motion="reduce")
    draw(page, STROKE, OTHER)
    page.wait_for_selector("#ranking[aria-busy=false] li")
    ranking = page.locator("#ranking").inner_text()
    page.get_by_role("button", name="One step").press("Enter")
    dialog = page.get_by_role("dialog", name="One step of learning")
    dialog.get_by_label("It is").select_option(label="c")
    until(page, "document.querySelector('#one-step .numbers tbody th').textContent === 'c'")
    assert page.evaluate(UNNAMED) == []
    *rows, together = page.evaluate(ROWS)
    for column, total in enumerate((10000, 10000, 0)):
        assert sum(cents(rows, column)) == total == cents([together], column)[0]
    assert page.locator("#one-step td.bars").first.evaluate("(cell) => getComputedStyle(cell).display") == "table-cell"
    assert all(got - wanted == error for got, wanted, error in zip(*(cents(rows, n) for n in range(3)), strict=True))

    dialog.get_by_role("button", name="Next").press("Enter")
    dialog.get_by_label("Hidden unit").select_option(index=3)
    dialog.get_by_role("heading", name="2 of 4").wait_for()
    *rows, together = page.evaluate(ROWS)
    assert abs(sum(float(row[2]) for row in rows) - float(together[2])) < 1e-9
    # An error has the digits of the product that it is a factor of.
    assert {len(number.partition(".")[2]) for row in rows if row[0] for number in row[1:]} == {len(together[2]) - 3}

    dialog.get_by_role("button", name="Next").press("Enter")
    dialog.get_by_role("heading", name="3 of 4").wait_for()
    pixel = dialog.locator(".pixels")
    before = pixel.get_attribute("aria-label")
    pixel.press("ArrowUp")
    assert pixel.get_attribute("aria-label") != before
    row, column = (int(word.rstrip(",;")) for word in pixel.get_attribute("aria-label").split() if word[0].isdigit())
    assert f"unit 4 and the pixel in row {row}, column {column}:" in dialog.inner_text()

    dialog.get_by_role("button", name="Next").press("Enter")
    dialog.get_by_role("heading", name="4 of 4").wait_for()
    assert "after one step" in dialog.inner_text()
    page.keyboard.press("Enter")  # the focus has moved to 100 more
    assert "after 101 steps" in dialog.inner_text()
    *rows, together = page.evaluate(ROWS)
    assert cents(rows, 1)[0] > 9000 > cents(rows, 0)[0]
    for column, total in enumerate((10000, 10000, 0)):
        assert sum(cents(rows, column)) == total == cents([together], column)[0]
    page.keyboard.press("Escape")
    assert page.locator("#ranking").inner_text() == ranking


def test_without_a_drawing_an_example_is_learnt_and_it_fits_a_narrow_phone(start, visit) -> None:
    page = visit(start(reads="e"))
    page.set_viewport_size({"width": 320, "height": 600})
    page.keyboard.press("F4")
    page.get_by_role("button", name="One step").click()
    dialog = page.get_by_role("dialog", name="One step of learning")
    dialog.get_by_label("It is").select_option(label="g")
    dialog.get_by_text("An example of g").wait_for()
    for _ in range(3):
        assert page.evaluate(OVERFLOW) <= 0
        dialog.get_by_role("button", name="Next").click()
