"""torch.load for a file of anyone's: plain types and tensors, of no more memory than the file."""

from __future__ import annotations

import dataclasses
import io
import pickletools
import types
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import torch
from torch import Tensor

from charnet.system import zips

MAX_MEMBERS = 10_000  # a checkpoint has one for each tensor, and some ten more
MAX_PICKLE = 10_000_000  # bytes of the values that are no tensors
# What tensors and state dicts are made of. torch also allows bytearray(n), sparse tensors and so on, of any size.
GLOBALS = {"collections OrderedDict", "torch._utils _rebuild_tensor_v2"}
STORAGES = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
GLOBALS |= {f"torch {name}Storage" for name in STORAGES}
OTHER_CALLS = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID"}


def load(path: Path) -> Any:
    """The content of a file that `torch.save` wrote. Raises `ValueError` for any other and for what asks for more."""
    try:
        content = torch.load(_copy(path), map_location="cpu", weights_only=True)
        _check_tensors(content)
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
    """Raise `ValueError` for a pickle that names anything but tensors and their parts."""
    if len(content) > MAX_PICKLE:
        raise ValueError("too large")
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in OTHER_CALLS or (opcode.name == "GLOBAL" and argument not in GLOBALS):
            raise ValueError(f"{opcode.name} {argument}")


def _check_tensors(value: object) -> None:
    """Raise `ValueError` for a tensor of more elements than its memory holds: with a stride of 0 they repeat."""
    if isinstance(value, Tensor):
        if value.numel() * value.element_size() > value.untyped_storage().nbytes():
            raise ValueError("a tensor repeats its elements")
    elif isinstance(value, dict):
        for item in value.values():
            _check_tensors(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_tensors(item)


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
