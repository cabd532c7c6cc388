"""What large pictures cost to read: python benchmarks/large_photos.py

One photo of paper as different files, each read in a process of its own: processor time and the most memory it had.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
READ = """
import resource, sys, time
import scipy.ndimage
from charnet.pictures import images
from charnet.spec import Spec
begin = time.process_time()
try:
    images.read(sys.argv[1], Spec())
except ValueError as error:
    print("refused:", error)
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time() - begin:.2f} s of processor, {peak:.0f} MB at most")
"""
SIZES = {"12 megapixels": (4000, 3000), "49 megapixels": (8100, 6075)}
KINDS = {
    "JPEG": {"quality": 85},
    "progressive JPEG": {"quality": 85, "progressive": True},
    "PNG": {"compress_level": 1},
    "WebP": {"quality": 70, "method": 0},
    "TIFF": {},
}


def paper(width: int, height: int) -> Image.Image:
    """A grainy sheet with an L on it."""
    random = np.random.default_rng(0)
    light = np.full((height, width, 3), 200, np.uint8)
    light[height // 4 : -height // 4, width // 3 : width // 3 + width // 40] = 40
    light[-height // 4 - width // 40 : -height // 4, width // 3 : width // 2] = 40
    for top in range(0, height, 100):
        light[top : top + 100] += random.integers(0, 16, light[top : top + 100].shape, np.uint8)
    return Image.fromarray(light)


def write(folder: Path) -> None:
    for name, size in SIZES.items():
        picture = paper(*size)
        for kind, options in KINDS.items():
            picture.save(folder / f"{name}, {kind}", kind.split()[-1], **options)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # By a process of its own: what starts a process hands it the most memory that it ever had itself.
        subprocess.run([sys.executable, __file__, folder], check=True)
        for path in sorted(Path(folder).iterdir()):
            done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, cwd=ROOT)
            print(f"{path.name}: {done.stdout.strip() or done.stderr}", flush=True)


if __name__ == "__main__":
    write(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
