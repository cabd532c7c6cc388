import re
import string
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charnet.letters import naming
from charnet.system import names

LABELS = st.text(min_size=1, max_size=16).map(names.normalise).filter(lambda label: 0 < len(label) <= 16)


@pytest.mark.parametrize(
    ("label", "folder"),
    [
        *zip(string.ascii_lowercase + string.digits, string.ascii_lowercase + string.digits, strict=True),
        ("yes", "yes"),
        ("é", "é"),
        ("中", "中"),
        ("א", "א"),
        ("-", "-"),
        ("A", "%41"),
        ("Yes", "%59es"),
        ("É", "%c3%89"),
        ("ß", "%c3%9f"),
        ("²", "%c2%b2"),
        (".", "%2e"),
        ("..", "%2e%2e"),
        ("/", "%2f"),
        ("\\", "%5c"),
        (":", "%3a"),
        ("%", "%25"),
        ("%41", "%2541"),
        ("a b", "a%20b"),
        ("con", "%63on"),
        ("lpt1", "%6cpt1"),
        ("cons", "cons"),
        ("\0", "%00"),
        ("\udcff", "%ed%b3%bf"),
    ],
)
def test_the_rule_both_ways(label: str, folder: str):
    assert naming.to_folder(label) == folder
    assert naming.from_folder(folder) == label


@given(LABELS)
def test_every_label_comes_back_from_a_name_that_every_system_holds(label: str):
    folder = naming.to_folder(label)
    assert naming.from_folder(folder) == label
    assert names.is_portable(folder) and not folder.startswith(".") and len(folder.encode()) <= 255


@given(LABELS, LABELS)
def test_no_two_folders_fold_together(one: str, other: str):
    """As by the rules of Unicode, of upper case and of its decomposed form, which file systems follow."""
    for fold in (str.casefold, str.upper, lambda name: unicodedata.normalize("NFKD", name).casefold()):
        same = fold(naming.to_folder(one)) == fold(naming.to_folder(other))
        assert same == (one == other)


def test_no_two_characters_fold_together():
    """All of the first 3,000 characters of Unicode, and those that are the same in another form."""
    labels = {names.normalise(chr(code)) for code in (*range(3000), *range(0x1E00, 0x2100), *range(0xFB00, 0xFF70))}
    labels = {label for label in labels if len(label) == 1}
    folded = {unicodedata.normalize("NFKD", naming.to_folder(label).upper().casefold()) for label in labels}
    assert len(folded) == len(labels)


@pytest.mark.parametrize("folder", ["A", "Yes", "%zz", "%61", "100%", "%ff", "a b", "con", "%41b%"])
def test_a_folder_from_elsewhere_is_of_the_label_that_its_name_is(folder: str):
    assert naming.from_folder(folder) == folder


def test_other_forms_of_the_same_name():
    assert naming.from_folder("e\u0301") == "é"  # as HFS+ lists it
    assert naming.from_folder("%4A") == naming.from_folder("%4a") == "J"


def make(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
    return root


def test_folders_come_by_their_labels(tmp_path: Path):
    make(tmp_path, "b", "%41", "%2e", "1", "C", ".hidden")
    (tmp_path / "file").write_text("")
    found = naming.folders(tmp_path)
    assert list(found) == [".", "1", "A", "C", "b"]
    assert [path.name for path in found.values()] == ["%2e", "1", "%41", "C", "b"]


@pytest.mark.parametrize("others", [("A", "%41"), ("é", "e\u0301")])
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere é and é are one folder")
def test_two_folders_of_one_label_are_refused(tmp_path: Path, others: tuple[str, str]):
    make(tmp_path, *others)
    with pytest.raises(ValueError, match=r"both folders of the label .; move the pictures of one into the other"):
        naming.folders(tmp_path)


def test_a_folder_that_is_there_is_kept_and_a_new_one_is_named_by_the_rule(tmp_path: Path):
    make(tmp_path, "a", "B")
    found = naming.assign(tmp_path, "aAB/")
    assert {label: path.name for label, path in found.items()} == {"a": "a", "A": "%41", "B": "B", "/": "%2f"}
    assert naming.assign(tmp_path / "new", "A") == {"A": tmp_path / "new/%41"}


def test_two_labels_that_would_share_a_folder_are_refused(tmp_path: Path):
    make(tmp_path, "A")
    rule = "the folder A of the label A would be the folder of a too where names ignore case; rename it to %41"
    with pytest.raises(ValueError, match=f"^{re.escape(f'{tmp_path}: {rule}')}$"):
        naming.assign(tmp_path, "Aa")
