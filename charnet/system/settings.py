"""The settings of a program: listed, explained, checked, and refused in plain words. This module does not import Hydra.

Everything that a user may read about a wrong setting is worded here: a mistyped key, a value that is out of bounds, and
what Hydra and OmegaConf complain about.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import itertools
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from charnet.system import names, usage
from charnet.system.answer import UsageError

# Hydra's flags: those that take the next word as their value, the others, and those that the shell types to complete.
WITH_VALUE = {"--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd"}
OTHER_FLAGS = {"--hydra-help", "--resolve", "--run", "-r", "--multirun", "-m", "--info", "-i"}
COMPLETION = {"--shell-completion", "-sc"}
SCREEN = 40  # lines
SWEEP_PLUGINS = "pip install -e '.[sweep]'"
TYPES = {"Float": "a number", "Integer": "a whole number"}  # OmegaConf's names of types, in a user's words


def conf() -> Path:
    """The folder of YAML files: inside the package where it is installed, beside it in a checkout."""
    inside = Path(__file__).parent.parent / "conf"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "conf"


def _groups() -> set[str]:
    return {path.name for path in conf().iterdir() if path.is_dir() and not path.name.startswith("_")}


def choices(group: str) -> list[str]:
    """The names that a group may be set to, as in `model=cnn`."""
    return sorted(path.stem for path in (conf() / group).glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    """The content of a file in `conf/`."""
    import yaml

    content: dict[str, Any] = yaml.safe_load((conf() / name).read_text(encoding="utf-8")) or {}
    return content


def check(words: Sequence[str], schema: type) -> None:
    """Raise `UsageError` for words that are no settings, before Hydra answers them with advice for experts."""
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
    """Every setting of a schema: the key as it is typed -> the default and the explanation."""
    found: dict[str, tuple[Any, str]] = {}
    docstrings = {name: text for base in reversed(schema.__mro__[:-1]) for name, text in _docstrings(base).items()}
    default = schema()
    for item in fields(schema):
        value = getattr(default, item.name)
        if is_dataclass(value):
            found |= keys(type(value), f"{prefix}{item.name}.")
        else:
            found[prefix + item.name] = value, docstrings.get(item.name, "")
    return found


def _docstrings(schema: type) -> dict[str, str]:
    """The docstring under each field of a dataclass, by the name of the field."""
    statements = [line for node in ast.parse(inspect.getsource(schema)).body for line in getattr(node, "body", [])]
    docstrings = {}
    for field, text in itertools.pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            docstrings[ast.unparse(field.target)] = " ".join(str(text.value.value).split())
    return docstrings


def explain(name: str, schema: type, prefixes: Sequence[str] = ()) -> str:
    """The text of `--help`: every setting, or those that begin with one of `prefixes`, with default and explanation.

    On a terminal, or where COLUMNS says how wide one is, what would not fit on a screen is cut to a line a setting.
    """
    program, known = usage.typed(name), keys(schema)
    if unknown := [prefix for prefix in prefixes if not any(key.startswith(prefix) for key in known)]:
        raise UsageError(f"{unknown[0]}: there is no such setting; {program} --help lists them")
    shown = {key: known[key] for key in known if not prefixes or key.startswith(tuple(prefixes))}
    settings = {
        key: f"  {key}={default!r}" if default == "" else f"  {key}={default}" for key, (default, _) in shown.items()
    }
    groups = sorted(_groups() & {item.name for item in fields(schema)} if not prefixes else ())
    lines = ["  " + "    ".join(f"{group}={'|'.join(choices(group))}" for group in groups)] if groups else []
    if whole := 2 * len(shown) <= SCREEN or not (sys.stdout.isatty() or "COLUMNS" in os.environ):
        lines += [line for key, (_, text) in shown.items() for line in (settings[key], f"        {text}")]
    else:
        width, columns = max(map(len, settings.values())), shutil.get_terminal_size((100, SCREEN)).columns
        lines += [_cut(f"{settings[key]:{width}}  {text}", columns) for key, (_, text) in shown.items()]
    more = "" if whole else f"Whole explanations: {program} --help data, or any other beginning. "
    end = f"{more}Settings come from conf/; several at once: -m key=a,b. More of Hydra: --hydra-help"
    return "\n".join([f"{program} key=value ...", "", *lines, "", *textwrap.wrap(end, 100)])


def _cut(line: str, columns: int) -> str:
    return line if len(line) <= columns else f"{line[: columns - 4].rstrip()} ..."


def _suggest(word: str, known: Sequence[str], groups: Sequence[str]) -> str:
    key = word.lstrip("-+~").partition("=")[0].replace("-", "_")
    same_field = [name for name in known if name.rpartition(".")[2] == key]
    close = difflib.get_close_matches(key, [*known, *groups], n=1, cutoff=0.5)
    close_ends = difflib.get_close_matches(key, [name.rpartition(".")[2] for name in known], n=1, cutoff=0.6)
    close_field = [name for name in known if close_ends and name.rpartition(".")[2] == close_ends[0]]
    for candidates in (same_field, close, close_field):
        if candidates:
            return f"did you mean {candidates[0]}=...?"
    return "--help lists them"


def one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise `ValueError` for a value that is not one of the choices."""
    if value not in choices:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(choices)}")


def within(name: str, value: float, low: float, high: float) -> None:
    """Raise `ValueError` for a value that is not finite or not in [low, high]."""
    if not low <= value <= high:  # NaN is not; a whole number may be too large for a float
        raise ValueError(f"{name}: {value} is not between {low} and {high}")


def folder_name(name: str, value: str, taken: tuple[str, ...] = ()) -> None:
    """Raise `ValueError` for a value that cannot be the name of a folder on every system, or is `taken`; "" passes."""
    if value and not (re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", value) and names.is_portable(value)):
        raise ValueError(f"{name}: {value!r} cannot be a folder's name on every system; use letters, digits, - and _")
    if value in taken:
        raise ValueError(f"{name}: {value!r} is taken; choose another name")


def complaint(error: BaseException) -> str:
    """An error of Hydra's or OmegaConf's as one line in a user's words; its innermost cause says most."""
    while error.__cause__ is not None:
        error = error.__cause__
    key = getattr(error, "full_key", None)
    if isinstance(error, OverflowError):  # OmegaConf lets it pass, and names the setting in its text alone
        key = str(error).partition("full_key: ")[2].partition("\n")[0]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else "this setting can't be used"
    if "Could not find" in text and len(lines) > 1:
        group, _, choice = text.partition("Could not find '")[2].rstrip("'").rpartition("/")
        text = f"{group}: there is no {choice!r}; choose from {', '.join(choices(group))}"
        if group in ("hydra/launcher", "hydra/sweeper"):
            text = f"{group}={choice}: no such plugin is installed; Hydra's plugins come with {SWEEP_PLUGINS}"
    if re.fullmatch(r"Key '\w+' not in '\w+'", text):  # from a search, whose settings nobody typed
        return f"{key}: there is no such setting; --help lists them"
    if found := re.fullmatch(r"Value (.*) of type '\w+' could not be converted to (\w+)", text):
        text = f"{found[1]} is not {TYPES.get(found[2], found[2])}"
    if found := re.fullmatch(r"Value (.*) is not a valid bool \(type \w+\)", text):
        text = f"{found[1]} is neither true nor false"
    if re.search("mismatched input|no viable alternative|token recognition|Error when parsing", text):
        text = f"{text}; put the value in quotes, as in 'data.root=\"my letters (1)\"'"
    if re.match(r"Cannot convert '\w+' to string", text):
        text = f"a list is no text; text with brackets goes in quotes, as in '{key}=\"[a]\"'"
    if re.search(r"is not Optional|NoneType|\w+Config\b", text):  # null, a list or a dictionary in the place of a value
        text = "a value is needed, and one alone"
    text = re.sub(r"\b\w+(Exception|Error): ", "", text)
    return f"{key}: {text}" if key and key not in text else text
