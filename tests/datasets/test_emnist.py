"""Small files of exactly the format that torchvision's EMNIST reads, read by its own code."""

import gzip
import struct
from pathlib import Path
from urllib.error import URLError

import numpy as np
import numpy.typing as npt
import pytest

from charnet.datasets import emnist
from charnet.letters.samples import writer_of
from charnet.pictures import images
from charnet.spec import Spec

Pictures = npt.NDArray[np.uint8]


def letter(shape: str) -> Pictures:
    """An upright 28 x 28 picture, white on black: an L, or a bar."""
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 8:11] = 255
    if shape == "L":
        picture[21:24, 8:20] = 255
    return picture


def write_idx(path: Path, values: Pictures, packed: bool = False) -> None:
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    content = header + values.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    if packed:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content))
    else:
        path.write_bytes(content)


def make(root: Path, packed: bool = False) -> Path:
    """Digits, capitals and lowercase letters, among them a blank picture; rows and columns swapped as in EMNIST."""
    labels = {"train": [36, 0, 61, 35, 47, 36, 40], "test": [10, 47]}
    for part, numbers in labels.items():
        upright = np.stack([letter("L" if number == 47 else "I") for number in numbers])
        upright[np.array(numbers) == 40] = 0
        raw = root / "EMNIST" / "raw"
        swapped = np.ascontiguousarray(upright.transpose(0, 2, 1))
        write_idx(raw / f"emnist-byclass-{part}-images-idx3-ubyte", swapped, packed)
        write_idx(raw / f"emnist-byclass-{part}-labels-idx1-ubyte", np.array(numbers, np.uint8), packed)
    return root


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = emnist.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, output.err


def names(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png"))


@pytest.mark.parametrize("packed", [False, True])
def test_lowercase_letters_come_out_upright_in_both_parts(
    tmp_path: Path, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = make(tmp_path / "raw", packed), tmp_path / "out"
    status, printed, _ = called(capsys, "--out", out, "--root", root, "--no-download")
    assert status == 0 and "5 letters (5 new, 0 already there)" in printed
    assert "1  the picture is blank: no ink stands out from the paper (such as train/e/000006.png)" in printed
    assert names(out) == [
        "test/l/000001.png",
        "train/a/000000.png",
        "train/a/000005.png",
        "train/l/000004.png",
        "train/z/000002.png",
    ]
    framed = images.frame(images.to_ink(255 - letter("L")), Spec())
    for path in (out / "test/l/000001.png", out / "train/l/000004.png"):
        np.testing.assert_allclose(images.decode(path), np.round((1 - framed) * 255), atol=1)
        assert writer_of(path) == ""


def test_a_second_call_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, out = make(tmp_path / "raw"), tmp_path / "out"
    words = ("--out", out, "--root", root)  # with downloads allowed: nothing is missing, so none is tried
    assert called(capsys, *words)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*.png")}
    (out / "train/a/000000.png").unlink()
    assert "5 letters (1 new, 4 already there)" in called(capsys, *words)[1]
    assert {path: path.read_bytes() for path in out.rglob("*.png")} == before
    status, _, errors = called(capsys, *words, "--framing", "corner")
    assert status == 1 and "framing 'moments' there, 'corner' now" in errors


def test_no_files_and_no_internet_say_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.datasets import EMNIST

    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", tmp_path / "raw", "--no-download")
    assert status == 1 and "leave out --no-download" in errors and errors.count("\n") == 1

    def unreachable(self: EMNIST) -> None:
        raise URLError(OSError(-3, "Temporary failure in name resolution"))

    monkeypatch.setattr(EMNIST, "download", unreachable)
    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", tmp_path / "raw")
    assert status == 1 and "fetch EMNIST's gzip.zip by other means" in errors and errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("what", "keep"), [("images-idx3", 700), ("images-idx3", 2), ("labels-idx1", 10)])
def test_torn_files_are_named(tmp_path: Path, what: str, keep: int, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "raw")
    path = root / f"EMNIST/raw/emnist-byclass-train-{what}-ubyte"
    path.write_bytes(path.read_bytes()[:keep])
    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", root, "--no-download")
    assert status == 1 and "emnist-byclass-train-* damaged; delete them" in errors and errors.count("\n") == 1


def test_a_torn_download_is_named_and_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "raw", packed=True)
    path = root / "EMNIST/raw/emnist-byclass-train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", root, "--no-download")
    assert status == 1 and f"{path.name}: damaged" in errors
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".gz"] * 4


def test_a_wrong_call_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        emnist.main(["--framing", "round"])
    assert end.value.code == 2 and "error:" in capsys.readouterr().err


@pytest.mark.parametrize("head", [b"", b"\0\0\x08\x03\0\0\0\x07\0\0\0\x1c\0\0\0\x1c", b"\0\0\x08\x03\x7f\xff\xff\xff"])
def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, head: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path / "raw", packed=True)
    path = root / "EMNIST/raw/emnist-byclass-train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(head + bytes(10_000_000)))
    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", root, "--no-download")
    assert status == 1 and f"{path.name}: damaged (" in errors and errors.count("\n") == 1
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".gz"] * 4


def test_a_file_longer_than_its_header_says_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "raw")
    with (root / "EMNIST/raw/emnist-byclass-train-images-idx3-ubyte").open("ab") as file:
        file.write(b"more")
    status, _, errors = called(capsys, "--out", tmp_path / "out", "--root", root, "--no-download")
    assert status == 1 and "is not what its header says" in errors
