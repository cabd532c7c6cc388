"""A disk small enough to fill."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


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
