"""Bytes from anyone are read or refused, and never anything else; tests/fuzz.py finds those that are kept."""

import random
from pathlib import Path

import pytest
from readers import READERS

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.mark.parametrize("name", READERS)
def test_what_was_found_is_read_or_refused(name: str) -> None:
    files = sorted((CORPUS / name).iterdir())
    assert sum(is_read(name, path.read_bytes()) for path in files) >= 2  # what all others were made from


@pytest.mark.parametrize("name", READERS)
def test_what_is_changed_here_and_there_is_read_or_refused(name: str, thorough: bool) -> None:
    chance = random.Random(name)
    files = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    for _ in range(10_000 if thorough else 100):
        content = bytearray(chance.choice(files))
        for _ in range(chance.choice((1, 1, 2, 5))):
            place, length = chance.randrange(len(content) + 1), chance.choice((0, 1, 1, 4))
            other = chance.choice(
                (bytes([chance.randrange(256)]), b"\xff\xff\xff\xff", b"9", chance.choice(files)[-20:])
            )
            content[place : place + length] = chance.choice((b"", other))
        is_read(name, bytes(content))


def is_read(name: str, content: bytes) -> bool:
    try:
        READERS[name](content)
    except ValueError:
        return False
    return True
