"""A disk small enough to fill, and disks with the oddities of other systems."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "odd_disk.py"


class Disk:
    """A file system of its own in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / ".filler"

    def leave(self, size: int) -> None:
        """Fill it up to so many bytes."""
        self._filler.unlink(missing_ok=True)
        with self._filler.open("wb") as file:
            if (taken := shutil.disk_usage(self.folder).free - size) > 0:
                os.posix_fallocate(file.fileno(), 0, taken)

    def protect(self, protected: bool) -> None:
        """Let nobody write, the administrator neither."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if protected else 'rw'}", str(self.folder)], check=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """16 MB. Who may not mount one skips the test, but the administrator of a CI machine may."""
    folder = tmp_path_factory.mktemp("disk")
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only the administrator can mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        reason = f"a small disk can't be mounted: {done.stderr.decode().strip()}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a folder of this kind. Skipped where fusepy or libfuse2 is missing, or where nothing may be mounted."""
    started: list[tuple[subprocess.Popen[bytes], Path]] = []

    def mount(kind: str) -> Path:
        if not find_spec("fuse") or shutil.which("umount") is None:
            pytest.skip("needs fusepy, which is not installed, to mount a folder")
        real, mounted = tmp_path / "real", tmp_path / "mounted"
        real.mkdir()
        mounted.mkdir()
        words = [sys.executable, str(PROGRAM), str(real), str(mounted), kind]
        started.append((subprocess.Popen(words, stderr=subprocess.DEVNULL), mounted))
        while not os.path.ismount(mounted):
            if started[-1][0].poll() is not None:
                pytest.skip("needs libfuse2 and the right to mount a folder")
            time.sleep(0.01)
        return mounted

    yield mount
    for program, mounted in started:
        subprocess.run(["umount", "-l", str(mounted)], check=False, stderr=subprocess.DEVNULL)
        program.wait(30)
