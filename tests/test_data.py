from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from samples import make_letters
from torchvision.datasets import ImageFolder

from charnet import data, images
from charnet.datasets import writer_of
from charnet.spec import Spec

SPEC = Spec(("l", "o", "z"))


def test_agrees_with_torchvision(letters: Path):
    """The same files with the same labels in the same order as ImageFolder finds."""
    theirs = ImageFolder(str(letters))
    ours = data.load(letters, SPEC)
    assert [(str(path), int(target)) for path, target in zip(ours.paths, ours.targets, strict=True)] == theirs.samples
    expected = np.stack([images.read(path, SPEC) for path, _ in theirs.samples])
    assert ours.pictures.dtype == torch.uint8
    assert np.abs(ours.pictures.numpy() / 255 - expected).max() <= 0.5 / 255 + 1e-6


def test_labels_come_in_the_order_of_the_spec(letters: Path):
    found = data.load(letters, Spec(("z", "l", "o")))
    assert [path.parent.name for path in found.paths[::8]] == ["z", "l", "o"]
    assert found.targets[::8].tolist() == [0, 1, 2]


def test_bad_pictures_are_named_and_skipped(letters: Path, capsys: pytest.CaptureFixture[str]):
    (letters / "l/0.png").write_bytes(b"")
    (letters / "l/1.png").write_bytes((letters / "l/2.png").read_bytes()[:60])
    Image.new("L", (10, 16), 255).save(letters / "o/0.png")
    (letters / "o/notes.txt").write_text("hello")
    (letters / ".ipynb_checkpoints").mkdir()
    (letters / "o/.DS_Store").write_text("")
    assert len(data.load(letters, SPEC)) == 21
    told = capsys.readouterr().err
    assert all(name in told for name in ("0.png", "1.png", "blank", "notes.txt"))
    assert "DS_Store" not in told


def test_many_bad_pictures_are_counted(letters: Path, capsys: pytest.CaptureFixture[str]):
    for path in list((letters / "l").iterdir())[:7]:
        path.write_bytes(b"")
    data.load(letters, SPEC)
    assert "skipped 2 more" in capsys.readouterr().err


def test_a_label_without_a_picture_left_is_refused(letters: Path):
    for path in (letters / "l").iterdir():
        path.write_bytes(b"")
    with pytest.raises(ValueError, match="no picture left"):
        data.load(letters, SPEC)


def test_folders_that_do_not_fit(letters: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"data\.root"):
        data.load(tmp_path / "no", SPEC)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no letter folders"):
        data.load(tmp_path / "empty", SPEC)
    with pytest.raises(ValueError, match=r"folder 'z'.*data\.labels"):
        data.load(letters, Spec(("l", "o")))
    with pytest.raises(ValueError, match=r"no pictures of a; data\.labels=loz trains on the rest"):
        data.load(letters, Spec(("l", "o", "z", "a")))
    (letters / "a").mkdir()
    with pytest.raises(ValueError, match=r"no pictures of a;"):
        data.load(letters, Spec(("l", "o", "z", "a")))


def counts(letters: data.Letters, chosen: np.ndarray) -> list[int]:
    return np.bincount(letters.targets.numpy()[chosen], minlength=3).tolist()


def test_held_out_share_is_stratified_and_depends_on_the_seed(tmp_path: Path):
    letters = data.load(make_letters(tmp_path / "many", count=10), SPEC)
    held = data.hold_out(letters, 0.2, "sample", seed=0)
    assert counts(letters, held) == [2, 2, 2]
    assert np.array_equal(held, data.hold_out(letters, 0.2, "sample", seed=0))
    assert not np.array_equal(held, data.hold_out(letters, 0.2, "sample", seed=1))
    assert not data.hold_out(letters, 0, "sample", seed=0).any()


def test_folds_are_stratified_and_even(letters: Path):
    found = data.load(letters, SPEC)
    fold = data.assign_folds(found, 4, "sample", seed=0)
    assert [counts(found, fold == k) for k in range(4)] == [[2, 2, 2]] * 4


def test_one_sample_only(tmp_path: Path):
    letters = data.load(make_letters(tmp_path / "one", count=1), SPEC)
    with pytest.raises(ValueError, match=r"data\.validation.*set it to 0"):
        data.hold_out(letters, 0.2, "sample", seed=0)
    with pytest.raises(ValueError, match="folds: 5 for 3"):
        data.assign_folds(letters, 5, "sample", seed=0)


def by_writers(root: Path, writers: int, each: int) -> data.Letters:
    make_letters(root, count=writers * each)
    for path in list(root.rglob("*.png")):
        number = int(path.stem)
        path.rename(path.with_name(f"w{number % writers}-{number}.png"))
    return data.load(root, SPEC)


def test_a_writer_is_never_on_both_sides(tmp_path: Path):
    letters = by_writers(tmp_path / "writers", writers=6, each=3)
    writers = np.array([writer_of(path) for path in letters.paths])
    held = data.hold_out(letters, 0.3, "writer", seed=0)
    assert not set(writers[held]) & set(writers[~held])
    assert 0.15 < held.mean() < 0.45
    fold = data.assign_folds(letters, 3, "writer", seed=0)
    assert all(len(set(fold[writers == writer])) == 1 for writer in set(writers))
    assert np.bincount(fold).tolist() == [18, 18, 18]


def test_plain_names_have_one_writer(letters: Path):
    found = data.load(letters, SPEC)
    with pytest.raises(ValueError, match=r"data\.split=sample"):
        data.hold_out(found, 0.2, "writer", seed=0)
    with pytest.raises(ValueError, match=r"data\.split=sample"):
        data.assign_folds(found, 5, "writer", seed=0)
