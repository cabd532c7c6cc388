import numpy as np
from scipy import ndimage

from charnet.sheets import light


def test_paper_keeps_the_edge_of_a_shadow_and_fills_strokes() -> None:
    _, x = np.indices((80, 120))
    lit = np.where(x > 70, 90.0, 200.0)
    written = lit.copy()
    written[20:60, 30:34] *= 0.3
    written[20:60, 100:104] *= 0.3
    assert np.array_equal(light.paper(written, 11), lit)


def test_levelled_paper_is_one_and_ink_a_share_of_it() -> None:
    y, x = np.indices((200, 300))
    lit = (100 + 0.3 * x + 0.1 * y).astype(np.float32)
    lit[100:104, 100:200] *= 0.4
    even = light.level(lit, 40)
    assert np.abs(np.delete(even, slice(98, 106), axis=0)[20:-20, 20:-20] - 1).max() < 0.05
    assert np.abs(even[101:103, 110:190] - 0.4).max() < 0.03


def test_sharpening_undoes_a_blur() -> None:
    sharp = np.random.default_rng(0).integers(0, 2, (30, 40)).repeat(4, axis=0).repeat(4, axis=1).astype(np.float32)
    blurred = ndimage.gaussian_filter(sharp, 1.5, mode="wrap")
    again = light.sharpen(blurred, 1.5)
    assert np.abs(again - sharp).mean() < 0.7 * np.abs(blurred - sharp).mean()
