"""Distortions in a browser, against those of Python with the same random numbers."""

import numpy as np
import pytest
import torch
from node import call

from charnet.training import augment
from charnet.training.config import AugmentConfig

DISTORT = """(modules, [height, width], config, strength, pictures, normals) => {
  const { Distortion } = modules["training/augment.js"];
  const distortion = new Distortion({ width, height }, config);
  const into = new Float64Array(pictures.length);
  normals.forEach((each, index) => {
    const start = index * width * height;
    distortion.apply(pictures, start, into, start, strength, Float64Array.from(each));
  });
  return into;
}"""
CONFIGS = {
    "default": AugmentConfig(),
    "none": AugmentConfig(0, 0, 0, 0, 0, 0),
    "wild": AugmentConfig(scale=0.5, rotation=0.5, shear=0.5, shift=0.5, bend=0.3, thickness=2),
    "thickness": AugmentConfig(0, 0, 0, 0, 0, 0.5),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("size", [(16, 10), (9, 13)])
def test_the_same_numbers_distort_alike(name: str, size: tuple[int, int]):
    config, count = CONFIGS[name], 20
    pictures = np.random.default_rng(0).integers(0, 256, (count, *size), np.uint8)
    pictures[:, ::2, 1::3] = 0
    # What `distort` is going to draw, in its order: the fields' weights, the angles, the thicknesses.
    generator, normals = torch.Generator(), torch.zeros(count, 32)
    generator.manual_seed(1)
    if name != "thickness":
        normals[:, :30] = torch.randn(count, 2, 15, generator=generator).flatten(1)
        if config.rotation:
            normals[:, 30] = torch.randn(count, generator=generator)
    normals[:, 31] = torch.randn(count, 1, 1, generator=generator).flatten()
    generator.manual_seed(1)
    expected = augment.distort(torch.from_numpy(pictures).float() / 255, config, 0.7, generator)
    settings = {each: getattr(config, each) for each in ("scale", "rotation", "shear", "shift", "bend", "thickness")}
    given = size, settings, 0.7, pictures.ravel().tolist(), normals.tolist()
    found = call(("training/augment.js",), DISTORT, *given)
    np.testing.assert_allclose(np.reshape(found, expected.shape), expected, atol=1e-4)
    assert name == "none" or np.abs(expected.numpy() - pictures / 255).max() > 0.1
