"""Hydra's language: words as it wants them typed, and what it says of a mistake in one line."""

from __future__ import annotations

import re

from charnet.system import settings

PLUGIN = "pip install 'charnet[sweep]'"
KINDS = {"Float": "a number", "Integer": "a whole number"}  # OmegaConf's words


def typed(word: str) -> str:
    """A word for Hydra, which takes "=" in a value, as in `resume=outputs/sweep/noon/hidden=40`, in quotes only."""
    key, _, value = word.partition("=")
    if "=" not in value or set(value) & set("'\"()[]{}"):
        return word
    return f"{key}={','.join(quoted(part) if '=' in part else part for part in value.split(','))}"


def quoted(text: str) -> str:
    """A value as it is typed where it holds characters that mean something to Hydra."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def tell(error: BaseException) -> str:
    """Hydra's and OmegaConf's words in one line, the innermost cause first."""
    while error.__cause__ is not None:
        error = error.__cause__
    key = getattr(error, "full_key", None)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    if "Could not find" in text and len(lines) > 1:
        group, _, choice = text.partition("Could not find '")[2].rstrip("'").rpartition("/")
        text = f"{group}: there is no {choice!r}; choose from {', '.join(settings.choices(group))}"
        if group in ("hydra/launcher", "hydra/sweeper"):
            text = f"{group}={choice}: no such thing is installed; those of Hydra's plugins come with {PLUGIN}"
    if re.fullmatch(r"Key '\w+' not in '\w+'", text):  # from a search, whose words nobody typed
        return f"{key}: there is no such setting; --help lists them"
    if found := re.fullmatch(r"Value (.*) of type '\w+' could not be converted to (\w+)", text):
        text = f"{found[1]} is not {KINDS.get(found[2], found[2])}"
    if found := re.fullmatch(r"Value (.*) is not a valid bool \(type \w+\)", text):
        text = f"{found[1]} is neither true nor false"
    if "mismatched input" in text or "no viable alternative" in text or "token recognition" in text:
        text = f"{text}; put the value in quotes, as in 'data.root=\"my letters (1)\"'"
    return f"{key}: {text}" if key and key not in text else text
