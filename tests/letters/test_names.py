from pathlib import Path

from charnet.letters import names


def test_writers_and_styles_by_the_names_of_files():
    assert names.writer_of("letters/a/kai-r00-11-0001.printed.png") == "kai-r00-11"
    assert names.writer_of(Path("my-letters/a/12.png")) == ""
    assert names.style_of("a/kai-lee-0001.printed.png") == "printed"
    assert names.style_of("a/kai-lee-0001.png") == names.style_of("a/12.png") == names.style_of("a/1.odd.png") == ""
