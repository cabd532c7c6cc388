"""What a user types for a setting -> the same as Hydra's grammar wants it. This module does not import Hydra."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from charnet.system.answer import UsageError

SPECIAL = set(",'\"[]{}()\\$")  # characters that need quotes wherever they stand
# What a comma does not take apart: quotes and brackets; else single characters.
PIECES = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|.", re.DOTALL)
INTERPOLATION = re.compile(r"\$\{[^}]+\}")


class Kind(Enum):
    """What Hydra takes a value for."""

    NOTHING = auto()  # no expression of its grammar
    TEXT = auto()
    SCALAR = auto()  # a number, true, false or null
    CONTAINER = auto()  # a list or a dictionary
    SEVERAL = auto()  # values with commas between
    FUNCTION = auto()  # of several values, such as range(1,5)


def quoted(text: str) -> str:
    """A value in quotes, as Hydra wants it typed where it holds characters that have a meaning in Hydra's grammar."""
    # Before a quote alone is a backslash an escape.
    escaped = re.sub(r"(\\*)('|\Z)", lambda found: 2 * found[1] + ("\\'" if found[2] else ""), text)
    return f"'{escaped}'"


def unquoted(value: str) -> str:
    """The inverse of `quoted`; a value without quotes stays as it is."""
    if len(value) < 2 or not value[0] == value[-1] == "'":
        return value
    return re.sub(r"(\\+)('|\Z)", lambda found: found[1][: len(found[1]) // 2] + found[2], value[1:-1])


def as_typed(key: str, value: object) -> str:
    """A setting as a user types it in a shell."""
    text = str(value)
    return shlex.quote(f"{key}={quoted(text)}" if set(text) & SPECIAL else f"{key}={text}")


def quote(
    words: Sequence[str], defaults: Mapping[str, Any], kind: Callable[[str], Kind], program: str, sweep: bool
) -> list[str]:
    """Settings as Hydra takes them: what it would refuse, or read as something else, is put in quotes.

    A value that is no expression of Hydra's stands for itself: `data.root=~/Übung (1)`, `letters=#&;!`, `init=a=b`.
    Where the setting is a text, so do backslashes, numbers and Hydra's own words: `name=1e3`, `letters=true`.
    `defaults` says which settings are texts, `kind` what Hydra takes a word for. Raises `UsageError` for several values
    unless this is a `sweep`; `program` is how the user calls it.
    """

    def quote_one(word: str) -> str:
        key, equals, value = word.partition("=")
        if not equals or not value or key.startswith("~"):
            return word
        default, found, parts = defaults.get(key.lstrip("+")), kind(word), _split(value)
        if found is Kind.FUNCTION and not sweep:
            raise UsageError(several_values(key, value, default, program))
        if found in (Kind.CONTAINER, Kind.FUNCTION) or (found is Kind.TEXT and value.lstrip().startswith(("'", '"'))):
            return word
        if len(parts) > 1 and found is not Kind.TEXT:
            if sweep and not all(parts):
                raise UsageError(f"{key}={value}: one of its values is empty; take out a comma")
            if not sweep:
                raise UsageError(several_values(key, value, default, program))
            return f"{key}={','.join(quote_one(f'{key}={part}').partition('=')[2] for part in parts)}"
        is_text = isinstance(default, str)
        if found is Kind.NOTHING or (is_text and (found is Kind.SCALAR or "\\" in value or value != value.strip())):
            literal = value if INTERPOLATION.search(value) else value.replace("${", "\\${")
            return f"{key}={quoted(literal)}"
        return word

    return [quote_one(word) for word in words]


def several_values(key: str, value: str, default: object, program: str) -> str:
    """What to do instead of typing several values, or one value with a comma."""
    sweep = f"several values are a sweep, with -m before them: {program} -m {shlex.quote(f'{key}={value}')}"
    if isinstance(default, float) and re.fullmatch(r"[+-]?\d+,\d+(e[+-]?\d+)?", value):
        return f"{key}={value}: a number takes a decimal point, as in {key}={value.replace(',', '.')}; {sweep}"
    if isinstance(default, str):
        in_quotes = f"'{key}=\"{value}\"'" if not set("'\"\\") & set(value) else as_typed(key, value)
        return f"{key}={value}: one value with a comma goes in quotes: {in_quotes}; {sweep}"
    return f"{key}={value}: {sweep}"


def _split(value: str) -> list[str]:
    """A value at its commas, but for those within quotes or brackets."""
    parts = [""]
    for piece in PIECES.findall(value):
        if piece == ",":
            parts.append("")
        else:
            parts[-1] += piece
    return parts
