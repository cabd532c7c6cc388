"""torch.load for a file of anyone's: plain types and tensors, of no more memory than the file."""

from __future__ import annotations

import dataclasses
import io
import pickletools
import types
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import torch
from torch import Tensor

from charnet.system import zips

MAX_MEMBERS = 10_000  # a checkpoint has one for each tensor, and some ten more
MAX_PICKLE = 10_000_000  # bytes of the values that are no tensors
MAX_VALUES = 1_000_000  # each as often as it is there: sixty lists that each hold the next one twice are 2^60
# What tensors and state dicts are made of. torch also allows bytearray(n), sparse tensors and so on, of any size.
GLOBALS = {"collections OrderedDict", "torch._utils _rebuild_tensor_v2"}
STORAGES = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
GLOBALS |= {f"torch {name}Storage" for name in STORAGES}
OTHER_CALLS = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID"}


def load(path: Path) -> Any:
    """The content of a file that `torch.save` wrote. Raises `ValueError` for any other and for what asks for more."""
    try:
        content = torch.load(_copy(path), map_location="cpu", weights_only=True)
        _check_values(content)
    except OSError:
        raise
    except Exception as error:  # zipfile, pickletools and torch's unpickler raise nearly anything
        raise ValueError(f"not a whole file of torch's ({type(error).__name__})") from error
    return content


def _copy(path: Path) -> io.BytesIO:
    """The archive, written again from the members that were checked, so that torch sees the very same."""
    copy = io.BytesIO()
    with path.open("rb") as file, zips.opened(file, MAX_MEMBERS) as archive, zipfile.ZipFile(copy, "w") as written:
        members = archive.infolist()
        if sum(member.file_size for member in members) > path.stat().st_size:
            raise ValueError("compressed")
        for member in members:
            content = archive.read(member)
            if member.filename.endswith(".pkl"):
                _check_pickle(content)
            written.writestr(member.filename, content)
    copy.seek(0)
    return copy


def _check_pickle(content: bytes) -> None:
    """Raise `ValueError` for a pickle that names anything but tensors and their parts, or that has a tuple twice.

    Tuples that each hold the next one twice would take as keys of a dictionary 2^60 steps, within `torch.load`.
    """
    if len(content) > MAX_PICKLE:
        raise ValueError("too large")
    tuples: set[object] = set()  # where they are kept for later
    is_tuple = False  # what the last opcode gave
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in OTHER_CALLS or (opcode.name == "GLOBAL" and argument not in GLOBALS):
            raise ValueError(f"{opcode.name} {argument}")
        if "GET" in opcode.name and argument in tuples:
            raise ValueError("a tuple twice")
        if is_tuple and "PUT" in opcode.name:
            tuples.add(argument)
        elif opcode.name != "PROTO":
            is_tuple = opcode.name.startswith("TUPLE")


def _check_values(content: object) -> None:
    """Raise `ValueError` for too many values, a whole number of more than 64 bits, or a tensor that repeats elements.

    Such a one has more elements than its memory holds: its stride is 0.
    """
    for number, value in enumerate(_values(content)):
        if number == MAX_VALUES:
            raise ValueError("too many values")
        if type(value) is int and value.bit_length() > 63:
            raise ValueError("a number too large")
        if isinstance(value, Tensor) and value.numel() * value.element_size() > value.untyped_storage().nbytes():
            raise ValueError("a tensor repeats its elements")


def _values(content: object) -> Iterator[object]:
    """What is loaded, and everything in it."""
    yield content
    if isinstance(content, dict | list | tuple):
        for item in content.values() if isinstance(content, dict) else content:
            yield from _values(item)


def check_types(values: Mapping[str, Any], schema: type, prefix: str = "") -> None:
    """Raise `ValueError` where a value for a field of a dataclass, or of one inside it, is of another type."""
    hints = get_type_hints(schema)
    for key, value in values.items():
        hint = hints.get(key, Any)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
            check_types(value, hint, f"{prefix}{key}.")
        elif not _fits(value, hint):
            raise ValueError(f"{prefix}{key} is of type {type(value).__name__}")


def _fits(value: object, hint: Any) -> bool:
    if hint is Any:
        return True
    if get_origin(hint) in (types.UnionType, Union):
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is dict:
        key_hint, value_hint = get_args(hint)
        return isinstance(value, dict) and all(_fits(k, key_hint) and _fits(v, value_hint) for k, v in value.items())
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint
