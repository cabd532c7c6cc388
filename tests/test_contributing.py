"""What CONTRIBUTING.md names, held to what there is."""

import ast
import re
from pathlib import Path

import pytest
from house import PACKAGE

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
QUOTED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w./-]+(/|\.(py|js|md|yaml|toml|h|css|html|csv))")
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
DEFINED_IN_JS = re.compile(r"\b(?:function\*?|class|const|let)\s+(\w+)")


def table() -> list[tuple[str, str]]:
    """The rows of "Where do I find ...?": what, and where."""
    text = TEXT[TEXT.index("Where do I find") :]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text.partition("\n\n##")[0], re.MULTILINE)
    return [(what, where) for what, where in rows if set(what) != {"-"}][1:]


def found(name: str, folders: list[Path]) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def defined(path: Path) -> set[str]:
    """The module's own name, and what it defines: functions, classes, values, fields."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return {path.stem, *DEFINED_IN_JS.findall(text)}
    names = {path.stem}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def lacking(where: str) -> list[str]:
    """What a row names that is not there.

    A file may be named from the project's folder, from charnet/, or from the folder of the file named before it in the
    row. A name has to be defined in one of the row's modules, or in any where the row has none.
    """
    wrong, modules, folders = [], [], [ROOT, PACKAGE]
    words = QUOTED.findall(where)
    for word in filter(PATH.fullmatch, words):
        path = found(word, folders)
        if path is None:
            wrong.append(word)
            continue
        folders = [ROOT, PACKAGE, path.parent]
        modules += [path] if path.is_file() else sorted(path.rglob("*.py"))
    names = set().union(*map(defined, modules or PACKAGE.rglob("*.py")))
    named = [word for word in words if NAME.fullmatch(word) and not PATH.fullmatch(word)]
    return wrong + [word for word in named if not set(word.split(".")) <= names]


def test_the_table_names_what_there_is() -> None:
    assert len(table()) >= 5
    assert {what: wrong for what, where in table() if (wrong := lacking(where))} == {}


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("`pictures/images.py` (`read`), then `framing.py`, `spec.Spec`", ["spec.Spec"]),
        ("`spec.py` (`Spec.inputs`), a field in `conf/`", []),
        ("`pictures/imagines.py`, `framing.py`", ["pictures/imagines.py", "framing.py"]),
        ("`web/network.js`, `ink.js` (`nothing_of_the_kind`)", ["nothing_of_the_kind"]),
        ("`Classifier` and `make house`", []),
    ],
)
def test_what_is_not_there_is_found(where: str, wrong: list[str]) -> None:
    assert lacking(where) == wrong


def test_every_file_named_anywhere_in_it_is_there() -> None:
    words = {word for word in QUOTED.findall(TEXT) if PATH.fullmatch(word) and not word.startswith("build/")}
    folders = [ROOT, PACKAGE, *(path for path in PACKAGE.iterdir() if path.is_dir())]
    assert sorted(word for word in words if found(word, folders) is None) == []
