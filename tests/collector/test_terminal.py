import os
import re
from pathlib import Path

import pytest

from charnet.collector import CollectConfig, terminal
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig


def test_the_address_is_one_that_others_can_type() -> None:
    assert terminal.address("localhost", "127.0.0.1", 8026, "") == "http://localhost:8026/"
    assert terminal.address("::1", "::1", 80, "") == "http://[::1]:80/"
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:1/\?key=s", terminal.address("0.0.0.0", "0.0.0.0", 1, "s"))


def test_the_summary_tells_what_was_not_kept(tmp_path: Path) -> None:
    config = CollectConfig(mode="analyze", letter="e", data=LettersConfig(str(tmp_path)))
    session = Session(config)
    session.note_known("e")
    assert "Nothing was saved.\nNot kept, since the network read them right: e 1\n" in terminal.summary(config, session)


def test_the_summary_of_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    config = CollectConfig(data=LettersConfig(str(tmp_path / os.fsdecode(b"caf\xe9"))))
    session = Session(config)
    session.note_saved("e", "0")
    assert f"Saved in {tmp_path}/caf\\udce9: e 1" in terminal.summary(config, session).encode().decode()


def test_the_code_for_a_phone_needs_no_more_than_a_terminals_letters(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_code("http://192.0.2.1:8026/?key=secret")
    title, *rows = capsys.readouterr().out.splitlines()
    assert title.startswith("On a phone")
    assert len({len(row) for row in rows if row}) == 1
