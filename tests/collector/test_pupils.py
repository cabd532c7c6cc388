import threading
from pathlib import Path

import pytest

from charnet.collector.pupils import MAX_NAMES, Pupils


def test_a_name_is_the_phones_that_took_it_however_it_is_spelled(tmp_path: Path) -> None:
    pupils = Pupils(tmp_path)
    assert pupils.take("Anna", "one", []) == "Anna"
    for name in ("Anna", "anna", "ANNA"):
        with pytest.raises(ValueError, match="Anna is another phone's name; choose another, or ask the teacher"):
            pupils.take(name, "two", [])
        assert pupils.take(name, "one", []) == "Anna"
    assert (pupils.names("one"), pupils.names("two"), pupils.names("")) == (["Anna"], [], [])


def test_names_survive_a_restart_as_digests(tmp_path: Path) -> None:
    Pupils(tmp_path / "new").take("Anna", "s3cret", [])
    assert b"s3cret" not in (tmp_path / "new/.pupils.json").read_bytes()
    again = Pupils(tmp_path / "new")
    assert again.names("s3cret") == ["Anna"]
    with pytest.raises(ValueError, match="another phone's"):
        again.take("Anna", "other", [])


@pytest.mark.parametrize(
    "content", [b"", b'{"Anna": "', b"\xff", b"[]", b'{"Anna": 3}', b'{"../x": "d"}', b"[" * 100_000]
)
def test_a_spoilt_file_gives_nobody_anothers_drawings(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".pupils.json").write_bytes(content)
    pupils = Pupils(tmp_path)
    with pytest.raises(ValueError, match=r"there are drawings by Anna already; .* ask the teacher to free it"):
        pupils.take("Anna", "phone", ["Anna"])
    with pytest.raises(ValueError, match="there are drawings by Anna already"):
        pupils.take("anna", "phone", ["Anna"])
    assert pupils.take("Ben", "phone", ["Anna"]) == "Ben"
    assert Pupils(tmp_path).names("phone") == ["Ben"]


def test_the_teacher_frees_a_name_for_the_next_phone_alone(tmp_path: Path) -> None:
    pupils = Pupils(tmp_path)
    pupils.take("Anna", "lost", ["Tom"])
    pupils.free("anna", ["Anna", "Tom"])
    pupils.free("Tom", ["Anna", "Tom"])
    assert pupils.names("lost") == []
    assert pupils.states(["Anna", "Tom", "kai-yslee"]) == {"Anna": "free", "Tom": "free"}
    pupils.take("Anna", "new", ["Anna", "Tom"])
    with pytest.raises(ValueError, match="another phone's name"):
        pupils.take("Anna", "lost", ["Anna", "Tom"])
    assert Pupils(tmp_path).states(["Anna", "Tom", "Uli"]) == {"Anna": "taken", "Tom": "free", "Uli": "kept"}
    with pytest.raises(FileNotFoundError):
        pupils.free("Nobody", ["Anna"])


def test_a_phone_keeps_former_names_that_have_drawings(tmp_path: Path) -> None:
    pupils = Pupils(tmp_path)
    pupils.take("Ana", "one", [])
    pupils.take("Anna", "one", [])
    pupils.take("Bea", "one", ["Anna"])
    pupils.take("Anna", "one", ["Anna", "Bea"])
    assert pupils.names("one") == ["Bea", "Anna"]  # the typing mistake is free
    assert pupils.take("Ana", "two", ["Anna", "Bea"]) == "Ana"


def test_whoever_takes_many_names_locks_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charnet.collector.pupils.MAX_NAMES", 5)
    assert MAX_NAMES >= 100
    pupils = Pupils(tmp_path)
    pupils.take("Anna", "anna", [])
    for number in range(10):
        pupils.take(f"name{number}", str(number), ["Anna"])
    assert pupils.names("anna") == ["Anna"] and pupils.names("9") == ["name9"] and pupils.names("0") == []
    assert len(pupils.states([])) == 5
    with pytest.raises(ValueError, match="5 names are taken"):
        pupils.take("last", "last", list(pupils.states([])))


def test_of_phones_that_ask_at_once_one_gets_the_name(tmp_path: Path) -> None:
    pupils = [Pupils(tmp_path), Pupils(tmp_path)]  # two programs
    taken = []

    def take(number: int) -> None:
        try:
            pupils[number % 2].take("Anna", str(number), [])
            taken.append(number)
        except ValueError:
            pass

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert Pupils(tmp_path).names(str(taken[0])) == ["Anna"]
