import os
from pathlib import Path

import pytest
from PIL import Image

from charnet.pictures import listing
from charnet.pictures.opening import FORMATS


def test_walk_is_sorted_and_passes_over_hidden_and_foreign_files(tmp_path):
    for name in ("b/2.png", "b/10.png", "a/1.jpg", ".hidden/1.png", "a/.1.png", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in listing.walk([tmp_path])]
    assert found == ["a/1.jpg", "b/10.png", "b/2.png"]


def test_every_file_may_be_asked_for_and_files_are_named_as_they_are(tmp_path: Path) -> None:
    for name in ("1.png", "notes.txt", "2.PNG", "3.jpeg"):
        (tmp_path / name).touch()
    assert [path.name for path in listing.walk([tmp_path])] == ["1.png", "2.PNG", "3.jpeg"]
    assert [path.name for path in listing.walk([tmp_path], every=True)] == ["1.png", "2.PNG", "3.jpeg", "notes.txt"]
    asked = [tmp_path / "notes.txt", tmp_path / "none", tmp_path / "1.png"]
    assert listing.walk(asked) == asked  # reading them says what is wrong


def test_a_picture_of_any_kind_that_is_read_is_found(tmp_path: Path) -> None:
    Image.init()
    suffixes = {suffix for suffix, kind in Image.EXTENSION.items() if kind in FORMATS}
    for suffix in (*suffixes, ".mpo"):
        (tmp_path / f"1{suffix}").touch()
    assert len(listing.walk([tmp_path])) == len(suffixes) + 1


def test_a_file_without_a_suffix_is_a_picture_if_it_holds_one(tmp_path: Path) -> None:
    Image.new("L", (5, 5)).save(tmp_path / "scan", "PNG")
    (tmp_path / "README").write_text("words")
    (tmp_path / "empty").touch()
    assert [path.name for path in listing.walk([tmp_path])] == ["scan"]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_links_to_folders_are_not_followed_and_those_to_themselves_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.png").touch()
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/2.png").symlink_to(tmp_path / "a/1.png")
    (tmp_path / "a/3.png").symlink_to(tmp_path / "a/3.png")
    assert [path.name for path in listing.walk([tmp_path])] == ["1.png", "2.png", "3.png"]
