import errno
import os
import threading
from pathlib import Path

import pytest

from charnet.system import files
from charnet.system.answer import message


@pytest.mark.parametrize("durable", [True, False])
def test_writes_and_replaces(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "a"
    files.write_bytes(path, b"old", durable)
    files.write_bytes(path, b"new", durable)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_only_a_durable_file_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    files.write_bytes(tmp_path / "a", b"", durable=False)
    assert not waited
    files.write_bytes(tmp_path / "a", b"")
    assert len(waited) == (2 if os.name == "posix" else 1)  # the file, and its folder's entry


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    files.write_bytes(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="file size limits are POSIX's")
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "a"
    files.write_bytes(path, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as error:
            files.write_bytes(path, b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert error.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_with_the_file_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as error:
        files.write_bytes(tmp_path / "a", b"new")
    assert message(error.value) == f"{tmp_path / 'a'}: No space left on device; make room and run again"
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_told_by_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        files.write_bytes(tmp_path / "none" / "a", b"")
    assert message(error.value) == f"{tmp_path / 'none' / 'a'}: No such file or directory"


@pytest.mark.parametrize(
    "error",
    [
        ValueError("half a picture"),
        KeyboardInterrupt(),
        OSError("damaged archive"),  # a library's own: no number, and no file of ours
        OSError(errno.EACCES, "Permission denied", "another.file"),
    ],
)
def test_what_goes_wrong_in_the_block_comes_through_as_it_was(tmp_path: Path, error: BaseException) -> None:
    files.write_bytes(tmp_path / "a", b"old")
    told = str(error)
    with pytest.raises(type(error)) as raised, files.replacing(tmp_path / "a") as file:
        file.write(b"ne")
        raise error
    assert raised.value is error and str(error) == told
    assert (tmp_path / "a").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_an_unfinished_file_is_hidden_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    first, second = files.hidden(tmp_path / "a.png"), files.hidden(tmp_path / "a.png")
    assert first != second and first.parent == tmp_path
    assert first.name.startswith(".a.png.") and first.suffix == ".part"


@pytest.mark.parametrize("name", ["x" * 255, "\N{GRINNING FACE}" * 63])  # 255 and 252 bytes, the most that a name takes
def test_the_longest_names_can_be_written(tmp_path: Path, name: str) -> None:
    files.write_bytes(tmp_path / name, b"content")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.fixture(params=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system with hard links and, as FAT, one without."""

    def none(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", none)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("links")
def test_a_move_renames(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"content")
    assert files.move(source, target)
    assert target.read_bytes() == b"content" and list(tmp_path.iterdir()) == [target]


@pytest.mark.usefixtures("links")
def test_a_move_never_replaces(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    assert not files.move(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"new", b"old") and len(list(tmp_path.iterdir())) == 2


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("names", ["a a", "a linked/a", "linked/a a"])
def test_a_file_that_is_moved_to_itself_stays(tmp_path: Path, names: str) -> None:
    (tmp_path / "linked").symlink_to(tmp_path)
    (tmp_path / "a").write_bytes(b"content")
    source, target = (tmp_path / name for name in names.split())
    assert files.move(source, target)
    assert (tmp_path / "a").read_bytes() == b"content" and files_in(tmp_path) == {"a", "linked"}


def test_a_file_that_has_another_name_elsewhere_and_is_moved_to_itself_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert files.move(tmp_path / "a", tmp_path / "a")
    assert files_in(tmp_path) == {"a", "b"}


@pytest.mark.usefixtures("links")
def test_a_link_to_the_file_takes_a_name_like_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "link").symlink_to("a")
    assert not files.move(tmp_path / "a", tmp_path / "link")
    (tmp_path / "nowhere").symlink_to("none")
    assert not files.move(tmp_path / "a", tmp_path / "nowhere")
    assert files_in(tmp_path) == {"a", "link", "nowhere"} and (tmp_path / "link").read_bytes() == b"content"


def test_a_file_whose_drive_is_mounted_twice_stays(
    drives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    source, _ = drives
    (tmp_path / "again").symlink_to(tmp_path / "one")
    on_drives(monkeypatch, tmp_path)
    assert files.move(source, tmp_path / "again/0.png")
    assert source.read_bytes() == b"mine"


@pytest.mark.usefixtures("links")
def test_of_many_moves_to_one_name_a_single_one_succeeds(tmp_path: Path) -> None:
    target, moved = tmp_path / "target", []
    sources = [tmp_path / str(number) for number in range(16)]
    for source in sources:
        source.write_text(source.name)
    start = threading.Barrier(len(sources))

    def run(source: Path) -> None:
        start.wait()
        if files.move(source, target):
            moved.append(source.name)

    threads = [threading.Thread(target=run, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moved) == 1 and target.read_text() == moved[0]
    assert len(list(tmp_path.iterdir())) == len(sources)  # the others are where they were


@pytest.mark.usefixtures("links")
def test_a_move_of_nothing_or_to_nowhere_is_the_systems_word(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.move(tmp_path / "a", tmp_path / "b")
    (tmp_path / "a").touch()
    with pytest.raises(FileNotFoundError):
        files.move(tmp_path / "a", tmp_path / "none" / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_interrupted_move_is_finished_by_the_next_call(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"content")
    target.hardlink_to(source)  # what a kill between the two steps leaves
    assert files.move(source, target)
    assert list(tmp_path.iterdir()) == [target]


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a/b/c")
    files.make_folder(tmp_path / "a/b/c")
    assert (tmp_path / "a/b/c").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        files.make_folder(tmp_path / "file")
    with pytest.raises((FileExistsError, NotADirectoryError)):
        files.make_folder(tmp_path / "file/b")


def test_flush_waits_for_all() -> None:
    files.flush()


def on_drives(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Every folder of `root` is a drive of its own: no links between them, and other device numbers."""
    link, stat = os.link, Path.stat

    def within(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        link(source, target)

    class Stat:
        def __init__(self, path: Path, **more: bool) -> None:
            self._stat, self.st_dev = stat(path, **more), hash(path.parent)

        def __getattr__(self, name: str):
            return getattr(self._stat, name)

    monkeypatch.setattr(os, "link", within)
    monkeypatch.setattr(Path, "stat", lambda path, **more: Stat(path, **more))
    monkeypatch.setattr(Path, "lstat", lambda path: Stat(path, follow_symlinks=False))  # 3.14's does without `stat`


@pytest.fixture
def drives(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one/0.png").write_bytes(b"mine")
    return tmp_path / "one/0.png", tmp_path / "two/0.png"


def test_a_file_moves_to_another_drive(drives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    source, target = drives
    on_drives(monkeypatch, tmp_path)
    time = source.stat().st_mtime_ns
    assert files.move(source, target)
    assert (target.read_bytes(), target.stat().st_mtime_ns, source.exists()) == (b"mine", time, False)
    assert list(target.parent.iterdir()) == [target]


def test_nothing_on_another_drive_is_replaced(
    drives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    source, target = drives
    on_drives(monkeypatch, tmp_path)
    target.write_bytes(b"yours")
    assert not files.move(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"mine", b"yours")
    assert list(target.parent.iterdir()) == [target]


def test_a_move_to_another_drive_that_was_cut_off_is_finished(
    drives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    source, target = drives
    on_drives(monkeypatch, tmp_path)
    unlink = Path.unlink

    def killed(path: Path, missing_ok: bool = False) -> None:
        if path == source:
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(Path, "unlink", killed)
        files.move(source, target)
    assert source.read_bytes() == target.read_bytes() == b"mine"
    assert files.move(source, target)
    assert not source.exists() and target.read_bytes() == b"mine"
