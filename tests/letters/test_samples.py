from pathlib import Path

import pytest

from charnet.letters import samples


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_writer_gets_the_lowest_free_number(tmp_path: Path) -> None:
    folder = tmp_path / "letters/a"
    assert [samples.save(folder, b"%d" % n, writer) for n, writer in enumerate(("kai", "kai", ""), 1)] == [
        "kai-0",
        "kai-1",
        "0",
    ]
    assert samples.save(folder, b"4", "kai-1") == "kai-1-0"
    (folder / "kai-0.png").unlink()
    assert [samples.save(folder, b"5", "kai"), samples.save(folder, b"6", "kai")] == ["kai-0", "kai-2"]
    assert names(folder) == ["0.png", "kai-0.png", "kai-1-0.png", "kai-1.png", "kai-2.png"]
    assert (folder / "kai-1.png").read_bytes() == b"2"
    assert samples.writer_of(folder / "kai-1-0.png") == "kai-1"


def test_a_name_taken_meanwhile_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "lowest_free", lambda folder, before: 0)
    (tmp_path / "kai-0.png").write_bytes(b"of another program")
    assert samples.save(tmp_path, b"mine", "kai") == "kai-1"
    assert names(tmp_path) == ["kai-0.png", "kai-1.png"]
    assert (tmp_path / "kai-0.png").read_bytes() == b"of another program"


@pytest.mark.parametrize("writer", ["a/b", "..", ".x", "a\\b", "a\nb", " a", "C:", "x" * 61])
def test_names_that_cannot_begin_a_file_are_refused(writer: str) -> None:
    with pytest.raises(ValueError, match="writer: "):
        samples.check_writer(writer)


@pytest.mark.parametrize("writer", ["", "kai", "Zoë Müller-Lüdenscheidt", "kai-7", "x" * 60])
def test_other_names_can(writer: str) -> None:
    samples.check_writer(writer)


def test_writers_numbers_and_styles_by_the_names_of_files() -> None:
    assert samples.writer_of("letters/a/kai-r00-11-0001.printed.png") == "kai-r00-11"
    assert samples.writer_of(Path("my-letters/a/12.png")) == ""
    assert samples.style_of("a/kai-lee-0001.printed.png") == "printed"
    assert (
        samples.style_of("a/kai-lee-0001.png") == samples.style_of("a/12.png") == samples.style_of("a/1.odd.png") == ""
    )
    assert samples.number_of("kai-lee-12") == samples.number_of("12") == 12
    assert (samples.prefix("kai"), samples.prefix("")) == ("kai-", "")


def test_a_writer_is_one_in_whichever_form_a_file_system_lists_the_name():
    assert samples.writer_of("Zoe\u0308-1.png") == samples.writer_of("Zoë-2.png") == "Zoë"
