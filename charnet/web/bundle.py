"""Bundle JavaScript modules into one script: a page that was opened as a file may not import modules."""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import (?:(\{\s+\w+(?:,\s+\w+)*,?\s+\}|\* as \w+) from )?"(.+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) (\w+))", re.MULTILINE)
UNSUPPORTED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(*entries: Path) -> str:
    """Bundle modules and everything that they import, each in a function of its own, in the order of their use.

    `AssertionError` for a form of import or export that is not supported.
    """
    modules: dict[Path, str] = {}  # bundled code by file
    for entry in entries:
        _add(entry.resolve(), modules)
    return "\n".join(["const modules = {};", *modules.values()])


def _add(path: Path, modules: dict[Path, str]) -> None:
    if path in modules:
        return
    text = path.read_text(encoding="utf-8")
    for _, imported in IMPORT.findall(text):
        _add((path.parent / imported).resolve(), modules)
    body = IMPORT.sub(_constant, text)
    names = EXPORT.findall(body)
    body = EXPORT.sub("", body)
    unsupported = UNSUPPORTED.search(body)
    assert unsupported is None, f"{path}: {unsupported and unsupported[0]}"
    assert path.name not in {other.name for other in modules}, f"{path}: a second module of that name"
    modules[path] = f'modules["{path.name}"] = (() => {{\n{body}return {{ {", ".join(names)} }};\n}})();'


def _constant(found: re.Match[str]) -> str:
    """What takes the place of an import; nothing where the module is only to run."""
    names = (found[1] or "").removeprefix("* as ")
    return f'const {names} = modules["{Path(found[2]).name}"];' if names else ""
