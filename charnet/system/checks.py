"""Checks of settings; the error names the setting, the value found and what it may be."""

from __future__ import annotations

import math
import re


def one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(choices)}")


def within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name}: {value} is not between {low} and {high}")


def folder_name(name: str, value: str, taken: tuple[str, ...] = ()) -> None:
    if value and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", value):
        raise ValueError(f"{name}: {value!r} cannot be a folder's name; use letters, digits, - and _")
    if value in taken:
        raise ValueError(f"{name}: {value!r} is taken; choose another name")
