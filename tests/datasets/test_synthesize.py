from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet.datasets import synthesize
from charnet.pictures import images, ink, listing
from charnet.spec import LOWERCASE, Spec

DATA = Path(__file__).parents[2] / "data"


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in listing.walk([root])}


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("synthesize") / "letters"
    assert synthesize.main(["--out", str(root), "--count", "4"]) == 0
    return root


@pytest.mark.parametrize(
    ("folder", "letter", "count"),
    [("letters/i", "i", 120), ("letters/x", "x", 120), ("digits/7", "7", 60), ("capitals/%41", "A", 60)],
)
def test_the_shipped_letters_are_what_it_writes(folder: str, letter: str, count: int) -> None:
    samples = synthesize.samples(letter, count, 0)
    assert len(samples) == len(list((DATA / folder).iterdir()))
    for number, sample in enumerate(samples):
        path = DATA / folder / f"{number}.png"
        strokes = ink.from_png(path)
        assert strokes is not None
        assert all(np.array_equal(ours, shipped) for ours, shipped in zip(sample.strokes, strokes, strict=True))
        with Image.open(path) as picture:  # the last bit of a grey level differs between processors
            assert np.abs(255 - np.round(sample.picture * 255) - np.asarray(picture)).max() <= 1


def test_same_seed_same_bytes_another_seed_others(letters: Path, tmp_path: Path) -> None:
    synthesize.synthesize(tmp_path / "again", 4, 0)
    synthesize.synthesize(tmp_path / "other", 4, 1)
    first, other = contents(letters), contents(tmp_path / "other")
    assert first == contents(tmp_path / "again")
    assert not set(first.values()) & set(other.values())


def test_processes_give_the_same_samples(
    letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synthesize, "FEW", 4 * 22)  # so that processes take the last four letters
    assert synthesize.main(["--out", str(tmp_path / "out"), "--count", "4"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: 104 samples, 4 of each of 26 letters\n"
    for path in listing.walk([letters]):
        other = tmp_path / "out" / path.relative_to(letters)
        shades = [images.decode(name).astype(int) for name in (path, other)]
        assert np.abs(shades[0] - shades[1]).max() <= 1  # they use another number of threads


def test_every_label_has_its_folder_and_count(letters: Path) -> None:
    assert sorted(path.name for path in letters.iterdir()) == list(LOWERCASE)
    for folder in letters.iterdir():
        assert sorted(path.name for path in folder.iterdir()) == ["0.png", "1.png", "2.png", "3.png"]


def test_pictures_are_framed_and_hold_the_ink_they_show(letters: Path) -> None:
    for letter in "aix":
        for number, sample in enumerate(synthesize.samples(letter, 4, 0)):
            path = letters / letter / f"{number}.png"
            picture = images.read(path, Spec())
            strokes = ink.from_png(path)
            assert strokes is not None
            assert picture.shape == (16, 10)
            np.testing.assert_allclose(ink.framed(strokes, Spec(), sample.pen), picture, atol=0.02)  # 8 bits a pixel


def test_every_letter_can_be_written() -> None:
    for letter in LOWERCASE:
        for strokes, pen, picture in synthesize.samples(letter, 2, 2):
            points = np.concatenate(strokes)
            assert points[:, :2].min() >= 0 and points[:, :2].max() <= 1
            assert (np.diff(points[:, 2]) > 0).all()
            assert ((points[:, 3] >= 0) & (points[:, 3] <= 1)).all()
            assert 0.3 < pen < 4 and picture.max() == 1


def test_shapes_get_samples_in_proportion_to_their_weights() -> None:
    assert synthesize.apportion([2, 1, 1], 6) == [3, 2, 1]
    assert synthesize.apportion([50, 30, 20], 100) == [50, 30, 20]
    assert synthesize.apportion([1, 1], 0) == [0, 0]


def test_the_representative_ones_come_from_every_cluster() -> None:
    rng = np.random.default_rng(0)
    centres = rng.random((3, 16, 10))
    pictures = np.repeat(centres, [20, 10, 10], axis=0) + rng.normal(0, 0.01, (40, 16, 10))
    chosen = synthesize.representative(pictures.astype(np.float32), 4)
    assert len(set(chosen)) == 4
    assert sorted(np.digitize(chosen, [20, 30]).tolist()) == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--count", "0"], "--count is 0"),
        (["--seed", "-1"], "--seed is -1"),
        ([], "is not empty; name a new folder with --out, or replace samples with --overwrite"),
    ],
)
def test_refusals_are_one_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.png").write_bytes(b"kept")
    assert synthesize.main(["--out", str(tmp_path), *arguments]) == 1
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.png"]


def test_a_file_in_the_way_and_overwriting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert synthesize.main(["--out", str(tmp_path / "file")]) == 1
    assert "is a file" in capsys.readouterr().err
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "0.png").write_bytes(b"old")
    assert synthesize.main(["--out", str(tmp_path), "--count", "1", "--overwrite"]) == 0
    assert (tmp_path / "a" / "0.png").read_bytes()[:4] == b"\x89PNG"


def test_the_same_call_goes_on_where_it_was_stopped(
    letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, real, written = tmp_path / "out", synthesize.files.write_bytes, list[str]()
    words = ["--out", str(out), "--count", "4"]

    def stop(path: Path, content: bytes, **more: bool) -> None:
        written.append(path.parent.name)
        if written.count("c") == 3:
            raise KeyboardInterrupt
        real(path, content, **more)

    monkeypatch.setattr(synthesize.files, "write_bytes", stop)
    assert synthesize.main(words) == 130
    assert "is whole; the same command goes on with it" in capsys.readouterr().err
    assert synthesize.main(["--out", str(out), "--count", "5"]) == 1  # another call doesn't
    written.clear()
    monkeypatch.setattr(
        synthesize.files,
        "write_bytes",
        lambda path, *rest, **more: (written.append(path.parent.name), real(path, *rest, **more)),
    )
    assert synthesize.main(words) == 0
    assert contents(out) == contents(letters) and not (out / synthesize.RECORD).exists()
    assert "a" not in written and "c" in written
    assert synthesize.main(words) == 1  # it is whole


def test_made_up_writers_share_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--out", str(tmp_path), "--count", "1", "--writer"]
    assert synthesize.main([*words, "Anna"]) == synthesize.main([*words, "Ben", "--seed", "1"]) == 0
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["Anna-0.png", "Ben-0.png"]
    assert synthesize.main([*words, "Anna"]) == 1
    assert synthesize.main([*words, "An/na"]) == 1
    errors = capsys.readouterr().err
    assert "is not empty" in errors and "writer: 'An/na' cannot begin a file name" in errors


def test_a_wrong_call_exits_with_two() -> None:
    with pytest.raises(SystemExit) as error:
        synthesize.main(["--count", "many"])
    assert error.value.code == 2
