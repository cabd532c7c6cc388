import math
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from charnet.system import settings
from charnet.system.answer import UsageError


@dataclass(slots=True)
class Pen:
    width: float = 0.1
    """Width of the line,
    as a share of the side."""
    colour: str = ""


@dataclass(slots=True)
class Base:
    seed: int = 0
    """Makes runs repeatable."""


@dataclass(slots=True)
class Drawing(Base):
    pen: Pen = field(default_factory=Pen)
    count: int = 3
    """Letters to draw."""


def test_every_setting_has_its_key_its_default_and_its_explanation():
    assert settings.keys(Drawing) == {
        "seed": (0, "Makes runs repeatable."),
        "pen.width": (0.1, "Width of the line, as a share of the side."),
        "pen.colour": ("", ""),
        "count": (3, "Letters to draw."),
    }


def test_the_yaml_files_lie_beside_the_package_and_groups_offer_their_files():
    assert (settings.conf() / "train.yaml").is_file()
    assert settings.choices("model") == ["cnn", "line", "mlp"]


@pytest.mark.parametrize(
    "words",
    [
        ["seed=1", "pen.width=0.2", "+count=3", "~pen.colour=", "model=cnn", "model@pen=mlp"],
        ["hydra.run.dir=x", "hydra/launcher=joblib", "-m", "seed=1,2", "--cfg", "job"],
    ],
)
def test_settings_flags_groups_and_hydra_s_own_pass(words: list[str]):
    settings.check(words, Drawing)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("width=2", "width: there is no such setting; did you mean pen.width=...?"),  # the end of a key
        ("pen.with=2", "pen.with: there is no such setting; did you mean pen.width=...?"),  # close to a key
        ("color=red", "color: there is no such setting; did you mean pen.colour=...?"),  # close to the end of one
        ("xyzzy=1", "xyzzy: there is no such setting; --help lists them"),
        ("seed", "seed: a setting needs a value, as in seed=..."),
        ("letters", "'letters' is not a setting; they are typed key=value, --help lists them"),
        ("--count=3", "--count=3: settings are typed key=value without dashes, did you mean count=...?"),
    ],
)
def test_a_word_that_is_no_setting_is_refused_with_the_nearest_one(word: str, text: str):
    with pytest.raises(UsageError) as raised:
        settings.check([word], Drawing)
    assert str(raised.value) == text


def test_help_explains_all_settings_or_those_with_a_prefix():
    whole = settings.explain("draw", Drawing)
    assert "  pen.width=0.1\n        Width of the line, as a share of the side." in whole
    assert "  pen.colour=''\n" in whole
    few = settings.explain("draw", Drawing, ["pen"])
    assert "pen.width" in few and "count=3" not in few
    with pytest.raises(UsageError, match="ink: there is no such setting; "):
        settings.explain("draw", Drawing, ["pen", "ink"])


def test_help_that_would_not_fit_on_a_screen_has_a_line_a_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "SCREEN", 7)
    monkeypatch.setenv("COLUMNS", "40")
    lines = settings.explain("draw", Drawing).splitlines()
    assert "  pen.width=0.1  Width of the line, ..." in lines and max(map(len, lines[:-3])) <= 40
    assert any(line.startswith("Whole explanations: ") for line in lines)


def test_a_value_that_is_allowed_passes():
    settings.one_of("data.split", "writer", ("sample", "writer"))
    for value in (0, 0.5, 1):
        settings.within("data.validation", value, 0, 1)


@pytest.mark.parametrize("value", [-1e-9, 1.001, math.nan, math.inf, -math.inf, 10**400])
def test_a_value_out_of_bounds(value: float):
    with pytest.raises(ValueError) as raised:
        settings.within("data.validation", value, 0, 1)
    assert str(raised.value) == f"data.validation: {value} is not between 0 and 1"


@pytest.mark.parametrize("value", ["", "Writer", "writers"])
def test_a_value_that_is_none_of_the_choices(value: str):
    with pytest.raises(ValueError) as raised:
        settings.one_of("data.split", value, ("sample", "writer"))
    assert str(raised.value) == f"data.split: {value!r} is not one of sample, writer"


@pytest.mark.parametrize("value", ["my run", ".hidden", "a/b", "con:", "x" * 101])
def test_a_value_that_cannot_be_a_folder(value: str):
    with pytest.raises(ValueError, match="cannot be a folder's name"):
        settings.folder_name("name", value)


def test_a_folder_s_name_may_be_left_out_but_not_be_taken():
    settings.folder_name("name", "")
    settings.folder_name("name", "kai-2.1_b")
    with pytest.raises(ValueError, match="name: 'current' is taken; choose another name"):
        settings.folder_name("name", "current", ("letters", "current"))


class Keyed(Exception):
    full_key = "seed"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            Keyed("Value 'x' of type 'str' could not be converted to Integer\n  full_key: seed"),
            "seed: 'x' is not a whole number",
        ),
        (Keyed("Value 'x' of type 'str' could not be converted to Float"), "seed: 'x' is not a number"),
        (Keyed("Value 'x' is not a valid bool (type str)"), "seed: 'x' is neither true nor false"),
        (Keyed("Key 'sed' not in 'Drawing'"), "seed: there is no such setting; --help lists them"),
        (
            Exception("Could not find 'hydra/launcher/joblib'\nAvailable"),
            "hydra/launcher=joblib: no such plugin is installed; Hydra's plugins come with pip install -e '.[sweep]'",
        ),
        (Exception("Could not find 'model/rnn'\nAvailable"), "model: there is no 'rnn'; choose from cnn, line, mlp"),
        (
            Exception("mismatched input ')'"),
            "mismatched input ')'; put the value in quotes, as in 'data.root=\"my letters (1)\"'",
        ),
        (Exception(), "this setting can't be used"),
    ],
)
def test_complaints_of_hydra_s_in_a_user_s_words(error: Exception, text: str):
    assert settings.complaint(error) == text


def test_the_innermost_cause_is_told():
    outer = RuntimeError("Error in call to target")
    outer.__cause__ = Keyed("Value 'x' is not a valid bool (type str)")
    assert settings.complaint(outer) == "seed: 'x' is neither true nor false"


def test_a_package_that_is_installed_has_its_yaml_files_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "charnet/system").mkdir(parents=True)
    (tmp_path / "charnet/conf").mkdir()
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "charnet/system/settings.py"))
    assert settings.conf() == tmp_path / "charnet/conf"
