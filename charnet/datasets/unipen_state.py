"""The statements of a UNIPEN file, and what they say about the ink that follows them."""

from __future__ import annotations

from typing import NamedTuple

_KEYWORDS = """
    VERSION DATA_SOURCE DATA_ID DATA_CONTACT DATA_INFO SETUP PAD COORD HIERARCHY COMMENT INCLUDE KEYWORD RESERVED
    ALPHABET ALPHABET_FREQ LEXICON LEXICON_SOURCE LEXICON_ID LEXICON_CONTACT LEXICON_INFO LEXICON_FREQ
    X_DIM Y_DIM H_LINE V_LINE X_POINTS_PER_INCH Y_POINTS_PER_INCH Z_POINTS_PER_INCH X_POINTS_PER_MM Y_POINTS_PER_MM
    Z_POINTS_PER_MM POINTS_PER_GRAM POINTS_PER_SECOND PEN_DOWN PEN_UP DT DATE STYLE WRITER_ID COUNTRY HAND AGE SEX SKILL
    WRITER_INFO SEGMENT START_SET START_BOX REC_TIME REC_LABELS REC_SCORES REC_SOURCE REC_ID REC_CONTACT REC_INFO
    IMPLEMENTATION TRAINING_SET TEST_SET ADAPT_SET LEXICON_SET"""
KEYWORDS = frozenset(_KEYWORDS.split())
MOST_COLUMNS = 16  # of a point; files have up to seven
RATE = 100.0  # points a second where the file doesn't say


class State(NamedTuple):
    """What the statements so far say about the ink that follows."""

    donor: str  # the top folder of the ink; a writer's name is unique within it
    writer: str = ""
    style: str = ""
    columns: tuple[str, ...] = ("X", "Y")
    rate: float = RATE
    per_inch: tuple[float, float] = (1.0, 1.0)  # x and y; only their ratio counts


def changed(state: State, keyword: str, words: list[str]) -> State:
    """The state after a statement; one without a usable value changes nothing."""
    if keyword == "WRITER_ID" and words:
        return state._replace(writer=" ".join(words))
    if keyword == "STYLE" and words:
        return state._replace(style=words[0].lower())
    if keyword == "COORD":
        columns = tuple(word.upper() for word in words)
        usable = {"X", "Y"} <= set(columns) and len(columns) <= MOST_COLUMNS
        return state._replace(columns=columns) if usable else state
    if keyword.endswith(("_PER_INCH", "_PER_MM", "_PER_SECOND")) and keyword[0] in "XYP":
        try:
            value = float(words[0])
        except (ValueError, IndexError):
            return state
        if keyword == "POINTS_PER_SECOND":
            # Some files give the line's 9600 baud here: no tablet samples a thousand times a second.
            return state._replace(rate=value) if 1 <= value <= 1000 else state
        if 0 < value < 1e6:
            across, up = state.per_inch
            return state._replace(per_inch=(value, up) if keyword[0] == "X" else (across, value))
    return state
