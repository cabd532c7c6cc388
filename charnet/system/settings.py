"""The settings of a program: listed, explained, and refused in plain words where one is mistyped. Free of Hydra."""

from __future__ import annotations

import ast
import difflib
import inspect
import itertools
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from charnet.system import usage
from charnet.system.answer import UsageError

# Flags of Hydra's that take the next word as their value, others, and those that a shell types.
WITH_VALUE = {"--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd"}
OTHER_FLAGS = {"--hydra-help", "--resolve", "--run", "-r", "--multirun", "-m", "--info", "-i"}
SCREEN = 40  # lines
COMPLETION = {"--shell-completion", "-sc"}


def conf() -> Path:
    """`conf/` of an installed package lies inside it, that of a checkout beside it."""
    inside = Path(__file__).parent.parent / "conf"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "conf"


def _groups() -> set[str]:
    return {path.name for path in conf().iterdir() if path.is_dir() and not path.name.startswith("_")}


def choices(group: str) -> list[str]:
    return sorted(path.stem for path in (conf() / group).glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    """The content of a file in `conf/`."""
    import yaml

    content: dict[str, Any] = yaml.safe_load((conf() / name).read_text(encoding="utf-8")) or {}
    return content


def check(words: Sequence[str], schema: type) -> None:
    """Refuse words that are no setting before Hydra answers them with advice for experts."""
    known = list(keys(schema))
    groups = sorted(_groups())
    skip = False
    for word in words:
        if skip or word in OTHER_FLAGS:
            skip = False
        elif word in WITH_VALUE:
            skip = True
        elif word.startswith("-"):
            raise UsageError(f"{word}: settings are typed key=value without dashes, {_suggest(word, known, groups)}")
        else:
            key, equals, _ = word.partition("=")
            key = key.lstrip("+~").partition("@")[0]
            if key in known or key in groups or key == "hydra" or key.startswith(("hydra.", "hydra/")):
                if not equals:
                    raise UsageError(f"{word}: a setting needs a value, as in {key}=...")
            elif not equals:
                raise UsageError(f"{word!r} is not a setting; they are typed key=value, {_suggest(key, known, groups)}")
            else:
                raise UsageError(f"{key}: there is no such setting; {_suggest(key, known, groups)}")


def keys(schema: type, prefix: str = "") -> dict[str, tuple[Any, str]]:
    """Every setting of a schema: its key as it is typed -> its default and its explanation."""
    found: dict[str, tuple[Any, str]] = {}
    texts = {name: text for base in reversed(schema.__mro__[:-1]) for name, text in _texts(base).items()}
    default = schema()
    for item in fields(schema):
        value = getattr(default, item.name)
        if is_dataclass(value):
            found |= keys(type(value), f"{prefix}{item.name}.")
        else:
            found[prefix + item.name] = value, texts.get(item.name, "")
    return found


def _texts(schema: type) -> dict[str, str]:
    """The docstring under each field of a dataclass."""
    statements = [line for node in ast.parse(inspect.getsource(schema)).body for line in getattr(node, "body", [])]
    texts = {}
    for field, text in itertools.pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            texts[ast.unparse(field.target)] = " ".join(str(text.value.value).split())
    return texts


def explain(name: str, schema: type, asked: Sequence[str] = ()) -> str:
    """What `--help` prints: every setting, or those that begin as one `asked` for, with default and explanation.

    Where that would not fit a screen it is cut to a line each.
    """
    program, known = usage.typed(name), keys(schema)
    if strange := [word for word in asked if not any(key.startswith(word) for key in known)]:
        raise UsageError(f"{strange[0]}: there is no such setting; {program} --help lists them")
    shown = {key: known[key] for key in known if not asked or key.startswith(tuple(asked))}
    settings = {
        key: f"  {key}={default!r}" if default == "" else f"  {key}={default}" for key, (default, _) in shown.items()
    }
    groups = sorted(_groups() & {item.name for item in fields(schema)} if not asked else ())
    lines = [f"  {group}={'|'.join(choices(group))}" for group in groups]
    if whole := 2 * len(shown) <= SCREEN:
        lines += [line for key, (_, text) in shown.items() for line in (settings[key], f"        {text}")]
    else:
        wide, room = max(map(len, settings.values())), shutil.get_terminal_size((100, SCREEN)).columns
        lines += [_cut(f"{settings[key]:{wide}}  {text}", room) for key, (_, text) in shown.items()]
    more = "" if whole else f"Whole explanations: {program} --help data, or any other beginning. "
    end = f"{more}Settings come from conf/; several at once: -m key=a,b. More of Hydra: --hydra-help"
    return "\n".join([f"{program} key=value ...", "", *lines, "", *textwrap.wrap(end, 100)])


def _cut(line: str, room: int) -> str:
    return line if len(line) <= room else f"{line[: room - 4].rstrip()} ..."


def _suggest(word: str, known: Sequence[str], groups: Sequence[str]) -> str:
    key = word.lstrip("-+~").partition("=")[0].replace("-", "_")
    same_end = [name for name in known if name.rpartition(".")[2] == key]
    near = difflib.get_close_matches(key, [*known, *groups], n=1, cutoff=0.5)
    ends = difflib.get_close_matches(key, [name.rpartition(".")[2] for name in known], n=1, cutoff=0.6)
    near_end = [name for name in known if ends and name.rpartition(".")[2] == ends[0]]
    for candidates in (same_end, near, near_end):
        if candidates:
            return f"did you mean {candidates[0]}=...?"
    return "--help lists them"
