"""How smoothly the page shows the network while one draws: python benchmarks/frames.py [SECONDS]

A pen draws in a real Chromium, by the browser's own clock and 120 times a second, while the page looks inside the
shipped 160-20-26. Printed: the time from frame to frame, and what the page itself works on each.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import common
from classroom import program
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from browser import SWITCHES

DRAW = """async (seconds) => {
  const sheet = document.getElementById("sheet"), box = sheet.getBoundingClientRect();
  const at = (t) => ({
    clientX: box.left + box.width * (0.5 + 0.35 * Math.cos(2.1 * t)),
    clientY: box.top + box.height * (0.5 + 0.35 * Math.sin(3.3 * t)),
    pointerId: 1, pointerType: "pen", isPrimary: true, pressure: 0.5, button: 0, buttons: 1, bubbles: true,
  });
  const send = (kind, t) => sheet.dispatchEvent(new PointerEvent(kind, at(t)));
  const frames = [], begin = performance.now();
  let last = 0, stroke = 0;
  sheet.setPointerCapture = () => {};
  while (performance.now() - begin < 1000 * seconds) {
    const now = await new Promise(requestAnimationFrame);
    if (last) frames.push(now - last);
    last = now;
    const t = now / 1000;
    if (stroke === 0) send("pointerdown", t);
    else { send("pointermove", t - 1 / 120); send("pointermove", t); }
    if (++stroke === 90) { send("pointerup", t); stroke = 0; document.getElementById("clear").click(); }
  }
  return frames;
}"""


WORK = {
    "the page's own work": "Script",
    "styles": "RecalcStyle",
    "layout": "Layout",
    "all of the browser's work in the page's thread": "Task",
}


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, program(Path(name)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        page = browser.new_page(viewport={"width": 1180, "height": 900})
        page.add_init_script("localStorage.setItem('charnet.tour', 'seen')")  # no tour
        page.goto(url)
        page.locator("#mode").select_option("Free play")
        page.wait_for_selector(".unit")
        page.evaluate(DRAW, 2)
        tracing = page.context.new_cdp_session(page)
        tracing.send("Performance.enable")
        before = {each["name"]: each["value"] for each in tracing.send("Performance.getMetrics")["metrics"]}
        frames = sorted(page.evaluate(DRAW, seconds))
        after = {each["name"]: each["value"] for each in tracing.send("Performance.getMetrics")["metrics"]}
        lit = page.locator(".unit").first.evaluate("(unit) => unit.style.getPropertyValue('--lit')")
        browser.close()
    assert lit, "the units did not follow the pen"
    rows = [
        common.Row("from frame to frame, median", frames[len(frames) // 2], None, "ms", None, "16.7"),
        common.Row("from frame to frame, 95 % within", frames[int(0.95 * len(frames))], None, "ms", None, ""),
    ]
    for what, name in WORK.items():
        spent = 1000 * (after[f"{name}Duration"] - before[f"{name}Duration"]) / len(frames)
        rows.append(common.Row(f"of a frame, {what}", spent, None, "ms", None, ""))
    common.report("frames", rows, {"frames": len(frames), "graphics card": "none, Chromium paints by itself"})


if __name__ == "__main__":
    main()
