import pytest

from charnet.system import names


@pytest.mark.parametrize(
    "name", ["", ".", "..", "C:", "D:photo.jpg", "a/b", "a\\b", "a<", "a>", 'a"', "a|b", "a?", "a*", "a\n", "a.", "a "]
)
def test_what_some_system_refuses_or_changes(name):
    assert not names.is_portable(name)


@pytest.mark.parametrize("name", ["con", "CON", "con.png", "Aux.tar.gz", "nul ", "com1", "lpt9.x", "LPT³"])
def test_devices_of_windows(name):
    assert names.is_device(name) and not names.is_portable(name)


@pytest.mark.parametrize("name", ["a", "kai-7~2.printed.png", "scan 1.jpg", "é", "console", "com", "com10", "icon.png"])
def test_other_names_pass(name):
    assert names.is_portable(name)


def test_names_that_are_one_file_somewhere_fold_to_the_same():
    assert len(set(map(names.fold, ("é", "É", "e\u0301", "E\u0301")))) == 1
    assert (
        names.fold("ß") == names.fold("SS") and names.fold("\u0131") == names.fold("I") and names.fold("\u017f") == "s"
    )
    assert names.fold("e") != names.fold("é")
