"""Pictures of several letters, which the network of lines reads: which pictures they are, and what stands there."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from charnet.measure import reading
from charnet.networks import onnx_file, text, words
from charnet.pictures import text_lines
from charnet.system.answer import notes


def wider_than_a_letter(content: bytes) -> bool:
    """Whether a picture's writing is so wide that it must be several letters, joined ones too."""
    with notes(), suppress(ValueError):
        return words.touch([line.whole for line in text_lines.find(content)])
    return False


def read(content: bytes) -> dict[str, Any]:
    """A picture -> its lines and words, and what is odd about it. `ValueError` where no handwriting can be read."""
    try:
        reader, _ = reading.load_text(None, None)
    except (ValueError, OSError) as error:
        raise ValueError(onnx_file.NEED if onnx_file.NEED in str(error) else str(error)) from None  # without its path
    with notes() as remarks:
        found = reader.read(content)
    return {**text.to_dict(found), "notes": [*dict.fromkeys(remarks), *found.notes], "network": reader.name}
