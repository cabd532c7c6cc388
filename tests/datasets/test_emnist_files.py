import gzip
import struct
from pathlib import Path

import pytest

from charnet.datasets import emnist_files
from charnet.datasets.emnist_files import check, decompress, name

PICTURES = struct.pack(">4I", 0x803, 3, 28, 28) + bytes(3 * 28 * 28)
LABELS = struct.pack(">2I", 0x801, 3) + bytes(3)


def test_files_are_named_as_torchvision_names_them() -> None:
    assert name("train", "images") == "emnist-byclass-train-images-idx3-ubyte"
    assert name("test", "labels") == "emnist-byclass-test-labels-idx1-ubyte"


@pytest.mark.parametrize("folder", [".", "gzip"], ids=["one by one", "as gzip.zip unpacks"])
def test_compressed_files_are_decompressed_once(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    for what, content in (("images", PICTURES), ("labels", LABELS)):
        (tmp_path / folder / f"{name('test', what)}.gz").write_bytes(gzip.compress(content))
    decompress(tmp_path, "test")
    assert (tmp_path / name("test", "images")).read_bytes() == PICTURES
    (tmp_path / name("test", "labels")).write_bytes(b"kept")
    decompress(tmp_path, "test")
    assert (tmp_path / name("test", "labels")).read_bytes() == b"kept"


@pytest.mark.parametrize("content", [PICTURES[:-1], PICTURES + b"more", LABELS, b""])
def test_another_length_or_kind_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    packed = tmp_path / f"{name('test', 'images')}.gz"
    packed.write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=r"\.gz: damaged \(.*\); delete it and run this again"):
        decompress(tmp_path, "test")
    assert list(tmp_path.iterdir()) == [packed]
    path = tmp_path / "pictures"
    path.write_bytes(content)
    with pytest.raises(RuntimeError):
        check(path, "images")


def test_a_whole_file_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for what, content in (("images", PICTURES), ("labels", LABELS)):
        (tmp_path / what).write_bytes(content)
        check(tmp_path / what, what)
    monkeypatch.setattr(emnist_files, "MOST_PICTURES", 2)
    with pytest.raises(RuntimeError, match="not a file of up to 2 labels"):
        check(tmp_path / "labels", "labels")
