"""The door between the command line and the programs: Hydra composes the settings, plain dataclasses go in.

What a user can get wrong here is answered with one line: the setting, the value found, and the nearest right one.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from charnet.system import files, settings, torchrun, usage
from charnet.system.answer import UsageError, answer
from charnet.system.answer import words as words_of
from charnet.system.hydra_words import quoted, tell, typed
from charnet.system.run_folder import claim, job_folder

ERROR = "error.txt"  # in the folder of a sweep's job that failed: why

# What a user can mend, or did.
MENDABLE = (ValueError, OSError, ImportError, MemoryError, RuntimeError, KeyboardInterrupt)

Config = TypeVar("Config")


def main(
    name: str,
    schema: type[Config],
    task: Callable[[Config, Path], int | None],
    swept: Callable[[Path], int] | None = None,
    figure: Callable[[Path], float] | None = None,
) -> int:
    """Compose `conf/<name>.yaml` with the command line and call `task(config, run folder)`; the exit status.

    A sweep calls it once a job, in whatever process its launcher takes, and at its end, however it ends,
    `swept(sweep's folder)`, whose status is the sweep's. A job that failed has left `ERROR` in its folder. `figure`
    says how good what a job left in its folder is, for sweepers that choose by it; what failed is no good at all.
    """
    if {"-h", "--help"} & set(sys.argv[1:]):
        asked = [word.partition("=")[0] for word in sys.argv[1:] if not word.startswith("-")]
        return answer(lambda: print(settings.explain(name, schema, asked)))
    if "--version" in sys.argv[1:]:
        return answer(lambda: print(usage.version()))
    return answer(lambda: _run(name, schema, task, swept, figure))


def _run(
    name: str,
    schema: type[Config],
    task: Callable[[Config, Path], int | None],
    swept: Callable[[Path], int] | None,
    figure: Callable[[Path], float] | None,
) -> int:
    import hydra
    from hydra.core.config_store import ConfigStore
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from hydra.types import RunMode
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    if not settings.COMPLETION & set(sys.argv[1:]):
        settings.check(sys.argv[1:], schema)
        if any(re.match(r"[+]*hydra\.sweeper\.storage=(?!null$|None$|$)", word) for word in sys.argv[1:]):
            raise UsageError("hydra.sweeper.storage: a search keeps its trials in memory; leave it out")
    RunFolder.sweep = None
    statuses: list[int] = []
    failures: list[BaseException] = []

    def enter(composed: Any) -> float:
        folder = Path(HydraConfig.get().runtime.output_dir)
        folder = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        try:
            statuses.append(task(_to_config(composed), folder) or 0)
            return figure(folder) if figure and HydraConfig.get().mode == RunMode.MULTIRUN else 0.0
        except MENDABLE as error:
            if HydraConfig.get().mode != RunMode.MULTIRUN:
                if folder.is_dir() and [path.name for path in folder.iterdir()] == [".hydra"]:
                    shutil.rmtree(folder)
            elif isinstance(error, KeyboardInterrupt):
                raise  # no further job
            else:
                files.write_bytes(folder / ERROR, f"{words_of(error)}\n".encode())  # this may be a process of its own
            failures.append(error)  # kept from Hydra, which would add lines of its own
            return 0.0

    def _to_config(composed: Any) -> Any:
        try:
            return OmegaConf.to_object(composed)
        except OmegaConfBaseException as error:
            raise UsageError(tell(error)) from None
        except ValueError as error:  # from a check of the schema's own
            raise UsageError(str(error)) from None

    # Flags may stand anywhere, as in `data.root=x -m model.hidden=10,20`; Hydra's own parser wants them first.
    sys.argv[1:] = sorted(map(typed, sys.argv[1:]), key=lambda word: "=" in word)
    os.environ["OC_CAUSE"] = "0"  # OmegaConf's sentences stay whole, also under a debugger
    os.environ["HYDRA_FULL_ERROR"] = "1"  # let Hydra's own exceptions through, so that they can be told in one line
    ConfigStore.instance().store(name=f"{name}_schema", node=schema)
    try:
        hydra.main(version_base="1.3", config_path=str(settings.conf()), config_name=name)(enter)()
    except (HydraException, OmegaConfBaseException) as error:
        raise UsageError(tell(error)) from None
    finally:
        if swept and RunFolder.sweep:
            statuses, failures = [swept(RunFolder.sweep)], []
    if failures:
        raise failures[0]
    return max(statuses, default=0)


class RunFolder:
    """A callback of Hydra's: each run gets a folder of its own, though another started in the same second.

    A run that goes on with an earlier one (`resume=`) makes none. `named` is the folder of one that has a name. A
    sweep's jobs have theirs inside the sweep's, named by the settings that it varies.
    """

    sweep: Path | None = None  # the folder of the sweep that was begun last

    def __init__(self, named: str) -> None:
        from omegaconf import OmegaConf

        self.named = named
        OmegaConf.register_new_resolver("job_folder", job_folder, replace=True)

    def __reduce__(self) -> tuple[type[RunFolder], tuple[str]]:
        return RunFolder, (self.named,)  # made anew in the processes of other launchers, which need the resolver too

    def on_run_start(self, config: Any, **_: Any) -> None:
        from omegaconf import read_write

        with read_write(config), suppress(OSError):  # what can't be made is told when Hydra makes it
            if config.get("resume") or torchrun.rank():  # the first rank's is that of all
                config.hydra.run.dir, config.hydra.output_subdir = ".", None
            else:
                folder = self._folder(config, config.hydra.run.dir, "hydra.run.dir")
                config.hydra.run.dir = str(claim(folder, config.hydra.output_subdir or ""))

    def on_multirun_start(self, config: Any, **_: Any) -> None:
        from omegaconf import read_write

        with read_write(config), suppress(OSError):
            config.hydra.sweep.dir = str(claim(self._folder(config, config.hydra.sweep.dir, "hydra.sweep.dir"), ""))
            RunFolder.sweep = Path(config.hydra.sweep.dir)
            if "optuna" in config.hydra.sweeper._target_:  # it says each trial's figures on standard error
                importlib.import_module("optuna").logging.set_verbosity(logging.WARNING)
            # Each job's settings are composed anew, from the words of the command line.
            config.hydra.overrides.hydra.append(f"hydra.sweep.dir={quoted(config.hydra.sweep.dir)}")
            same = ",".join(quoted(key) for key in _fixed(config.hydra.overrides.task))
            config.hydra.overrides.hydra.append(f"hydra.job.config.override_dirname.exclude_keys=[{same}]")

    def _folder(self, config: Any, usual: str, key: str) -> Path:
        """That of its name, unless it has none, or the folder itself is set by hand, or the settings are refused."""
        from omegaconf import OmegaConf

        by_hand = any(word.startswith(f"{key}=") for word in config.hydra.overrides.hydra)
        if by_hand or not config.get("name"):
            return Path(usual)
        with suppress(Exception):  # told when the task asks for them
            settings = OmegaConf.masked_copy(config, [key for key in config if key != "hydra"])
            OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(OmegaConf.get_type(config)), settings))
            return Path(self.named)
        return Path(usual)

    def _nothing(self, **_: Any) -> None:
        pass

    on_run_end = on_multirun_end = on_job_start = on_job_end = on_compose_config = _nothing


def sweeping() -> bool:
    """Whether this is one run of several; only to be asked within a task."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    return bool(HydraConfig.get().mode == RunMode.MULTIRUN)


def _fixed(words: Sequence[str]) -> list[str]:
    """The keys of the settings that are the same in all jobs of a sweep."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = OverridesParser.create().parse_overrides(list(words))
    swept = {override.get_key_element(): override.is_sweep_override() for override in parsed}  # the last one counts
    return [key for key, is_swept in swept.items() if not is_swept]
