import io
import zipfile
from pathlib import Path

import bombs
import numpy as np
import pytest
from PIL import Image
from samples import photo

from charnet.collector import uploads
from charnet.collector.store import Store
from charnet.pictures import ink
from charnet.spec import Spec

STROKES = [[[0.2, 0.2, 0, 0.5], [0.8, 0.5, 9, 0.5]]]


def zipped(members: dict[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "letters", "ab")


def test_a_picture_that_holds_its_ink_is_framed_from_it_and_keeps_it(store: Store) -> None:
    larger = Spec(width=20, height=32)
    content = ink.to_png(ink.framed(STROKES, larger), STROKES)
    result = uploads.save_picture(store, Spec(), content, "a.png", "a", "anna")
    assert (result.saved, result.refused, result.counts()) == ([("a", "anna-0")], [], {"a": 1})
    saved = store.path("a", "anna-0")
    strokes = ink.from_png(saved)
    assert strokes is not None and [stroke.tolist() for stroke in strokes] == STROKES
    expected = np.asarray(Image.open(io.BytesIO(ink.to_png(ink.framed(STROKES, Spec())))))
    assert (np.asarray(Image.open(saved)) == expected).all()


@pytest.mark.parametrize(
    "far", [[[[9.0, 9.0, 0, 1], [9.5, 9.5, 9, 1]]], [[[0.1, 0.1, 0, 1]] * (uploads.MAX_POINTS + 1)]]
)
def test_ink_that_the_page_would_not_accept_is_left_out(store: Store, far: list[list[list[float]]]) -> None:
    content = ink.to_png(ink.framed(STROKES, Spec()), far)
    uploads.save_picture(store, Spec(), content, "a.png", "a", "")
    assert ink.from_png(store.path("a", "0")) is None


def test_what_is_no_picture_or_too_large_is_refused_by_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    result = uploads.save_picture(store, Spec(), b"text", "evil\x1b[2J.png", "a", "")
    ((name, reason),) = result.refused
    assert name == "evil\\x1b[2J.png" and "not a picture" in reason and result.saved == []
    monkeypatch.setattr(uploads, "MAX_FILE", 10)
    assert uploads.save_picture(store, Spec(), photo(), "a.png", "a", "").refused == [("a.png", "larger than 0 MB")]
    assert not store.root.exists()


def test_a_zip_is_saved_under_its_folders_and_writers_names(store: Store) -> None:
    names = ["a/7.png", "b/anna-3.png", "some/where/b/4.png", "c/1.png", "1.png", "a/notes.txt", ".hidden/a/1.png"]
    result = uploads.save_zip(store, Spec(), zipped(dict.fromkeys(names, photo())), None, "")
    assert result.saved == [("a", "0"), ("b", "anna-0"), ("b", "0")]
    assert [name for name, _ in result.refused] == ["c/1.png", "1.png", "a/notes.txt"]
    assert result.refused[0][1] == "its folder 'c' is not one of the labels; rename it, or add the label to this page"
    assert result.refused[1][1] == "it is in no folder; put it into one that is named by its label"
    # Numbers that are taken already are skipped.
    other = ink.to_png(ink.framed(STROKES, Spec()), STROKES)
    assert uploads.save_zip(store, Spec(), zipped({"x.png": other}), "a", "").saved == [("a", "1")]


def test_a_zip_that_comes_twice_adds_nothing_twice(store: Store) -> None:
    drawn = ink.to_png(ink.framed(STROKES, Spec()), STROKES)
    members = {"a/0.png": photo(), "a/anna-0.png": photo(), "b/0.png": drawn, "b/1.png": drawn}
    for label in (None, "b"):
        first = uploads.save_zip(store, Spec(), zipped(members), label, "")
        again = uploads.save_zip(store, Spec(), zipped(members), label, "")
        assert (first.already + len(first.saved), again.saved, again.already) == (4, [], 4)
    samples = {f"{label}/{name}.png": store.read(label, name) for label in "ab" for name in store.names(label)}
    given_out = uploads.save_zip(store, Spec(), zipped(samples), None, "")
    assert (given_out.saved, given_out.already) == ([], len(samples))
    store.remove("a", "0")  # what was removed may come back
    assert uploads.save_zip(store, Spec(), zipped(members), None, "").saved == [("a", "0")]
    assert uploads.save_picture(store, Spec(), photo(), "a.png", "a", "").saved == [("a", "1")]  # one by one, as asked


def test_pictures_in_a_zip_that_would_take_minutes_are_refused_by_name(store: Store) -> None:
    bomb = bombs.progressive_jpeg(4000, 2000)
    content = bombs.zipped(a__0_jpg=bomb, a__1_jpg=bomb, a__2_png=photo())
    result = uploads.save_zip(
        store, Spec(), io.BytesIO(content.replace(b"_jpg", b".jpg").replace(b"_png", b".png")), None, ""
    )
    assert len(content) < 10_000 and result.saved == [("a", "0")]
    assert result.refused == [
        (name, "a JPEG of more than 100 scans; save the picture again") for name in ("a/0.jpg", "a/1.jpg")
    ]


def test_a_zip_of_many_odd_pictures_is_one_line_of_the_log(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    file = io.BytesIO()
    page = Image.new("L", (200, 400), 255)
    page.paste(0, (50, 20, 70, 120))
    page.save(file, "JPEG", quality=95)
    cut = file.getvalue()[:-300]
    assert len(uploads.save_zip(store, Spec(), zipped({f"a/{n}.jpg": cut for n in range(3)}), None, "").saved) > 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("note: the picture: the file ends too early") and "2 more" in line


def test_only_so_many_refused_files_are_listed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_NAMED", 2)
    result = uploads.save_zip(store, Spec(), zipped({f"a/{n}.txt": b"" for n in range(5)}), None, "")
    assert (len(result.refused), result.more) == (2, 3)


def test_a_torn_zip_saves_nothing(store: Store) -> None:
    content = zipped({"a/0.png": photo()}).getvalue()
    with pytest.raises(ValueError, match="not a whole zip archive"):
        uploads.save_zip(store, Spec(), io.BytesIO(content[:-30]), None, "")
    assert not store.root.exists()
