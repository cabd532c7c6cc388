"""From the command line to a program: Hydra composes the settings, and the program gets plain dataclasses.

This is the only module that imports Hydra. What a user may get wrong is answered with one line, worded in settings.py.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from charnet.system import files, settings, torchrun, usage, words
from charnet.system.answer import UsageError, answer, message
from charnet.system.words import Kind, quoted

ERROR = "error.txt"  # in the folder of a sweep's job that failed: the error in one line
TARGETS = ["charnet.system.compose.RunFolder", "hydra.*", "hydra_plugins.*"]  # classes that conf/ may name
FOLDERS = ("hydra.run.dir", "hydra.sweep.dir")  # texts as well, like those of the schema
MULTIRUN = {"-m", "--multirun"}
LONGEST_NAME = 100  # characters of the name of a job's folder

# What a user caused or can mend; anything else is a bug and ends in a traceback.
USER_ERRORS = (ValueError, OSError, ImportError, MemoryError, RuntimeError, KeyboardInterrupt)

Config = TypeVar("Config")


def main(
    name: str,
    schema: type[Config],
    task: Callable[[Config, Path], int | None],
    on_sweep_end: Callable[[Path], int] | None = None,
    objective: Callable[[Path], float] | None = None,
) -> int:
    """Compose `conf/<name>.yaml` with the command line, call `task(config, run folder)` and return the exit status.

    A sweep calls `task` once per job, in whatever process its launcher uses. A job that fails leaves `ERROR` in its
    folder. When the sweep ends, for whatever reason, `on_sweep_end(sweep's folder)` is called, and what it returns is
    the exit status. `objective(job's folder)` is the figure by which a sweeper that searches compares its jobs; a job
    that failed counts as 0.
    """
    if {"-h", "--help"} & set(sys.argv[1:]):
        prefixes = [word.partition("=")[0] for word in sys.argv[1:] if not word.startswith("-")]
        return answer(lambda: print(settings.explain(name, schema, prefixes)))
    if "--version" in sys.argv[1:]:
        return answer(lambda: print(usage.version()))
    return answer(lambda: _run(name, schema, task, on_sweep_end, objective))


def sweeping() -> bool:
    """Whether this run is one of several; only to be asked within a task."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    return bool(HydraConfig.get().mode == RunMode.MULTIRUN)


def job_threads() -> int | None:
    """Threads for this job where a launcher may run others beside it; None where jobs run one after another.

    Joblib's launcher says so itself, in OMP_NUM_THREADS.
    """
    from hydra.core.hydra_config import HydraConfig

    launcher = HydraConfig.get().launcher
    if not sweeping() or launcher._target_.endswith(".BasicLauncher"):
        return None
    return int(launcher.get("cpus_per_task") or 1)


def _run(
    name: str,
    schema: type[Config],
    task: Callable[[Config, Path], int | None],
    on_sweep_end: Callable[[Path], int] | None,
    objective: Callable[[Path], float] | None,
) -> int:
    import hydra
    from hydra.core.config_store import ConfigStore
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    if not settings.COMPLETION & set(sys.argv[1:]):
        settings.check(sys.argv[1:], schema)
        if any(re.match(r"[+]*hydra\.sweeper\.storage=(?!null$|None$|$)", word) for word in sys.argv[1:]):
            raise UsageError("hydra.sweeper.storage: a search keeps its trials in memory; leave it out")
        if any(re.match(r"[+]*hydra\.job\.chdir=(?!(?i:false|null|none)?$)", word) for word in sys.argv[1:]):
            raise UsageError("hydra.job.chdir: a run stays in the folder where it was started; leave it out")
    RunFolder.sweep = None
    statuses: list[int] = []
    failures: list[BaseException] = []

    def run_job(composed: Any) -> float:
        folder = Path(HydraConfig.get().runtime.output_dir)
        folder = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        try:
            statuses.append(task(to_config(composed), folder) or 0)
            return objective(folder) if objective and sweeping() else 0.0
        except USER_ERRORS as error:
            if not sweeping():
                if folder.is_dir() and [path.name for path in folder.iterdir()] == [".hydra"]:
                    shutil.rmtree(folder)
            elif isinstance(error, KeyboardInterrupt):
                raise  # no further job
            else:  # written down, since this may be another process than the one that reports it
                files.write_bytes(folder / ERROR, f"{message(error)}\n".encode())
            failures.append(error)  # kept from Hydra, which would add lines of its own
            return 0.0

    def to_config(composed: Any) -> Any:
        try:
            return OmegaConf.to_object(composed)
        except OmegaConfBaseException as error:
            raise UsageError(settings.complaint(error)) from None
        except ValueError as error:  # from a check in the schema's `__post_init__`
            raise UsageError(str(error)) from None

    # Flags may stand anywhere, as in `data.root=x -m model.hidden=10,20`; Hydra's own parser wants them first.
    sys.argv[1:] = sorted(quote_words(sys.argv[1:], name, schema), key=lambda word: "=" in word)
    os.environ["OC_CAUSE"] = "0"  # OmegaConf's sentences stay whole, also under a debugger
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises its exceptions instead of printing them
    if f"{name}_schema.yaml" not in ConfigStore.instance().repo:  # one process may compose several times
        ConfigStore.instance().store(name=f"{name}_schema", node=schema)
    argparse.ArgumentParser.add_argument = _add_argument  # type: ignore[assignment, method-assign]
    try:
        # Hydra 1.4 does without the first of these and asks for the second.
        option: Any = (
            ("version_base", "1.3") if hydra.__version__.startswith("1.3.") else ("execution_whitelist", TARGETS)
        )
        hydra.main(config_path=str(settings.conf()), config_name=name, **dict([option]))(run_job)()
    except (HydraException, OmegaConfBaseException, OverflowError) as error:  # OmegaConf lets the last one pass
        raise UsageError(settings.complaint(error)) from None
    finally:
        if on_sweep_end and RunFolder.sweep:
            statuses, failures = [on_sweep_end(RunFolder.sweep)], []
    if failures:
        raise failures[0]
    return max(statuses, default=0)


_argparse_add_argument = argparse.ArgumentParser.add_argument


def _add_argument(parser: argparse.ArgumentParser, *names: str, **options: Any) -> argparse.Action:
    """argparse's `add_argument`, with a help that is no text made text.

    From Python 3.14 on argparse checks the help, and hydra-core 1.3 gives one argument an object for its help.
    """
    if options.get("help") is not None:
        options["help"] = str(options["help"])
    return _argparse_add_argument(parser, *names, **options)


class RunFolder:
    """A Hydra callback that gives each run a folder of its own, also where two runs start in the same second.

    `named` is the folder of a run that has a name. A run that continues an earlier one (`resume=`) gets no folder. The
    jobs of a sweep get folders inside the sweep's, named by the settings that it varies.
    """

    sweep: Path | None = None  # the folder of the sweep that started last in this process

    def __init__(self, named: str) -> None:
        from omegaconf import OmegaConf, __version__

        self.named = named
        old = __version__.startswith("2.3.")  # which has another function of the new one's name
        register: Any = OmegaConf.register_new_resolver if old else OmegaConf.register_resolver
        register("job_folder", job_folder, replace=True)

    def __reduce__(self) -> tuple[type[RunFolder], tuple[str]]:
        return RunFolder, (self.named,)  # built anew in the processes of other launchers, which need the resolver too

    def on_run_start(self, config: Any, **_: Any) -> None:
        from omegaconf import read_write

        with read_write(config.hydra), suppress(OSError):  # Hydra reports a folder that can't be made when it tries to
            if config.get("resume") or torchrun.rank():  # all ranks share the first one's folder
                config.hydra.run.dir, config.hydra.output_subdir = ".", None
            else:
                folder = self._folder(config, config.hydra.run.dir, "hydra.run.dir")
                config.hydra.run.dir = str(claim(folder, config.hydra.output_subdir or ""))

    def on_multirun_start(self, config: Any, **_: Any) -> None:
        from omegaconf import read_write

        with read_write(config.hydra), suppress(OSError):
            config.hydra.sweep.dir = str(claim(self._folder(config, config.hydra.sweep.dir, "hydra.sweep.dir")))
            RunFolder.sweep = Path(config.hydra.sweep.dir)
            if "optuna" in config.hydra.sweeper._target_:  # it prints each trial's figures to standard error
                importlib.import_module("optuna").logging.set_verbosity(logging.WARNING)
            # Each job's settings are composed anew from the words of the command line, so changes are added to those.
            config.hydra.overrides.hydra.append(f"hydra.sweep.dir={quoted(config.hydra.sweep.dir)}")
            same = ",".join(quoted(key) for key in _fixed(config.hydra.overrides.task))
            config.hydra.overrides.hydra.append(f"hydra.job.config.override_dirname.exclude_keys=[{same}]")

    def _folder(self, config: Any, default: str, key: str) -> Path:
        """`named` if the run has a name, its settings are valid and `key` was not typed; otherwise `default`."""
        from omegaconf import OmegaConf

        set_by_hand = any(word.startswith(f"{key}=") for word in config.hydra.overrides.hydra)
        if set_by_hand or not config.get("name"):
            return Path(files.expand_home(default))
        with suppress(Exception):  # the task reports it
            own = OmegaConf.masked_copy(config, [key for key in config if key != "hydra"])
            OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(OmegaConf.get_type(config)), own))
            return Path(self.named)
        return Path(default)

    def _nothing(self, **_: Any) -> None:
        pass

    on_run_end = on_multirun_end = on_job_start = on_job_end = on_compose_config = _nothing


def claim(folder: Path, subfolder: str = "") -> Path:
    """Make a folder that no other run has, and return it: `folder`, else `folder-2`, `folder-3`, ...

    With a `subfolder`, one that exists but does not hold that subfolder counts as free; the subfolder is made too.
    """
    for n in itertools.count(1):
        found = folder if n == 1 else folder.with_name(f"{folder.name}-{n}")
        (found if subfolder else found.parent).mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            (found / subfolder).mkdir()  # raises where another run was quicker
            return found
    raise AssertionError("there is always another number")


def job_folder(number: int, overrides: str, sweeper: str) -> str:
    """The name of a job's folder: `hidden=40+lr=0.1` for the overrides model.hidden=40+optim.lr=0.1.

    The job's number stands before it where the name might not be unique or is no name for a folder: sweepers other than
    Hydra's basic one may try the same settings twice, and some file systems take A for a.
    """
    overrides = re.sub(r"(?<==)'([^']*)'", r"\1", overrides)  # as it was typed
    overrides = re.sub(r"\d+\.\d{5,}(e-?\d+)?", lambda number: f"{float(number[0]):.4g}", overrides)
    short = re.sub(r"(^|\+)[+~]*(?:[\w@/]+\.)*(\w+)=", r"\1\2=", overrides)
    name = re.sub(r"[^\w.=+-]+", "_", short)[:LONGEST_NAME].strip(".")
    unique = name == short.lower() and name and sweeper.endswith(".BasicSweeper")
    return name if unique else f"{number}-{name}".strip("-")


def _fixed(words: Sequence[str]) -> list[str]:
    """The keys of the settings that are the same in all jobs of a sweep."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = OverridesParser.create().parse_overrides(list(words))
    swept = {override.get_key_element(): override.is_sweep_override() for override in parsed}  # the last one counts
    return [key for key, is_swept in swept.items() if not is_swept]


def quote_words(typed: Sequence[str], name: str, schema: type) -> list[str]:
    """A command line as Hydra takes it; see `words.quote`."""
    if settings.COMPLETION & set(typed):
        return list(typed)
    defaults = {key: default for key, (default, _) in settings.keys(schema).items()} | dict.fromkeys(FOLDERS, "")
    sweep = bool(MULTIRUN & set(typed)) or any(word.startswith("hydra.mode=") for word in typed)
    return words.quote(typed, defaults, _kind, usage.typed(name), sweep)


def _kind(word: str) -> Kind:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import ValueType
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(word)
    except HydraException:
        return Kind.NOTHING
    if override.is_sweep_override():
        return Kind.SEVERAL if override.value_type is ValueType.SIMPLE_CHOICE_SWEEP else Kind.FUNCTION
    value = override.value()
    return Kind.CONTAINER if isinstance(value, list | dict) else Kind.TEXT if isinstance(value, str) else Kind.SCALAR
