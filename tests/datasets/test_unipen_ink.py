from pathlib import Path

import numpy as np
import pytest
from unipen_files import one, small

from charnet.datasets.unipen_format import read
from charnet.datasets.unipen_ink import points, strokes


@pytest.mark.parametrize(
    ("where", "lengths"),
    [
        ("0", [3]),
        ("0-2", [3, 2]),  # the pen-up component counts, and isn't drawn
        ("0-3", [3, 2, 3]),
        ("0,3", [3, 3]),
        ("0:1-2:0", [2, 1]),
        ("0-0:1", [2]),
        ("2:1-3", [1, 3]),
        ("0:0-0:1,3:1-3:2", [2, 2]),
        ("0 - 2 , 3", [3, 2, 3]),
    ],
)
def test_a_segment_names_components_ranges_and_points(tmp_path: Path, where: str, lengths: list[int]) -> None:
    file = one(small(tmp_path))
    found, state = strokes(read(file.path, file.include, file.donor), where)
    assert [len(stroke) for stroke in found] == lengths
    assert (state.donor, state.writer, state.style) == ("kai", "yslee", "printed")


def test_strokes_lie_in_the_square_with_y_downwards_and_times_in_milliseconds(tmp_path: Path) -> None:
    file = one(small(tmp_path))
    (first, second), _ = strokes(read(file.path, file.include, file.donor), "0-2")
    # 20 x 20 units; the width, at most 0.55 of the square, decides
    expected = np.array([[0, 20], [10, 20], [10, 0]]) / 20 * 0.55 + (1 - 0.55) / 2
    np.testing.assert_allclose(first[:, :2], expected)
    np.testing.assert_allclose(second[:, :2], np.array([[0, 10], [20, 10]]) / 20 * 0.55 + (1 - 0.55) / 2)
    assert first[:, 2].tolist() == [0, 5, 10] and second[:, 2].tolist() == [25, 30]  # two points in the air between
    assert (first[:, 3] == 0.5).all()


def test_coordinates_come_in_the_order_and_resolution_that_the_file_says(tmp_path: Path) -> None:
    drawn = ".X_POINTS_PER_INCH 100\n.Y_POINTS_PER_INCH 200\n.COORD T Y P X\n.WRITER_ID w\n"
    small(tmp_path, 'X\n.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"', b=drawn + ".PEN_DOWN\n")
    path = tmp_path / "train_r01_v07/include/kai/data/kai0/b.dat"
    path.write_text(path.read_text() + "1000 0 50 0\n1015 20 100 10\n")
    file = one(tmp_path)
    (stroke,), _ = strokes(read(file.path, file.include, file.donor), "0")
    assert stroke[:, 2].tolist() == [0, 15] and stroke[:, 3].tolist() == [0.5, 1]
    width, height = np.ptp(stroke[:, :2], axis=0)
    assert width == pytest.approx(height)  # 10 units at 100 an inch are as long as 20 at 200


def test_points_are_read_from_rough_lines() -> None:
    columns = ("X", "Y")
    assert points("\t1 2\n\n 3\t4 \n", columns).tolist() == [[1, 2], [3, 4]]
    assert points("1 2 3 4", columns).tolist() == [[1, 2], [3, 4]]
    assert points("1 2 7\n3 4 7\n", columns).tolist() == [[1, 2], [3, 4]]  # a column that .COORD doesn't name
    assert points("1 2\nlost -\n3 4\n", columns).tolist() == [[1, 2], [3, 4]]
