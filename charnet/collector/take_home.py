"""The drawing page as one file to take home: it opens by a double click, and draws, trains and looks without a server.

It is the page's own HTML, style sheets and modules. What answers their requests in place of the server is
static/offline/; a network, starter letters and examples come along.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet import web
from charnet.collector import languages
from charnet.collector.counts import is_starter
from charnet.collector.routes.state import example
from charnet.letters import cache, naming
from charnet.networks import json_file
from charnet.spec import Spec
from charnet.web.bundle import bundle

STATIC = Path(__file__).parent / "static"
HEADER = Path(__file__).parents[1] / "exports" / "rank.h"
EACH = 20  # starter letters of a label: docs/log.md, "A page that trains by itself"
STYLE = re.compile(r'  <link rel="stylesheet" href="(.+)">\n')
SCRIPT = '  <script type="module" src="main.js"></script>\n'
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:.|\n)*?\*/)\n", re.MULTILINE)  # on lines of its own
ICON = 'href="icon.svg"'
# Until the style is unpacked the page is hidden; where that never happens, a sentence says so after a while.
HIDDEN = """
body { display: none; }
html::before {
  content: "This page did not start. Is the file whole, and the browser a current one? Copy it again, or open another.";
  display: block; margin: 2rem; font: 1.25rem sans-serif; visibility: hidden; animation: say 0s 5s forwards;
}
@keyframes say { to { visibility: visible; } }
"""
STARTED = "html::before { content: none; }\n"
# Unpacks the style, the words and the script. The page's policy allows them by their hashes, as if they stood here.
LOADER = """
const unpacked = async (id) => {
  const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (character) => character.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
};
const { keys, languages } = JSON.parse(await unpacked("packed-words"));
const texts = (values) => Object.fromEntries(keys.map((key, n) => [key, values[n]]));
const words = Object.entries(languages).map(([language, values]) => [language, texts(values)]);
const add = (name, textContent, more) =>
  document.head.append(Object.assign(document.createElement(name), { textContent, className: "unpacked", ...more }));
add("script", JSON.stringify(Object.fromEntries(words)), { type: "application/json", id: "words" });
add("style", await unpacked("packed-style"));
const script = document.createElement("script");
script.type = "module";
script.textContent = await unpacked("code");
document.body.append(script);
script.remove();
"""


def page(network: json_file.Network | None, name: str, spec: Spec, letters: Path, number: int | None = None) -> str:
    """The page with a network, so called, for drawings of this spec; some letters of a folder come along."""
    # In ASCII and without <, so that no label can end the element or begin another.
    data = json.dumps(content(network, name, spec, letters, number), separators=(",", ":"), allow_nan=False)
    before, after = _frame()
    return before + data.replace("<", "\\u003c") + after


def content(
    network: json_file.Network | None, name: str, spec: Spec, letters: Path, number: int | None
) -> dict[str, Any]:
    """What static/offline/page-file.js reads."""
    kept = starters(letters, spec)
    packed = _packed(network, name, number) if network else None
    return {
        "store": f"charnet {spec.width}x{spec.height} {spec.framing} {' '.join(spec.labels)}",
        "page": hashlib.sha256(json.dumps(packed).encode()).hexdigest()[:16],
        "spec": spec.to_dict(),
        "network": packed,
        "starters": {
            "counts": [[label, len(pictures)] for label, pictures in kept.items()],
            "pictures": _deflated(b"".join(pictures.tobytes() for pictures in kept.values())),
        },
        "examples": {label: _rounded(strokes) for label in spec.labels if (strokes := example(label))},
        "header": HEADER.read_text("utf-8"),
    }


def starters(letters: Path, spec: Spec) -> dict[str, npt.NDArray[np.uint8]]:
    """For each label the first letters in its folder that a program made, framed (up to `EACH`, height, width)."""
    found = {}
    for label, folder in naming.assign(letters, spec.labels).items():
        paths = sorted(
            (path for path in folder.glob("*.png") if path.stem.isdecimal()), key=lambda path: int(path.stem)
        )
        made = list(islice((str(path) for path in paths if is_starter(path)), EACH))
        if made:
            found[label] = cache.decode(made, spec)[0].pictures
    return found


def script(entry: Path) -> str:
    """A module and all that it imports as one script, without comments: three quarters of the bytes."""
    return COMMENT.sub("", bundle(entry))


def _packed(network: json_file.Network, name: str, number: int | None) -> dict[str, Any]:
    tables = (network.hidden_weight, network.output_weight, network.hidden_bias, network.output_bias)
    weights = np.concatenate([table.ravel() for table in tables]).astype("<f4").tobytes()
    facts = network.facts.to_dict() | {"trained_on": None}
    return {
        "name": name,
        "number": number,
        "spec": network.spec.to_dict(),
        "hidden": len(network.hidden_bias),
        "weights": base64.b64encode(weights).decode(),
        "facts": {key: _rounded(value) for key, value in facts.items() if value is not None},
    }


def _rounded(values: Any) -> Any:
    """Numbers, nested, with four digits after the point."""
    if isinstance(values, dict):
        return {key: _rounded(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    return round(values, 4) if isinstance(values, float) else values


@lru_cache(1)
def _frame() -> tuple[str, str]:
    """What is before the content and what is after it, the same for all networks."""
    text = STATIC.joinpath("index.html").read_text("utf-8")
    style = STARTED + "".join((STATIC / name).read_text("utf-8") for name in STYLE.findall(text))
    code = script(STATIC / "offline" / "home-page.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(LOADER)}' '{_hash(code)}'; "
        f"style-src '{_hash(HIDDEN)}' '{_hash(style)}'; "
    )
    head = (
        f'  <meta http-equiv="Content-Security-Policy" content="{policy}img-src data:; worker-src blob:">\n'
        f"  <style>{HIDDEN}</style>\n"
    )
    icon = base64.b64encode(STATIC.joinpath("icon.svg").read_bytes()).decode()
    text = STYLE.sub("", text).replace(ICON, f'href="data:image/svg+xml;base64,{icon}"').replace(SCRIPT, head)
    page, end = text.split("</body>")
    worker = _deflated(script(web.FOLDER / "training" / "worker.js").encode())
    scripts = (
        f'<script id="packed-style" type="text/plain">{_deflated(style.encode())}</script>\n'
        f'<script id="packed-words" type="text/plain">{_deflated(_words())}</script>\n'
        f'<script id="code" type="text/plain">{_deflated(code.encode())}</script>\n'
        f'<script id="worker" type="text/plain">{worker}</script>\n'
        f'<script type="module">{LOADER}</script>\n</body>{end}'
    )
    return f'{page}<script id="content" type="application/json">', f"</script>\n{scripts}"


def _words() -> bytes:
    """The texts of all languages but English, as JSON: the keys once, and their values in each."""
    read = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(languages.FOLDER.glob("*.json"))}
    keys = list(read.pop(languages.ENGLISH))
    found = {language: [texts[key] for key in keys] for language, texts in read.items()}
    return json.dumps({"keys": keys, "languages": found}, ensure_ascii=False, separators=(",", ":")).encode()


def _deflated(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _hash(text: str) -> str:
    """The hash by which the page's content security policy allows this script or style, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
