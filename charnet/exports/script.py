"""JavaScript modules joined into one script: a page that was opened as a file may not import any."""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import (\{ [\w, ]+ \}) from "(.+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) (\w+))", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def join(*mains: Path) -> str:
    """Modules and all that they import, each in a function of its own, in the order in which they are needed.

    `AssertionError` for a form of import or export that this does not know.
    """
    modules: dict[Path, str] = {}  # text by file
    for main in mains:
        _add(main.resolve(), modules)
    return "\n".join(["const modules = {};", *modules.values()])


def _add(path: Path, modules: dict[Path, str]) -> None:
    if path in modules:
        return
    text = path.read_text(encoding="utf-8")
    for _, needed in IMPORT.findall(text):
        _add((path.parent / needed).resolve(), modules)
    body = IMPORT.sub(lambda found: f'const {found[1]} = modules["{Path(found[2]).name}"];', text)
    names = EXPORT.findall(body)
    body = EXPORT.sub("", body)
    left = LEFT.search(body)
    assert left is None, f"{path}: {left and left[0]}"
    assert path.name not in {other.name for other in modules}, f"{path}: a second module of that name"
    modules[path] = f'modules["{path.name}"] = (() => {{\n{body}return {{ {", ".join(names)} }};\n}})();'
