"""Checks of a weights file's JSON, one value at a time; messages name the key and the value at fault.

The file may be anyone's, so limits are checked before it is parsed, and no check takes more than linear time.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.networks.facts import Facts
from charnet.spec import MAX_LABELS, Spec
from charnet.system.answer import has_control, printable

MAX_VALUES = 10_000_000  # commas and brackets; 10,000 hidden units at 10 x 16 have 9 million
MAX_WEIGHTS = 1_990_000  # each takes five of these values; larger networks are not trained
LARGEST = 1e30  # absolute value of a weight; the largest possible sum of weights is finite in single precision too


def loads(text: str) -> Any:
    """Parse JSON from anyone. Raises `ValueError` if it is damaged or too large, or a key appears twice."""
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        raise ValueError(f"more than {MAX_VALUES:,} values; no weights file of charnet's has as many")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, or damaged ({error}); copy the file again or train a new one") from None
    except RecursionError:
        raise ValueError("lists nested too deeply for a weights file") from None


def check_size(hidden: int, spec: Spec) -> None:
    """Raise `ValueError` for a network that is too large for a weights file."""
    if (weights := hidden * (spec.inputs + spec.outputs)) > MAX_WEIGHTS:
        raise ValueError(
            f"model.hidden={hidden}: with {spec.width} x {spec.height} pixels and {spec.outputs} labels that makes "
            f"{weights:,} weights; a weights file holds {MAX_WEIGHTS:,}: take fewer hidden units, or a smaller picture"
        )


def get(content: dict[str, Any], key: str, kind: type, prefix: str = "") -> Any:
    """The value of a key; raises `ValueError` where it is missing or of another type."""
    if key not in content:
        raise ValueError(f"{prefix}{key} is missing")
    value = content[key]
    if type(value) is not kind:
        names = {dict: "an object", list: "a list", int: "a whole number"}
        raise ValueError(f"{prefix}{key} is {short(value)}, not {names[kind]}")
    return value


def spec(values: object) -> Spec:
    """A spec from a file; its labels, which programs print, may not hold control characters."""
    labels = values.get("labels") if isinstance(values, dict) else None
    if isinstance(labels, list):
        if len(labels) > MAX_LABELS:
            raise ValueError(f"labels: {len(labels):,} are more than {MAX_LABELS:,}")
        for label in labels:
            if isinstance(label, str) and has_control(label):
                raise ValueError(f"labels: {short(label)} holds a control character; rename its letter folder")
    return Spec.from_dict(values)


def facts(values: object, labels: int) -> Facts:
    """Facts from the file of a network with so many labels, with their text made safe for a terminal."""
    found = Facts.from_dict(values)
    likeness = found.likeness if found.likeness and len(found.likeness.means) == labels else None
    return replace(found, split=printable(found.split[:40]), likeness=likeness)


def table(content: dict[str, Any], key: str, rows: int, columns: int) -> npt.NDArray[np.float64]:
    """[[[row, column], weight], ...] in any order -> (rows, columns). Each index must appear exactly once."""
    entries = get(content, key, list)
    if len(entries) != rows * columns:
        raise ValueError(f"{key} has {len(entries)} entries, Dimensions ask for {rows} x {columns} = {rows * columns}")
    result = np.full((rows, columns), np.nan)
    for entry in entries:
        try:
            (row, column), value = entry
        except (TypeError, ValueError):
            raise ValueError(f"{key}: {short(entry)} is not of the form [[from, to], weight]") from None
        if type(row) is not int or type(column) is not int or not (0 <= row < rows and 0 <= column < columns):
            raise ValueError(f"{key}: index [{short(row)}, {short(column)}] is outside {rows} x {columns}")
        if not math.isnan(result[row, column]):
            raise ValueError(f"{key}: index [{row}, {column}] appears twice")
        result[row, column] = number(value, f"{key}[{row}, {column}]")
    return result


def biases(content: dict[str, Any], key: str, nodes: str, length: int) -> npt.NDArray[np.float64]:
    """[b_0, b_1, ...] -> (length,)."""
    values = get(content, key, list)
    if len(values) != length:
        raise ValueError(f"{key} has {len(values)} values, Dimensions.{nodes} says {length}")
    return np.array([number(value, f"{key}[{index}]") for index, value in enumerate(values)])


def number(value: object, where: str) -> float:
    """A weight, checked to be a finite number that is small enough for sums not to overflow."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where} is {short(value)}, not a number")
    if not math.isfinite(value):
        raise ValueError(f"{where} is {short(value)}; weights must be finite")
    if abs(value) > LARGEST:
        raise ValueError(f"{where} is {short(value)}; weights must be between -{LARGEST:g} and {LARGEST:g}")
    return float(value)


def short(value: object) -> str:
    """A value for a message: at most 40 characters of JSON, which are safe on a terminal."""
    if isinstance(value, list | dict) and len(value) > 10:
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value):,}"
    if isinstance(value, str):
        value = value[:40]
    try:
        text = json.dumps(value, default=repr)
    except RecursionError:
        return "lists nested too deeply"
    return text if len(text) <= 40 else text[:37] + "..."


def _integer(digits: str) -> int | float:
    """An integer; with more than 300 digits it counts as infinite, since Python takes quadratic time to parse it."""
    return int(digits) if len(digits) <= 300 else -math.inf if digits.startswith("-") else math.inf


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"{short(twice)} appears twice")
    return content
