"""Which parts of a picture matter, compared with a loop that covers them one by one."""

import numpy as np

from charnet.networks import classify
from charnet.networks.occlusion import lost_likelihood


def test_each_window_is_covered_and_read_by_itself() -> None:
    network = classify.load("letters")
    ink = np.zeros((16, 10), np.float32)
    ink[2:12, 4:6] = 0.9
    ink[0, 0] = 1
    output = int(network.likelihoods(ink[None])[0].argmax())
    found = lost_likelihood(network, ink, output)
    before = ink.copy()
    for row in range(16):
        for column in range(10):
            covered = ink.copy()
            for y in range(row - 1, row + 2):
                for x in range(column - 1, column + 2):
                    if 0 <= y < 16 and 0 <= x < 10:
                        covered[y, x] = 0
            lost = network.likelihoods(ink[None])[0, output] - network.likelihoods(covered[None])[0, output]
            assert abs(found[row, column] - lost) < 1e-6
    assert (ink == before).all()
    assert found.any() and not found[14:].any()
    assert not lost_likelihood(network, np.zeros((16, 10), np.float32), 0).any()
