"""The result of a sweep: its jobs, best first, as a table for people, as sweep.csv and sweep.png in its folder.

Read from what the jobs left in their folders, since a launcher may have run them anywhere. Free of torch.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charnet.measure import figures, intervals
from charnet.system import files
from charnet.system.answer import printable
from charnet.system.compose import ERROR
from charnet.system.words import unquoted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "sweep.csv"
PICTURE = "sweep.png"
OVERRIDES = ".hydra/overrides.yaml"
FIGURES = ("accuracy", "low", "high", "seconds")  # of metrics.json
TEST = ("accuracy", "low", "high")  # of its `test`, where there is one


@dataclass(slots=True)
class Job:
    """A run of a sweep."""

    folder: Path
    settings: dict[str, str]  # those of the command line, as typed
    result: dict[str, Any]  # metrics.json; empty for a job that failed
    error: str  # why it failed

    @property
    def accuracy(self) -> float | None:
        """None for a job that failed or held nothing out."""
        found: float | None = self.result.get("accuracy")
        return found


def read(folder: Path) -> list[Job]:
    """The jobs of a sweep, best first: by what they held out, of equal ones that with the smaller loss."""
    jobs = [_read(path.parent.parent) for path in sorted(folder.rglob(OVERRIDES))]
    return sorted(jobs, key=lambda job: (bool(job.error), -(job.accuracy or -1), job.result.get("loss") or 0))


def figure(folder: Path) -> float:
    """How good a job is, for a search: its accuracy on what it held out, 0 where it held out nothing."""
    return float(json.loads((folder / "metrics.json").read_text())["accuracy"] or 0)


def best(jobs: Sequence[Job]) -> Job | None:
    """The best of jobs in their order; None where all failed, none held out anything to choose by, or none got far."""
    return next((job for job in jobs if job.accuracy is not None and job.result.get("epochs")), None)


def summarise(folder: Path) -> list[Job]:
    """Write sweep.csv and sweep.png, print the table, and name on standard error what failed; the jobs, best first."""
    jobs = read(folder)
    if jobs:
        files.write_bytes(folder / NAME, to_csv(jobs).encode())
        figures.save(picture(jobs, folder), folder / PICTURE)
        print(f"\nsweep of {len(jobs)}, best first; sweep.csv, sweep.png and all runs are in {folder}:\n")
        print("\n".join(table(jobs, folder)), flush=True)
    for job in jobs:
        if job.error:
            print(f"failed: {printable(job.folder)}: {printable(job.error)}", file=sys.stderr)
    return jobs


def differing(jobs: Sequence[Job]) -> list[str]:
    """The settings that are not the same in all jobs, in the order in which they were typed."""
    keys = dict.fromkeys(key for job in jobs for key in job.settings)
    return [key for key in keys if len({job.settings.get(key) for job in jobs}) > 1]


def table(jobs: Sequence[Job], folder: Path) -> list[str]:
    """A heading and a line a job, in columns."""
    keys, tested = differing(jobs), any("test" in job.result for job in jobs)
    rows = [[*keys, "accuracy", "95 % interval", *(["test", "95 % interval"] if tested else []), "seconds", "run"]]
    for job in jobs:
        figures = [*_figures(job.result), *(_figures(job.result.get("test", {})) if tested else [])]
        seconds = f"{job.result['seconds']:.1f}" if job.result else "failed"
        run = job.folder.relative_to(folder)
        rows.append([*(_short(job.settings.get(key, "")) for key in keys), *figures, seconds, str(run)])
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(map(str.rjust, row[:-1], widths)) + f"  {row[-1]}" for row in shown]


def picture(jobs: Sequence[Job], folder: Path) -> Figure:
    """The accuracy of each job with its interval, beside the settings that differ or else the name of the run."""
    keys = differing(jobs)
    rows = []
    for job in jobs:
        names = [_short(job.settings.get(key, "")) for key in keys] or [job.folder.relative_to(folder).as_posix()]
        remark = "failed" if job.error else "nothing held out"
        low, high = job.result.get("low"), job.result.get("high")
        rows.append(intervals.Row([*map(printable, names)], job.accuracy, low, high, remark))
    title = f"sweep of {len(jobs):,}: accuracy on what was held out, with its 95 % interval"
    return intervals.figure([printable(key) for key in keys] or ["run"], rows, title)


def to_csv(jobs: Sequence[Job]) -> str:
    """The same for programs: shares from 0 to 1, empty where there is none, and why a job failed."""
    keys, tested = differing(jobs), any("test" in job.result for job in jobs)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*keys, *FIGURES, *(f"test_{name}" for name in TEST if tested), "run", "error"])
    for job in jobs:
        test = [job.result.get("test", {}).get(name) for name in TEST] if tested else []
        settings = [job.settings.get(key) for key in keys]
        writer.writerow([*settings, *map(job.result.get, FIGURES), *test, job.folder.as_posix(), job.error])
    return file.getvalue()


def _short(value: str) -> str:
    """A number that nobody typed, with fewer digits."""
    return f"{float(value):.4g}" if re.fullmatch(r"-?\d+\.\d{5,}(e-?\d+)?", value) else value


def _figures(result: dict[str, Any]) -> list[str]:
    """Accuracy and interval for a person."""
    if result.get("accuracy") is None:
        return ["-", "-"]
    return [f"{result['accuracy']:.1%}", f"{result['low']:.1%} to {result['high']:.1%}"]


def _read(folder: Path) -> Job:
    import yaml

    words = yaml.safe_load((folder / OVERRIDES).read_text(encoding="utf-8")) or []
    settings = {key.lstrip("+~"): unquoted(value) for key, _, value in (str(word).partition("=") for word in words)}
    try:
        return Job(folder, settings, json.loads((folder / "metrics.json").read_text()), "")
    except FileNotFoundError:
        error = folder / ERROR
        reason = error.read_text(encoding="utf-8", errors="replace").strip() if error.is_file() else "it ended early"
        return Job(folder, settings, {}, reason)
    except ValueError:
        return Job(folder, settings, {}, "its metrics.json is damaged")
