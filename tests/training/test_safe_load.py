"""Files of torch's that ask for more than they hold."""

import dataclasses
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from charnet.training import safe_load

BLANK = b"\0" * 4


def archive(pickle: bytes, data: bytes = BLANK, compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as members:
        for name, content in (("data.pkl", pickle), ("version", b"3\n"), ("byteorder", b"little"), ("data/0", data)):
            members.writestr(f"archive/{name}", content)
    return file.getvalue()


def tensor(elements: int, size: int, stride: int) -> bytes:
    """{"t": a tensor of `size` elements with this stride, in a storage of so many}, as torch pickles it."""
    storage = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuJ" + struct.pack("<i", elements) + b"tQ"
    sizes = b"J" + struct.pack("<i", size) + b"\x85J" + struct.pack("<i", stride) + b"\x85"
    rebuild = (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0" + sizes + b"\x89ccollections\nOrderedDict\n)RtR"
    )
    return b"\x80\2}X\1\0\0\0t" + rebuild + b"s."


def doubled(empty: bytes, pair: bytes, end: bytes, times: int = 60) -> bytes:
    """Values that each hold the next one twice, as `pair` makes them of the value that is kept last; then `end`."""
    steps = (b"q%c" % step + pair % (step, step) for step in range(times))
    return b"\x80\2" + empty + b"".join(steps) + end + b"."


def load(folder: Path, content: bytes) -> Any:
    (folder / "file.pt").write_bytes(content)
    return safe_load.load(folder / "file.pt")


def test_what_torch_saves_is_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, archive(tensor(1, 1, 1)))["t"].tolist() == [0]
    file = io.BytesIO()
    network = torch.nn.Linear(3, 2)
    torch.save({"text": "é", "model": network.state_dict(), "whole": torch.arange(3), "rows": [1.5, None, True]}, file)
    found = load(tmp_path, file.getvalue())
    assert torch.equal(found["model"]["weight"], network.weight)
    assert (found["text"], found["whole"].tolist(), found["rows"]) == ("é", [0, 1, 2], [1.5, None, True])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        archive(b""),
        archive(tensor(1, 1_000_000_000, 0)),
        archive(tensor(1_000_000_000, 1_000_000_000, 1)),
        archive(tensor(1, 1, 1), b"\0" * 1_000_000, zipfile.ZIP_DEFLATED),
        archive(b"\x80\2}X\1\0\0\0tcbuiltins\nbytearray\nJ\0\0\0\x40\x85Rs."),
        archive(b"\x80\2}X\1\0\0\0tctorch\nFloatStorage\nJ\0\0\0\x40\x85Rs."),
        archive(b"\x80\2}X\1\0\0\0tctorch._utils\n_rebuild_meta_tensor_no_storage\n)Rs."),
        archive(b"\x80\4\x8c\5posix\x8c\6system\x93."),
        archive(b"\x80\2}q\0X\1\0\0\0th\0s."),  # it holds itself
        archive(doubled(b"]", b"](h%ch%ce", b"")),
        archive(doubled(b"}", b"}(K\0h%cK\1h%cu", b"")),
        archive(doubled(b")", b"h%ch%c\x86", b"}q\xffh;Ns")),
    ],
)
def test_whatever_asks_for_more_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match="not a whole file of torch's"):
        load(tmp_path, content)


@dataclasses.dataclass
class Inner:
    share: float = 0.5


@dataclasses.dataclass
class Outer:
    count: int = 0
    name: str = ""
    folds: int | str = 0
    logits: torch.Tensor | None = None
    model: dict[str, torch.Tensor] = dataclasses.field(default_factory=dict)
    inner: Inner = dataclasses.field(default_factory=Inner)


def test_values_are_of_the_types_of_their_fields() -> None:
    for good in (
        {},
        {"folds": "writers", "logits": torch.ones(1), "model": {"w": torch.ones(1)}, "inner": {"share": 1}},
    ):
        safe_load.check_types(good, Outer)
    for key, bad in (
        ("count", True),
        ("count", 1.0),
        ("name", None),
        ("folds", []),
        ("logits", 3),
        ("model", {"w": 1}),
        ("inner", 3),
        (r"inner\.share", "x"),
    ):
        values = {"inner": {"share": bad}} if "." in key else {key: bad}
        with pytest.raises(ValueError, match=f"{key} is of type "):
            safe_load.check_types(values, Outer)
