import os
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import ImageFolder

from charnet.letters import folder
from charnet.letters.config import LettersConfig
from charnet.pictures import images
from charnet.spec import Spec

SPEC = Spec(("l", "o", "z"))
STARTER = Path(__file__).parents[2] / "data/letters/a/0.png"


def test_one_level_too_high_is_refused_with_the_folder_that_is_meant(tmp_path: Path) -> None:
    def make(*names: str) -> Path:
        root = tmp_path / f"root{len(list(tmp_path.iterdir()))}"
        for name in names:
            (root / name).mkdir(parents=True)
            shutil.copy(STARTER, root / name / "0.png")
        return root

    def refusal(root: Path) -> str:
        with pytest.raises(ValueError) as raised:
            folder.spec_of(LettersConfig(str(root)))
        return str(raised.value)

    root = make("letters/a", "letters/b")
    assert f"{root} holds folders of letter folders, not of pictures: letters; " in refusal(root)
    assert f"did you mean data.root={root}/letters? If these are labels, name them: data.labels='letters '" in refusal(
        root
    )
    root = make("val/a", "train/a", "train/b")
    assert f"did you mean data.root={root}/train data.test={root}/val?" in refusal(root)
    root = make("digits/0", "letters/a")
    assert f"did you mean data.root={root}/digits or data.root={root}/letters?" in refusal(root)
    root = make("letters/a", "photos")
    assert f"did you mean data.root={root}/letters?" in refusal(root)
    root = make("words/yes", "words/no")
    assert f"did you mean data.root={root}/words?" in refusal(root)
    with pytest.raises(ValueError, match=r"no pictures of a b; its letter folders are: words; did you mean .*/words\?"):
        folder.find(root, Spec(("a", "b")))
    # Folders of writers inside those of letters, words, and labels that are named pass.
    for good in (make("a/kai", "a/eva", "b/kai"), make("yes", "no/kai", "no/eva"), make("train", "val")):
        folder.spec_of(LettersConfig(str(good)))
    assert folder.spec_of(LettersConfig(str(root), labels="words ")).labels == ("words",)


def test_agrees_with_torchvision(letters: Path):
    """The same files with the same labels in the same order as ImageFolder finds."""
    theirs = ImageFolder(str(letters))
    ours = folder.read(letters, SPEC)
    assert [(str(path), int(target)) for path, target in zip(ours.paths, ours.targets, strict=True)] == theirs.samples
    expected = np.stack([images.read(path, SPEC) for path, _ in theirs.samples])
    assert ours.pictures.dtype == np.uint8
    assert np.abs(ours.pictures / 255 - expected).max() <= 0.5 / 255 + 1e-6


def test_labels_come_in_the_order_of_the_spec(letters: Path):
    found = folder.read(letters, Spec(("z", "l", "o")))
    assert [path.parent.name for path in found.paths[::8]] == ["z", "l", "o"]
    assert found.targets[::8].tolist() == [0, 1, 2]


def test_what_was_found_before_is_not_looked_for_again(letters: Path):
    found = folder.find(letters, SPEC)
    (letters / "l/new.png").write_bytes((letters / "l/0.png").read_bytes())
    assert [(str(path), target) for path, target in _rows(folder.read(letters, SPEC, found=found))] == found
    assert len(folder.read(letters, SPEC)) == len(found) + 1


def test_bad_pictures_are_named_and_skipped(letters: Path, capsys: pytest.CaptureFixture[str]):
    (letters / "l/0.png").write_bytes(b"")
    (letters / "l/1.png").write_bytes((letters / "l/2.png").read_bytes()[:60])
    Image.new("L", (10, 16), 255).save(letters / "o/0.png")
    (letters / "o/notes.txt").write_text("hello")
    (letters / ".ipynb_checkpoints").mkdir()
    (letters / "o/.DS_Store").write_text("")
    found = folder.read(letters, SPEC)
    assert len(found) == len(found.pictures) == len(found.targets) == 21
    assert [path.parent.name for path in found.paths] == [SPEC.labels[target] for target in found.targets]
    named = capsys.readouterr().err
    assert all(f"skipped {letters}/{name}: " in named for name in ("l/0.png", "l/1.png", "o/0.png", "o/notes.txt"))
    assert "blank" in named
    assert "DS_Store" not in named


def test_many_bad_pictures_are_counted(letters: Path, capsys: pytest.CaptureFixture[str]):
    for number in range(7):
        (letters / f"l/{number}.png").write_bytes(b"")
    folder.read(letters, SPEC)
    err = capsys.readouterr().err
    assert err.count(f"skipped {letters}/l/") == 5
    assert err.endswith("skipped 2 more\n")


def test_a_file_that_is_gone_by_then_is_skipped(letters: Path, capsys: pytest.CaptureFixture[str]):
    found = folder.find(letters, SPEC)
    (letters / "o/3.png").unlink()
    left = folder.read(letters, SPEC, found=found)
    assert [(str(path), target) for path, target in _rows(left)] == [
        row for row in found if row[0] != f"{letters}/o/3.png"
    ]
    assert capsys.readouterr().err == f"skipped {letters}/o/3.png: No such file or directory\n"


def test_a_link_to_itself_is_skipped(letters: Path, capsys: pytest.CaptureFixture[str]):
    (letters / "o/loop.png").symlink_to(letters / "o/loop.png")
    assert len(folder.read(letters, SPEC)) == 24
    assert capsys.readouterr().err.startswith(f"skipped {letters}/o/loop.png: ")


def test_a_name_that_is_no_text(letters: Path, capsys: pytest.CaptureFixture[str]):
    """A picture of such a name is read, and one at fault is named so that all can see it."""
    good, bad = (Path(os.fsdecode(os.fsencode(letters / "l") + name)) for name in (b"/\xff.png", b"/\xfe\n.png"))
    good.write_bytes((letters / "l/0.png").read_bytes())
    bad.write_bytes(b"hello")
    assert good in folder.read(letters, SPEC).paths
    assert capsys.readouterr().err.startswith(f"skipped {letters}/l/\\udcfe\\n.png: not a picture")


def test_a_label_without_a_picture_left(letters: Path, capsys: pytest.CaptureFixture[str]):
    for path in (letters / "l").iterdir():
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"no readable pictures of l; data\.labels=oz trains on the rest"):
        folder.read(letters, SPEC)
    capsys.readouterr()
    assert len(folder.read(letters, SPEC, allow_missing=True)) == 16
    assert capsys.readouterr().err.splitlines()[-1] == f"note: {letters} has no pictures of l"


def test_labels_without_a_folder_or_with_an_empty_one(letters: Path, capsys: pytest.CaptureFixture[str]):
    (letters / "yes").mkdir()
    spec = Spec(("yes", "l", "o", "no", "z"))
    for refused in (folder.find, folder.read):
        with pytest.raises(ValueError, match=r"no readable pictures of yes no; data\.labels=loz trains"):
            refused(letters, spec)
    assert capsys.readouterr().err == ""
    found = folder.read(letters, spec, allow_missing=True)
    assert np.bincount(found.targets, minlength=5).tolist() == [0, 8, 8, 0, 8]
    assert capsys.readouterr().err == f"note: {letters} has no pictures of yes no\n"  # once


def test_folders_that_do_not_fit(letters: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"data\.root"):
        folder.read(tmp_path / "no", SPEC)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no letter folders"):
        folder.read(tmp_path / "empty", SPEC)
    (tmp_path / "empty/l").mkdir()
    with pytest.raises(ValueError, match=r"no pictures of x y; its letter folders are: l o z$"):
        folder.read(letters, Spec(("x", "y")))
    with pytest.raises(ValueError, match="no readable pictures; it needs"):
        folder.read(tmp_path / "empty", SPEC, allow_missing=True)


def test_folders_that_are_no_label_are_left_alone(letters: Path, capsys: pytest.CaptureFixture[str]):
    found = folder.read(letters, Spec(("l", "o")))
    assert np.bincount(found.targets).tolist() == [8, 8]
    assert capsys.readouterr().err == f"note: {letters}: ignored, not a label of this network: z\n"


def test_labels_that_no_one_named_are_the_folders_with_something_in_them(letters: Path):
    (letters / "empty").mkdir()
    (letters / ".hidden").mkdir()
    assert folder.spec_of(LettersConfig(str(letters))) == SPEC
    assert folder.spec_of(LettersConfig(str(letters), "zl", width=8)) == Spec(("z", "l"), width=8)


def test_an_alphabet_that_lacks_a_letter_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for label in "abcdefghijklmnoprstuvwxyz":
        (tmp_path / label).mkdir()
        (tmp_path / label / "0.png").touch()
    assert len(folder.spec_of(LettersConfig(str(tmp_path))).labels) == 25
    assert capsys.readouterr().err == f"note: {tmp_path} has no pictures of q\n"


def test_letter_folders_without_a_picture_are_no_labels(tmp_path: Path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ValueError, match=r"its letter folders are empty; draw some letters"):
        folder.spec_of(LettersConfig(str(tmp_path)))


def _rows(letters: folder.LetterSet) -> list[tuple[Path, int]]:
    return list(zip(letters.paths, letters.targets.tolist(), strict=True))


def test_folders_are_named_by_the_rule_or_as_they_come(letters: Path):
    """Those of the rule, and from elsewhere one whose name breaks it."""
    for old, new in (("l", "%4c"), ("o", "%2f"), ("z", "Z")):
        (letters / old).rename(letters / new)
    assert folder.spec_of(LettersConfig(str(letters))).labels == ("/", "L", "Z")
    found = folder.read(letters, Spec(("L", "/", "Z")))
    assert [path.parent.name for path in found.paths[::8]] == ["%4c", "%2f", "Z"]
    (letters / "%5a").mkdir()
    with pytest.raises(ValueError, match=r"%5a and Z are both folders of the label Z; move the pictures of one"):
        folder.read(letters, Spec(("L", "/", "Z")))


def test_a_command_that_an_error_advises_can_be_pasted_whatever_the_folder_s_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        folder.read(tmp_path / "my (é)", Spec())
    assert f"--out '{tmp_path}/my (é)'; " in str(error.value)
    command = str(error.value).partition("your own: ")[2]
    assert shlex.split(command)[-1] == f"data.root='{tmp_path}/my (é)'"
