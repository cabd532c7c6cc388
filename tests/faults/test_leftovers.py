"""What killed programs left unfinished goes, once it is old, and nothing else does."""

import os
import time
from pathlib import Path

from programs import run

from charnet.system import files

SMALL = ["data.labels=loz", "optim.epochs=1"]


def test_a_training_sweeps_the_folders_of_runs(tmp_path: Path, letters: Path) -> None:
    folders = [tmp_path / "outputs/2026-01-02/03-04-05", tmp_path / "outputs/current", tmp_path / "outputs"]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (".old.json.12345678.part", ".new.json.12345678.part", ".kept", "old.part"):
            (folder / name).write_bytes(b"half")
            if "new" not in name:
                os.utime(folder / name, (time.time() - files.STALE - 60,) * 2)
    assert run(tmp_path, "train", f"data.root={letters}", *SMALL, "hydra.run.dir=outputs/now").returncode == 0
    for folder in folders:
        left = {path.name for path in folder.iterdir() if path.name.endswith((".part", ".kept"))}
        assert left == {".new.json.12345678.part", ".kept", "old.part"}
    old = tmp_path / "outputs/now/.checkpoint.pt.12345678.part"
    old.write_bytes(b"half")
    os.utime(old, (time.time() - files.STALE - 60,) * 2)
    assert run(tmp_path, "train", "resume=outputs/now").returncode == 0
    assert not old.exists()
