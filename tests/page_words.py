"""The words of the drawing page: those in its code and HTML, and those in the files of its languages."""

import ast
import json
import re
from html.parser import HTMLParser
from pathlib import Path

from charnet import web
from charnet.collector.app import STATIC
from charnet.collector.languages import FOLDER

Texts = dict[str, str | dict[str, str]]

STRING = r'"(?:[^"\\]|\\.)*"'
TEXT = rf"{STRING}(?:\s*\+\s*{STRING})*"
ONE = re.compile(rf"(?<!\w)(?<!\w\.)(?:t|tNodes|said)\(\s*({TEXT})\s*[,)]")
MANY = re.compile(rf"(?<!\w)(?<!\w\.)tn\([^\"]*?,\s*({TEXT}),\s*({TEXT})")
CALL = re.compile(r"(?<!\w)(?<!\w\.)(?:t|tn|tNodes|said)\((?!text[,)])")
# Or a string, which may hold what begins a comment.
COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|/\*.*?\*/|(?<!:)//[^\n]*', re.DOTALL)
ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")


def scripts() -> list[Path]:
    return [path for folder in (STATIC, web.FOLDER) for path in sorted(folder.rglob("*.js"))]


def code(path: Path) -> str:
    """Without comments."""
    return COMMENT.sub(lambda found: found[1] or "", path.read_text("utf-8"))


def value(literals: str) -> str:
    """Of string literals that are added up."""
    return "".join(json.loads(literal) for literal in re.findall(STRING, literals))


def used() -> Texts:
    """All texts that the page uses, as English has them: by their keys."""
    found: Texts = {}
    for path in scripts():
        source = code(path)
        found |= {value(text): value(text) for text in ONE.findall(source)}
        found |= {value(many): {"one": value(one), "other": value(many)} for one, many in MANY.findall(source)}
    for path in STATIC.glob("*.html"):
        reader = _Reader()
        reader.feed(path.read_text("utf-8"))
        found |= {text: text for text in reader.texts}
    return found


def stored(language: str) -> Texts:
    texts: Texts = json.loads(FOLDER.joinpath(f"{language}.json").read_text("utf-8"))
    return texts


def refusals(path: Path) -> list[str]:
    """The sentences with which a module of Python refuses, {} standing for each value in them."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name.endswith(("refuse", "Error", "Exception", "error_response")):
                found += [_template(each) for each in node.args if isinstance(each, ast.JoinedStr | ast.Constant)]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message":
            found.append(_template(node.value))
    return [text for text in found if " " in text]


def _template(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


class _Reader(HTMLParser):
    """The texts that charnet/web/words.js translates in a page's HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether their texts stay as they are

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.texts += [values[name] or "" for name in ATTRIBUTES if name in values]
        if tag not in ("meta", "link", "input", "img", "canvas", "wbr"):
            untouched = tag in ("script", "style") or values.get("translate") == "no"
            self._open.append((tag, untouched or any(same for _, same in self._open)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if len(re.findall(r"[^\W\d_]", text)) > 1 and not any(same for _, same in self._open):
            self.texts.append(text)
