"""The folder of each label: one rule for its name, the same on every system, and back.

A lowercase letter, a letter of a script without case, a digit, - and _ stand for themselves. Any other character is
written as in a URL: % and two hexadecimal digits, in lower case, for each byte of its UTF-8. So `a` is the label a,
`%41` A, `%2e` a full stop and `é` é. The first letter of a name that Windows keeps for a device is written so too:
`%63on` is the label con. No two such names fold together where a file system ignores case or the form of accents.

A folder from elsewhere whose name breaks the rule, as `A` does, is of the label that its name is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from charnet.system import names

ESCAPE = re.compile("%[0-9a-fA-F]{2}")


def to_folder(label: str) -> str:
    """The name of a label's folder."""
    name = "".join(c if c in "-_" or (c.isalnum() and names.fold(c) == c) else _escape(c) for c in label)
    return _escape(name[0]) + name[1:] if names.is_device(name) else name


def from_folder(name: str) -> str:
    """The label of a folder: the inverse of `to_folder`; a name that breaks the rule is the label itself."""
    name = names.normalise(name)  # some file systems list é as two characters
    label = unescape(name)
    return label if to_folder(label) == ESCAPE.sub(lambda escape: escape[0].lower(), name) else name


def unescape(text: str) -> str:
    """Text with % and two digits for some of its bytes -> those as characters; the text itself where they are none."""
    try:
        return unquote(text, errors="surrogatepass")
    except UnicodeDecodeError:
        return text


def folders(root: Path) -> dict[str, Path]:
    """The letter folders below a folder, by their labels and in their order; hidden folders are none.

    Raises `ValueError` where two folders are of the same label.
    """
    found: dict[str, Path] = {}
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        label = from_folder(path.name)
        if label in found:
            raise ValueError(
                f"{root}: {found[label].name} and {path.name} are both folders of the label {label}; "
                "move the pictures of one into the other"
            )
        found[label] = path
    return dict(sorted(found.items()))


def assign(root: Path, labels: Iterable[str]) -> dict[str, Path]:
    """The folder of each label below `root`: the one that is there, or the path of a new one.

    Raises `ValueError` where a new one would be the folder of another label on a file system that ignores case or the
    form of accents: only a folder from elsewhere has such a name.
    """
    there = folders(root) if root.is_dir() else {}
    others = {names.fold(path.name): label for label, path in there.items()}
    found: dict[str, Path] = {}
    for label in labels:
        found[label] = there.get(label, root / to_folder(label))
        if label not in there and (other := others.get(names.fold(found[label].name))):
            raise ValueError(
                f"{root}: the folder {there[other].name} of the label {other} would be the folder of {label} too where "
                f"names ignore case; rename it to {to_folder(other)}"
            )
    return found


def _escape(character: str) -> str:
    return "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
