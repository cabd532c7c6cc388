"""Python programs that start at once: forks of a process that has imported what takes long to import.

    Program("-m", "charnet", "train", "optim.epochs=3", cwd=folder).communicate()

runs what the same words after `python` run: a process of its own, with its own arguments, folder, variables, streams,
signals and exit status. The processes that charnet starts by system/process.py are such forks too, in the tests and in
these programs. Only the imports were made before it began, so where how a program starts is what is tested, take
`subprocess`. On a system without fork they are started as usual.
"""

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, NoReturn, Self

ROOT = Path(__file__).parent.parent
LIBRARIES = "torch.utils.tensorboard matplotlib.backends.backend_agg hydra.main scipy.ndimage uvicorn"


def environment() -> dict[str, str]:
    """The variables of a program: those of the tests, and where charnet is."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


class Program:
    """What `subprocess.Popen` gives for `[sys.executable, *words]`; its output comes by pipes, `stdin` is a file."""

    def __init__(
        self,
        *words: object,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.args = [str(word) for word in words]
        self.returncode: int | None = None
        ours, theirs = zip(*(os.pipe() for _ in range(3)), strict=True)
        null = os.open(os.devnull, os.O_RDONLY)
        self.stdout: IO[str] = os.fdopen(ours[0], encoding="utf-8", errors="replace")
        self.stderr: IO[str] = os.fdopen(ours[1], encoding="utf-8", errors="replace")
        self._ended: IO[str] = os.fdopen(ours[2])
        asked = {"words": self.args, "cwd": str(cwd or Path.cwd()), "env": env or environment()}
        _ask(asked, [null if stdin == subprocess.DEVNULL else stdin, *theirs])
        for handle in (null, *theirs):
            os.close(handle)
        self.pid = int(self._ended.readline())

    def poll(self) -> int | None:
        return self.wait(0) if self.returncode is None and self._is_over(0) else self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not self._is_over(timeout):
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            with _ending:  # two threads may have waited
                self.returncode = self.returncode if self.returncode is not None else int(self._ended.readline())
        return self.returncode

    def _is_over(self, timeout: float | None) -> bool:
        return bool(select.select([self._ended], [], [], timeout)[0])

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it writes to its output and its errors until it ends."""
        found = ["", ""]

        def read(place: int, stream: IO[str]) -> None:
            found[place] = "" if stream.closed else stream.read()

        threads = [
            threading.Thread(target=read, args=each, daemon=True) for each in enumerate((self.stdout, self.stderr))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout)
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(timeout)
        self.close()
        return found[0], found[1]

    def close(self) -> None:
        for stream in (self.stdout, self.stderr, self._ended):
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        self.close()


class ColdProgram(subprocess.Popen[str]):
    """The same where a process can't fork."""

    def __init__(self, *words: object, env: dict[str, str] | None = None, **options: Any):
        command = [sys.executable, *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        super().__init__(command, env=env or environment(), encoding="utf-8", errors="replace", **{**pipes, **options})

    def close(self) -> None:
        self.communicate()


if not hasattr(os, "fork"):
    Program = ColdProgram


def run(*words: object, stdin: bytes = b"", timeout: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
    """What came of a program, which is killed where it takes too long."""
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        program = Program(*words, stdin=file.fileno(), **options)
    try:
        out, err = program.communicate(timeout)
    except subprocess.TimeoutExpired:
        program.kill()
        program.communicate()
        raise
    assert program.returncode is not None
    return subprocess.CompletedProcess(program.args, program.returncode, out, err)


class Child(Program):
    """What charnet/system/process.py uses of `subprocess.Popen`: pipes for the input, and for output and errors."""

    def __init__(self, command: list[str], env: dict[str, str], **_: object) -> None:
        _, *self.args = command
        self.returncode = None
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        ours_end, theirs_end = os.pipe()
        self.stdin: IO[bytes] = os.fdopen(ours_in, "wb")
        self.stdout: IO[bytes] = os.fdopen(ours_out, "rb")
        self._ended = os.fdopen(ours_end)
        weakref.finalize(self, self._ended.close)
        asked = {"words": self.args, "cwd": str(Path.cwd()), "env": env, "session": True}
        _ask(asked, [theirs_in, theirs_out, theirs_out, theirs_end])
        for handle in (theirs_in, theirs_out, theirs_end):
            os.close(handle)
        self.pid = int(self._ended.readline())


def popen(command: list[str], **options: Any) -> Any:
    """`Popen` for charnet/system/process.py: a fork, unless a sitecustomize.py is to run as the process starts."""
    paths = options["env"].get("PYTHONPATH", "").split(os.pathsep)
    cold = any(Path(path, "sitecustomize.py").exists() for path in paths if path)
    return (Child if command[2].startswith("charnet.") and not cold else subprocess.Popen)(command, **options)


def start_children_warm() -> None:
    from charnet.system import process

    names = ("PIPE", "STDOUT", "DEVNULL", "TimeoutExpired")
    if hasattr(os, "fork"):
        process.subprocess = SimpleNamespace(Popen=popen, **{name: getattr(subprocess, name) for name in names})


def children(pid: int) -> set[int]:
    """The processes that a process has started by charnet/system/process.py and that have not ended."""
    folder = Path(os.environ[SOCKET]).parent / str(pid) if SOCKET in os.environ else Path("none")
    return {int(path.name) for path in folder.glob("*") if Path("/proc", path.name).exists()}


SOCKET = "WARM_SOCKET"  # the variable that says where the process that forks is asked, for all that it forks too
_starting = threading.Lock()
_ending = threading.Lock()


def _ask(asked: dict[str, Any], handles: list[int]) -> None:
    """Ask the process that forks, which is started for the first, for a program with these streams."""
    with _starting:
        if SOCKET not in os.environ:
            _start_server()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[SOCKET])
        message = json.dumps({**asked, "parent": os.getpid()}).encode() + b"\n"
        sent = socket.send_fds(connection, [message], handles)
        if sent < len(message):
            connection.sendall(message[sent:])


def _start_server() -> None:
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "socket"))
    listener.listen(64)
    words = [sys.executable, __file__, str(listener.fileno()), str(folder)]
    server = subprocess.Popen(words, pass_fds=[listener.fileno()], env=environment(), stdin=subprocess.PIPE)
    listener.close()
    os.environ[SOCKET] = str(folder / "socket")

    def end() -> None:
        assert server.stdin
        server.stdin.close()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)


# From here on, what happens in the process that forks, and in its forks.


def serve(listener: socket.socket, folder: Path) -> list[str] | None:
    """Fork as asked until standard input ends; in a fork, the words of the program that it is to be, else None.

    The numbers of a process's children are the names of files in a folder of its own number in `folder`.
    """
    ends: dict[int, int] = {}  # of each fork, where its exit status is written
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the tests' to handle
    while True:
        ready, _, _ = select.select([listener, woken, sys.stdin], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends(ends)
        if sys.stdin in ready:
            break
        if listener in ready:
            connection, _ = listener.accept()
            with connection:
                message, handles, *_ = socket.recv_fds(connection, 1 << 16, 4)
                while not message.endswith(b"\n"):
                    message += connection.recv(1 << 16)
            asked = json.loads(message)
            if not (pid := os.fork()):
                listener.close()
                for handle in (woken, wakes, *ends.values()):
                    os.close(handle)
                asked["env"][SOCKET] = str(folder / "socket")
                return _become(asked, handles)
            (folder / str(asked["parent"])).mkdir(exist_ok=True)
            (folder / str(asked["parent"]) / str(pid)).touch()
            *streams, ends[pid] = handles
            with suppress(BrokenPipeError):  # who asked has been killed
                os.write(ends[pid], f"{pid}\n".encode())
            for handle in streams:
                os.close(handle)
    for pid in ends:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def _tell_ends(ends: dict[int, int]) -> None:
    while ends:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with suppress(BrokenPipeError):
            os.write(ends[pid], f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os.close(ends.pop(pid))


def _become(asked: dict[str, Any], handles: list[int]) -> list[str]:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked.get("session"):
        os.setsid()
    for number, handle in enumerate(handles[:3]):
        os.dup2(handle, number)
    for handle in handles:
        os.close(handle)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.stdin, sys.stdout, sys.stderr = (_stream(number, mode) for number, mode in enumerate("rww"))
    words: list[str] = asked["words"]
    return words


def _stream(number: int, mode: str) -> IO[str]:
    encoding, errors = os.environ.get("PYTHONIOENCODING", "utf-8"), "backslashreplace" if number == 2 else "strict"
    return open(number, mode, 1 if number == 2 else -1, encoding, errors, closefd=False)


def finish(words: list[str]) -> NoReturn:
    """Run the program and end as Python does, but for its memory, which the system clears quicker."""
    status = 1
    try:
        execute(words)
        status = 0
    except SystemExit as ended:
        if isinstance(ended.code, int | None):
            status = ended.code or 0
        else:
            print(ended.code, file=sys.stderr)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def execute(words: list[str]) -> None:
    """What `python WORDS` does."""
    match words:
        case ["-m", name, *rest]:
            sys.argv, sys.path[0] = [name, *rest], str(Path.cwd())
            sys.modules.pop(name, None)
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        case ["-c", text, *rest]:
            sys.argv, sys.path[0] = ["-c", *rest], ""
            exec(compile(text, "<string>", "exec"), {"__name__": "__main__"})
        case [path, *_]:
            sys.argv, sys.path[0] = words, str(Path(path).parent)
            runpy.run_path(path, run_name="__main__")


def import_all() -> None:
    """What charnet's programs need, and all that they are made of; not the commands, which run by themselves."""
    import charnet

    for name in LIBRARIES.split():
        import_module(name)
    for module in pkgutil.walk_packages(charnet.__path__, "charnet."):
        if module.ispkg or module.name.count(".") > 1:
            import_module(module.name)
    gc.freeze()


def main() -> None:
    listener, folder = socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])
    import_all()
    start_children_warm()
    if words := serve(listener, folder):
        finish(words)


if __name__ == "__main__":
    main()
