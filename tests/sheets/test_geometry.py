import numpy as np
import sheet_photos
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_photos import Camera

from charnet.sheets import find, geometry, layout

cameras = st.builds(
    Camera,
    turn=st.floats(0, 360),
    tilt=st.tuples(st.floats(-10.6, 10.6), st.floats(-10.6, 10.6)),  # together up to 15 degrees
    fill=st.floats(0.75, 0.98),
)
papers = st.sampled_from(sorted(layout.PAPERS))


def centres(paper: str) -> geometry.Points:
    (page,) = layout.pages("a", 130, "", paper)
    return np.array([(box.left + box.width / 2, box.top + box.height / 2) for box in page.boxes()])


def missed(camera: Camera, view: geometry.View, paper: str) -> float:
    """Millimetres by which the worst box is missed."""
    true, _ = sheet_photos.homography(camera, layout.PAPERS[paper])
    seen = sheet_photos.apply(np.linalg.inv(true), view.to_pixels(centres(paper)))
    return float(np.hypot(*(seen - centres(paper)).T).max())


@settings(deadline=None, derandomize=True)
@given(cameras, papers)
def test_any_view_of_a_flat_page_is_undone(camera: Camera, paper: str) -> None:
    size = layout.PAPERS[paper]
    true, _ = sheet_photos.homography(camera, size)
    where = find.code_corners(paper)
    seen = np.round(sheet_photos.apply(true, where))  # zxing-cpp gives whole pixels
    assert missed(camera, geometry.flat_view(where, seen, size), paper) < 1 / 3


@settings(deadline=None, derandomize=True)
@given(cameras, papers, st.integers(0, 1000))
def test_marks_straighten_a_page_and_a_wrong_one_does_not_matter(camera: Camera, paper: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    size = layout.PAPERS[paper]
    true, _ = sheet_photos.homography(camera, size)
    where = np.array(layout.marks(paper))
    seen = sheet_photos.apply(true, where) + random.normal(0, 0.1, where.shape)
    seen[random.integers(len(seen))] += random.uniform(-8, 8, 2)
    assert missed(camera, geometry.bent_view(geometry.flat_view(where, seen, size), where, seen), paper) < 1 / 3


def test_four_points_are_met_exactly() -> None:
    square = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])
    target = np.array([(3.0, 1.0), (90.0, 8.0), (80.0, 70.0), (5.0, 60.0)])
    matrix = geometry.homography(square, target)
    assert np.allclose(geometry.transform(matrix, square), target)
    assert np.allclose(geometry.transform(np.linalg.inv(matrix), target), square)
