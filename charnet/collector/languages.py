"""The language of the page: what the browser asks for, or what its user has chosen, and the page's words in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request

from charnet.collector import credentials

FOLDER = Path(__file__).parent / "static" / "languages"
OFFERED = sorted(path.stem for path in FOLDER.glob("*.json"))
ENGLISH = "en"  # stands in the code itself
PSEUDO = "pseudo"  # English made longer by charnet/web/words.js, to see what is not translated and what does not fit
COOKIE = "charnet-language"  # set by charnet/web/words.js


def of(request: Request) -> str:
    """The language of `?lang=`, else the cookie's, else the first that the browser accepts, else English."""
    asked = request.query_params.get("lang", "")
    return PSEUDO if asked == PSEUDO else of_headers(request.headers, asked)


def of_headers(headers: Headers, asked: str = "") -> str:
    """The same where the address does not matter."""
    return look_up([asked, *credentials.cookies(headers, COOKIE), *accepted_ranges(headers.get("accept-language", ""))])


def translated(text: str, language: str) -> str:
    """A text without values in a language of the page; as it is where the language has none of it."""
    found: dict[str, Any] = json.loads(FOLDER.joinpath(f"{language}.json").read_text("utf-8"))
    return str(found.get(text, text))


def look_up(ranges: Iterable[str]) -> str:
    """The first language on offer, "pt" for the range "pt-BR" (RFC 4647, lookup); English where there is none."""
    for given in ranges:
        subtags = given.strip().lower().split("-")
        while subtags:
            if (found := "-".join(subtags)) in OFFERED:
                return found
            subtags.pop()
            if subtags and len(subtags[-1]) == 1:
                subtags.pop()
    return ENGLISH


def accepted_ranges(header: str) -> list[str]:
    """The language ranges of an `Accept-Language`, the most wanted first; those with `q=0` are not wanted."""
    wanted = []
    for item in header.split(","):
        name, _, weight = item.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            wanted.append((quality, name.strip()))
    return [name for _, name in sorted(wanted, key=lambda pair: -pair[0])]


def with_words(html: str, language: str) -> str:
    """A page in English with the words of another language, which the page puts in place."""
    if language == ENGLISH:
        return html
    texts = {} if language == PSEUDO else json.loads(FOLDER.joinpath(f"{language}.json").read_text("utf-8"))
    # In ASCII and without <, so that no text can end the element.
    words = json.dumps({language: texts}, separators=(",", ":")).replace("<", "\\u003c")
    page = html.replace('<html lang="en">', f'<html lang="{ENGLISH if language == PSEUDO else language}">', 1)
    return page.replace("</head>", f'<script type="application/json" id="words">{words}</script>\n</head>', 1)
