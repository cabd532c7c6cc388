from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from charnet import hands, images, ink, synthesize, templates
from charnet.spec import LOWERCASE, Spec


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in images.walk([root])}


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("synthesize") / "letters"
    assert synthesize.main(["--out", str(root), "--count", "4"]) == 0
    return root


def test_same_seed_same_bytes_another_seed_others(letters: Path, tmp_path: Path) -> None:
    synthesize.synthesize(tmp_path / "again", 4, 0)
    synthesize.synthesize(tmp_path / "other", 4, 1)
    first, other = contents(letters), contents(tmp_path / "other")
    assert first == contents(tmp_path / "again")
    assert not set(first.values()) & set(other.values())


def test_every_label_has_its_folder_and_count(letters: Path) -> None:
    assert sorted(path.name for path in letters.iterdir()) == list(LOWERCASE)
    for folder in letters.iterdir():
        assert sorted(path.name for path in folder.iterdir()) == ["0.png", "1.png", "2.png", "3.png"]


def test_pictures_are_framed_and_hold_the_ink_they_show(letters: Path) -> None:
    for letter in "aix":
        for number, (_, pen) in enumerate(synthesize.samples(letter, 4, 0)):
            path = letters / letter / f"{number}.png"
            picture = images.read(path, Spec())
            strokes = ink.from_png(path)
            assert strokes is not None
            assert picture.shape == (16, 10)
            np.testing.assert_allclose(ink.framed(strokes, Spec(), pen), picture, atol=0.02)  # 8 bits a pixel


def test_ink_lies_in_the_square_and_its_clock_runs_forward() -> None:
    for letter in LOWERCASE:
        for strokes, pen in synthesize.samples(letter, 3, 2):
            points = np.concatenate(strokes)
            assert points[:, :2].min() >= 0 and points[:, :2].max() <= 1
            assert (np.diff(points[:, 2]) > 0).all()
            assert ((points[:, 3] >= 0) & (points[:, 3] <= 1)).all()
            assert 0.3 < pen < 4


@pytest.mark.parametrize("letter", LOWERCASE)
def test_a_letter_has_several_shapes(letter: str) -> None:
    choices = templates.shapes(letter)
    assert len(choices) >= 5
    for share, strokes in choices:
        assert share > 0
        assert all(np.isfinite(stroke.points).all() for stroke in strokes)
    assert not set(templates.SHAPES) ^ set(LOWERCASE)


def test_a_template_line_is_parsed() -> None:
    share, (body, dot) = templates.parse("3 (-4,2) 0,10! 0.5,0 (2,1 3,2) / 0,15")
    assert share == 3
    assert body.points.tolist() == [[-4, 2], [0, 10], [0.5, 0], [2, 1], [3, 2]]
    assert body.corner.tolist() == [False, True, False, False, False]
    assert body.optional.tolist() == [1, 0, 0, 2, 2]
    assert dot.points.tolist() == [[0, 15]]


def test_shapes_get_their_share_and_traits_are_spread() -> None:
    assert synthesize.shared_out([2, 1, 1], 6) == [3, 2, 1]
    slants = np.sort([hand.slant for hand in hands.hands(100, np.random.default_rng(0))])
    assert abs(np.median(slants) - 0.08) < 0.02  # one in each hundredth: the middle is where it should be


def test_the_representative_ones_come_from_every_cluster() -> None:
    rng = np.random.default_rng(0)
    centres = rng.random((3, 16, 10))
    pictures = np.repeat(centres, [20, 10, 10], axis=0) + rng.normal(0, 0.01, (40, 16, 10))
    chosen = synthesize.representative(pictures.astype(np.float32), 4)
    assert len(set(chosen)) == 4
    assert sorted(np.digitize(chosen, [20, 30]).tolist()) == [0, 0, 1, 2]


def test_a_curve_passes_through_its_points_and_keeps_corners() -> None:
    square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    corners = np.ones(4, dtype=bool)
    line = hands._curve(square, corners, 1.0)
    assert np.isclose(line, 10).any(axis=1).sum() + np.isclose(line[:, 1], 0).sum() >= len(line)
    smooth = hands._curve(square, ~corners, 1.0)
    for point in square:
        assert np.abs(smooth - point).max(axis=1).min() < 1e-9


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


def test_a_wrong_call_exits_with_two() -> None:
    with pytest.raises(SystemExit) as error:
        synthesize.main(["--count", "many"])
    assert error.value.code == 2
