"""Which parts of a picture matter, compared with a loop that covers them one by one."""

from pathlib import Path

import numpy as np
import pytest
from samples import make_network

from charnet.networks import classify, json_file, occlusion
from charnet.spec import Spec


@pytest.mark.parametrize(("spec", "side"), [(Spec(), 1), (Spec(tuple("abc"), 21, 32), 2)])
def test_each_window_is_covered_and_read_by_itself(spec: Spec, side: int, tmp_path: Path) -> None:
    network = make_network(spec)
    json_file.write(tmp_path / "network.json", network)
    classifier = classify.load(tmp_path / "network.json")
    ink = np.zeros((spec.height, spec.width), np.float32)
    ink[2:12, 4:6] = 0.9
    ink[0, 0] = ink[5, -1] = 1
    before = ink.copy()
    found = occlusion.lost_likelihood(classifier, ink, 2)
    assert occlusion.block(spec) == side
    for row in range(spec.height):
        for column in range(spec.width):
            top, left = row - row % side - side, column - column % side - side
            covered = ink.copy()
            for y in range(top, top + 3 * side):
                for x in range(left, left + 3 * side):
                    if 0 <= y < spec.height and 0 <= x < spec.width:
                        covered[y, x] = 0
            lost = classifier.likelihoods(ink[None])[0, 2] - classifier.likelihoods(covered[None])[0, 2]
            assert abs(found[row, column] - lost) < 1e-9
    assert (ink == before).all()
    assert found.any() and not found[-1].any()
    assert not occlusion.lost_likelihood(classifier, np.zeros_like(ink), 0).any()
