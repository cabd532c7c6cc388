"""predict.py as a user runs it, and what bulk prediction rests on."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import warm
from PIL import Image, ImageDraw
from samples import make_letters, make_network

from charnet import predict
from charnet.measure import reading
from charnet.networks import classify, json_file
from charnet.networks.facts import Facts
from charnet.pictures import images, listing
from charnet.spec import FRAMINGS, Spec
from charnet.system import pool

ROOT = Path(__file__).parent.parent


@pytest.fixture
def where(tmp_path: Path, network: json_file.Network) -> Path:
    json_file.write(tmp_path / "w.json", network)
    return tmp_path / "w.json"


@pytest.mark.parametrize("framing", FRAMINGS)
def test_read_together_as_one_by_one(tmp_path: Path, framing: str):
    """The same to the last bit, whatever sizes come, and the same errors."""
    spec, random = Spec(framing=framing), np.random.default_rng(0)
    sources: list[Path] = []
    for number, size in enumerate([(10, 16), (30, 20), (10, 16), (80, 90), (30, 20), (80, 90), (10, 16)] * 3):
        grey = np.full(size[::-1], 255, np.uint8)
        grey[4 + number % 4 : 8 + number % 4, 3:-2] = random.integers(0, 200)
        sources.append(tmp_path / f"{number}.png")
        Image.fromarray(grey).save(sources[-1])
    Image.new("L", (10, 16), 255).save(sources[4])  # blank, among others of its size
    sources[9].write_bytes(b"hello")
    sources[11].unlink()
    framed, errors = images.read_many(sources, spec)
    assert sorted(errors) == [4, 9, 11]
    left = iter(framed)
    for place, source in enumerate(sources):
        if place in errors:
            with pytest.raises(type(errors[place])) as raised:
                images.read(source, spec)
            assert str(raised.value) == str(errors[place])
        else:
            assert np.allclose(next(left), images.read(source, spec), atol=1e-5)
    assert next(left, None) is None


def test_nothing_to_read():
    framed, errors = images.read_many([], Spec())
    assert (framed.shape, errors) == ((0, 16, 10), {})


def test_large_pictures_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch):
    """At most WAITING decoded pixels and one more picture are framed at once."""
    together: list[int] = []
    real = images.to_ink
    monkeypatch.setattr(images, "to_ink", lambda grey, even: together.append(grey.size) or real(grey, even))
    monkeypatch.setattr(images, "MAX_WAITING", 10_000)
    picture = Image.fromarray(np.pad(np.zeros((40, 40), np.uint8), 10, constant_values=255))
    framed, _ = images.read_many([picture] * 20, Spec())
    assert len(framed) == 20
    assert sum(together) == 20 * 3600
    assert max(together) < 10_000 + 3600


def test_few_pictures_start_no_process_and_load_nothing_heavy(where: Path, letters: Path):
    program = (
        "import sys; from charnet import predict\n"
        f"assert predict.main(['--weights', {str(where)!r}, {str(letters)!r}]) == 0\n"
        "heavy = {'torch', 'torchvision', 'hydra', 'matplotlib', 'tensorboard', 'rich', 'onnxruntime'}\n"
        "found = {'multiprocessing', 'concurrent.futures', *heavy} & set(sys.modules)\n"
        "assert not found, found"
    )
    # Coverage, where it watches, loads some of these.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.DEVNULL)


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = predict.main(words)
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.mark.parametrize("form", [["--json"], ["--top", "5"]])
def test_many_processes_say_what_one_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, where: Path, form: list[str]
):
    folder = make_letters(tmp_path / "many", count=20)
    (folder / "l/5.png").write_bytes(b"hello")
    words = [*form, "--weights", str(where), str(folder), "no.png"]
    alone = run(words, capsys)
    monkeypatch.setattr(pool, "FEW", 16)
    monkeypatch.setattr(pool, "CHUNK", 16)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    assert run(words, capsys) == alone
    assert alone[0] == 1
    assert (alone[1] + alone[2]).count("\n") == 61


def test_the_text_is_that_of_json(where: Path, letters: Path, capsys: pytest.CaptureFixture[str]):
    _, out, _ = run(["--json", "--weights", str(where), str(letters)], capsys)
    classifier = classify.load(where)
    for line, path in zip(out.splitlines(), listing.walk([letters]), strict=True):
        ranking = [[label, round(likelihood, 6)] for label, likelihood in classifier.rank(path)]
        sure = ranking[0][1] ** 2 / sum(value for _, value in ranking) >= classify.SURE
        found = classifier.rank(path)
        told = {"path": str(path), "label": found[0][0], "sure": sure, "doubt": found.doubt, "ranking": ranking}
        told["network"] = str(where)
        assert line == json.dumps(told)


def test_labels_and_paths_that_need_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    json_file.write(tmp_path / "w.json", make_network(Spec(('"', "ä", "'"))))
    odd = make_letters(tmp_path / "a").rename(tmp_path / 'q"ö')
    _, out, _ = run(["--json", "--weights", str(tmp_path / "w.json"), str(odd / "l/0.png")], capsys)
    read = json.loads(out)
    assert read["path"] == str(odd / "l/0.png")
    assert {label for label, _ in read["ranking"]} == {'"', "ä", "'"}


def test_only_bad_pictures(where: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = run(["--weights", str(where), "no.png"], capsys)
    assert (status, out, err) == (1, "", "error: no.png: No such file or directory\n")


@pytest.mark.parametrize("as_json", [False, True])
def test_names_that_are_no_text(where: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool):
    """They stop nothing. A person is shown their bytes by number; a program gets a name that opens the file."""
    folder = make_letters(tmp_path / "letters", count=1)
    good, bad = (os.fsdecode(os.fsencode(folder) + name) for name in (b"/l/\xff.png", b"/l/\xfe\x1b[2J.png"))
    (folder / "l/0.png").rename(good)
    Path(bad).write_text("no picture")
    status, out, err = run([*(["--json"] if as_json else []), "--weights", str(where), str(folder / "l")], capsys)
    assert status == 1
    if as_json:
        rows = [json.loads(line) for line in out.splitlines()]
        assert [row["path"] for row in rows] == [bad, good]
        assert Path(rows[1]["path"]).is_file()
        assert "error" in rows[0]
    else:
        assert out.startswith(f"{folder}/l/\\udcff.png: ")
        assert err.startswith(f"error: {folder}/l/\\udcfe\\x1b[2J.png: not a picture")


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5", "\N{SUPERSCRIPT TWO}"])
def test_a_count_is_a_whole_number_from_1(count: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        predict.main(["--top", count, "x.png"])
    assert f"{count!r} is not a whole number from 1" in capsys.readouterr().err


def test_a_terminal_is_told_once_which_network_reads(where: Path, letters: Path):
    """On a real terminal, which a pseudo terminal is; a pipe gets the lines alone."""
    words = [sys.executable, "-m", "charnet.predict", "--weights", str(where), str(letters / "l"), str(letters / "z")]
    master, slave = os.openpty()
    with subprocess.Popen(words, stdout=slave) as process:
        process.wait()
    os.close(slave)
    lines = os.read(master, 100_000).decode().splitlines()
    os.close(master)
    assert lines[0] == f"network: {where} (160-20-26, 26 labels)"
    assert sum(line.startswith("network:") for line in lines) == 1
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines() == lines[1:]


def test_an_answer_that_is_not_sure_says_so(tmp_path: Path, letters: Path, capsys: pytest.CaptureFixture[str]):
    picture = str(letters / "z/0.png")
    for sure in (0.0, 1.0):
        network = replace(make_network(Spec()), facts=Facts(sure=sure))
        json_file.write(tmp_path / "w.json", network)
        reading.load.cache_clear()
        _, out, _ = run(["--weights", str(tmp_path / "w.json"), picture], capsys)
        doubt = reading.load(tmp_path / "w.json").rank(picture).doubt
        assert out.endswith(f"   ? unsure, {doubt}\n") == (sure == 1) == bool(doubt)
        _, out, _ = run(["--json", "--weights", str(tmp_path / "w.json"), picture], capsys)
        assert (json.loads(out)["sure"], json.loads(out)["doubt"]) == (sure == 0, doubt)


def test_patterns_in_quotes(where: Path, letters: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = run(["--weights", str(where), str(letters / "[lz]" / "?.png")], capsys)
    assert status == 0
    assert [line.split(":")[0] for line in out.splitlines()] == [
        str(p) for p in listing.walk([letters / "l", letters / "z"])
    ]
    status, _, err = run(["--weights", str(where), str(letters / "no*.png")], capsys)
    assert (status, err) == (1, f"error: {letters / 'no*.png'}: No such file or directory\n")


def test_noise_and_several_letters_are_called_unsure(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A person is told what it looks like, not a ranking; a program gets both."""
    grey = np.random.default_rng(0).integers(0, 255, (200, 300)).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "noise.png")
    ruled = np.full((300, 400), 250, np.uint8)
    ruled[::30] = 200
    Image.fromarray(ruled).save(tmp_path / "ruled.png")
    for name in ("noise.png", "ruled.png"):
        status, out, _ = run(["--weights", "letters", str(tmp_path / name)], capsys)
        assert (status, out) == (0, f"{tmp_path / name}: ? unsure, no clear ink\n")
        _, out, _ = run(["--json", "--weights", "letters", str(tmp_path / name)], capsys)
        read = json.loads(out)
        assert (read["sure"], read["note"]) == (False, "no clear ink")
        assert len(read["ranking"]) == 26


def test_the_sheet_of_starter_letters(capsys: pytest.CaptureFixture[str]):
    """Eight lines of thirteen, close to each other: the dots of i and j belong to their own line."""
    sheet = Path(__file__).parents[1] / "docs/starter-letters.png"
    status, out, _ = run(["--json", "--letters", "--weights", "letters-cnn", str(sheet)], capsys)
    read = json.loads(out)["text"].split("\n")
    assert status == 0
    assert [len(line.replace(" ", "")) for line in read] == [13] * 8
    right = [
        a == b
        for line, row in zip(read, ["abcdefghijklm"] * 4 + ["nopqrstuvwxyz"] * 4, strict=True)
        for a, b in zip(line.replace(" ", ""), row, strict=True)
    ]
    assert np.mean(right) > 0.9


def test_what_the_network_saw(where: Path, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "seen.png"
    assert run(["--weights", str(where), "--show", str(out), str(letters), "no.png"], capsys)[0] == 1
    with Image.open(out) as image:
        assert image.format == "PNG"
    nothing = tmp_path / "nothing.png"
    status, _, err = run(["--weights", str(where), "--show", str(nothing), "no.png"], capsys)
    assert (status, nothing.exists()) == (1, False) and "nothing could be read, so nothing is shown" in err
    mine = letters / "l/0.png"
    before = mine.read_bytes()
    status, printed, err = run(["--weights", str(where), "--show", str(mine), str(letters)], capsys)
    assert (status, printed) == (1, "")
    assert "was not drawn by charnet" in err
    assert mine.read_bytes() == before
    status, printed, err = run(["--weights", str(where), "--show", str(tmp_path / "no/seen.png"), str(mine)], capsys)
    assert (status, printed) == (1, "") and "no: no such folder; make it first, or name another" in err


def test_many_letters_on_one_picture(tmp_path: Path, where: Path):
    light = np.full((300, 700), 215, np.uint8)
    for left in (60, 140, 330, 410):
        light[100:200, left : left + 10] = light[190:200, left : left + 50] = 40
    Image.fromarray(light).save(tmp_path / "word.png")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return warm.run("-m", "charnet.predict", "--weights", where, *words, cwd=tmp_path)

    done = run("--letters", "--draw", "out.png", "word.png")
    path, text = done.stdout.strip().split(": ")
    assert (done.returncode, path, len(text.replace("?", ""))) == (0, "word.png", len("ab cd")), done.stderr
    with Image.open(tmp_path / "out.png") as drawn:
        assert drawn.size == (1000, 429)
    found = json.loads(run("--letters", "--json", "word.png").stdout)
    assert found["text"][2] == " " and len(found["letters"]) == 4 and len(found["letters"][0]["ranking"]) == 26
    assert found["letters"][0]["box"] == pytest.approx([60, 100, 50, 100], abs=4)
    assert "this looks like 4 letters; --letters reads each" in run("word.png").stdout
    assert json.loads(run("--json", "word.png").stdout)["note"] == "more than one shape"
    (tmp_path / "mine.png").write_bytes(b"mine")
    for words in (["--draw", "x.png", "word.png"], ["--letters", "--draw", "x.png", "word.png", "word.png"]):
        refused = run(*words)
        assert refused.returncode == 2 and "--draw OUT.png takes one picture and --letters" in refused.stderr
    refused = run("--letters", "--show", "seen.png", "word.png")
    assert refused.returncode == 2 and "--show is for single letters" in refused.stderr
    assert "name another file" in run("--letters", "--draw", "mine.png", "word.png").stderr
    assert (tmp_path / "mine.png").read_bytes() == b"mine"
    Image.new("L", (300, 200), 200).save(tmp_path / "blank.png")
    blank = run("--letters", "blank.png", "word.png")
    assert blank.returncode == 1 and "blank" in blank.stderr and "word.png: " in blank.stdout


def test_letters_that_touch_are_for_text(tmp_path: Path, where: Path, capsys: pytest.CaptureFixture[str]):
    light = np.full((300, 700), 215, np.uint8)
    for left in (60, 400):
        for letter in range(5):  # joined along the line
            light[100:200, left + 50 * letter : left + 50 * letter + 10] = 40
        light[190:200, left : left + 210] = 40
    Image.fromarray(light).save(tmp_path / "joined.png")
    status, _, err = run(["--weights", str(where), "--letters", str(tmp_path / "joined.png")], capsys)
    assert status == 0
    assert (
        err
        == f"note: {tmp_path / 'joined.png'}: some letters touch each other; --text reads words as people write them\n"
    )
    apart = str(ROOT / "docs/starter-letters.png")
    assert run(["--weights", "letters", "--letters", apart], capsys)[2] == ""


def test_handwriting(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    note = str(ROOT / "examples/note.jpg")
    wanted = ["thank", "you", "for", "the", "jam", "we", "had", "it", "with", "fresh", "bread", "today"]
    status, printed, err = run(["--text", note], capsys)
    lines = [line.removeprefix(f"{note}: ").replace("?", "").split() for line in printed.splitlines()]
    assert (status, err) == (0, "") and len(lines) == 3
    assert len(set(wanted) & {word for line in lines for word in line}) >= 8
    words = tmp_path / "words.txt"
    words.write_text("\n".join([*wanted, "zebra", "hat", "yam", "bead"]))
    steered = json.loads(run(["--text", "--words", str(words), "--json", note], capsys)[1])
    assert sum(one == other for one, other in zip(steered["text"].split(), wanted, strict=False)) >= 10
    assert steered["network"] == "line" and steered["path"] == note and len(steered["lines"]) == 3
    boxes = [word["box"] for line in steered["lines"] for word in line["words"]]
    assert all(left >= 0 and top >= 0 and left + wide <= 900 and top + high <= 675 for left, top, wide, high in boxes)
    assert all(0 <= word["confidence"] <= 1 for line in steered["lines"] for word in line["words"])
    drawn = tmp_path / "drawn.png"
    assert run(["--text", "--draw", str(drawn), note], capsys)[0] == 0
    with Image.open(drawn) as picture:
        assert picture.size == (1000, 750)


def test_a_page_on_its_head_is_turned_and_what_shows_no_handwriting_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with Image.open(ROOT / "examples/note.jpg") as picture:
        picture.rotate(180).save(tmp_path / "turned.jpg")
    status, printed, err = run(["--text", str(tmp_path / "turned.jpg")], capsys)
    assert status == 0 and "bread" in printed.splitlines()[-1] and "it stands on its head and was turned" in err
    found = json.loads(run(["--text", "--json", str(tmp_path / "turned.jpg")], capsys)[1])
    first = found["lines"][0]["words"][0]["box"]
    assert first[0] > 450 and first[1] > 337 and found["notes"]  # of the picture as it was
    for quarter in (90, 270):
        with Image.open(ROOT / "examples/note.jpg") as picture:
            across = picture.rotate(quarter, expand=True)
        across.save(tmp_path / "across.jpg")
        status, printed, err = run(["--text", str(tmp_path / "across.jpg")], capsys)
        assert status == 0 and "bread" in printed.splitlines()[-1] and "it lies on its side and was turned" in err
        found = json.loads(run(["--text", "--json", str(tmp_path / "across.jpg")], capsys)[1])
        for line in found["lines"]:
            for word in line["words"]:
                left, top, width, height = word["box"]
                ink = np.asarray(across.convert("L"))[top : top + height, left : left + width]
                assert width > 0 and left + width <= 675 and top + height <= 900 and ink.min() < 90, word
        left, top, width, height = found["lines"][0]["box"]
        assert height > 5 * width and (left < 337) == (quarter == 90)  # the first line, from top to bottom
    with Image.new("L", (900, 260), 235) as page:
        for row, text in enumerate(("The quick brown fox jumps over", "the lazy dog and runs home again")):
            ImageDraw.Draw(page).text((40, 40 + 80 * row), text, 20, font_size=46)
        page.save(tmp_path / "print.png")
    assert "it looks like print" in run(["--text", str(tmp_path / "print.png")], capsys)[2]
    with Image.new("L", (500, 400), 235) as page:
        ImageDraw.Draw(page).ellipse((100, 80, 380, 320), outline=20, width=6)
        page.save(tmp_path / "drawing.png")
    assert "hardly legible: a drawing" in run(["--text", str(tmp_path / "drawing.png")], capsys)[2]
    Image.new("L", (400, 300), 200).save(tmp_path / "blank.png")
    status, printed, err = run(["--text", str(tmp_path / "blank.png"), "no.png"], capsys)
    assert (status, printed) == (1, "") and "blank" in err and "no.png: No such file" in err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--words", "list.txt", "x.png"], "--words steers --text; add --text"),
        (["--text", "--letters", "x.png"], "not allowed with"),
        (["--text", "--only", "a-z", "x.png"], "--only is for letters; leave it out with --text"),
        (["--text", "--top", "5", "x.png"], "--top is for letters; leave it out with --text"),
        (["--letters", "--top", "5", "x.png"], "--top is for single letters; with --letters, --json has the ranking"),
        (["--text", "--show", "seen.png", "x.png"], "--show is for letters"),
        (["--text", "--draw", "boxes.png", "x.png", "y.png"], "--text --draw OUT.png PICTURE"),
        (["--text", "--words", "list.txt", "x.png"], "list.txt: No such file"),
        (["--text", "--weights", "letters", "x.png"], "it reads single letters, not lines; leave --text out"),
        (
            ["--weights", "line", "x.png"],
            "it reads words and lines, not single letters; name another network, or read with predict.py --text",
        ),
    ],
)
def test_wrong_calls_for_handwriting(
    words: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    try:
        status = predict.main(words)
    except SystemExit as ended:
        status = ended.code
    assert status in (1, 2) and problem in capsys.readouterr().err


def test_a_clean_picture_is_read_without_scipy(tmp_path: Path, where: Path):
    grey = np.full((200, 200), 255, np.uint8)
    grey[40:160, 90:100] = 0
    Image.fromarray(grey).save(tmp_path / "l.png")
    program = (
        "import sys; from charnet import predict; predict.main(sys.argv[1:]); "
        "assert not {'scipy', 'torch', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, "--weights", str(where), str(tmp_path / "l.png")], check=True)


def script(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return warm.run(ROOT / "predict.py", *words, **options)


@pytest.mark.parametrize("words", [[], ["--top", "0", "x"], ["--top", "many", "x"], ["--nonsense", "x"]])
def test_as_typed_wrong_calls(tmp_path: Path, words: list[str]):
    done = script(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "predict.py: error:" in done.stderr.splitlines()[-1]


def test_as_typed_json(tmp_path: Path, letters: Path, where: Path):
    (tmp_path / "bad.png").write_bytes(b"hello")
    Image.new("L", (30, 30), 255).save(tmp_path / "blank.png")
    words = [
        "--json",
        "--weights",
        where,
        "bad.png",
        letters / "z",
        "no.png",
        "-",
        "blank.png",
        letters / "l/3.png",
    ]
    done = script(*words, cwd=tmp_path, stdin=(letters / "o/1.png").read_bytes())
    assert (done.returncode, done.stderr) == (1, "")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    expected = [
        "bad.png",
        *(f"{letters}/z/{n}.png" for n in range(8)),
        "no.png",
        "-",
        "blank.png",
        f"{letters}/l/3.png",
    ]
    assert [result["path"] for result in results] == expected
    assert [result["path"] for result in results if "error" in result] == ["bad.png", "no.png", "blank.png"]
    classifier = classify.load(where)
    for result in results:
        if "error" not in result:
            source = letters / "o/1.png" if result["path"] == "-" else result["path"]
            rank = classifier.rank(source)
            assert result["label"] == rank[0][0]
            assert [label for label, _ in result["ranking"]] == [label for label, _ in rank]
            assert np.allclose([p for _, p in result["ranking"]], [p for _, p in rank], atol=1e-6)


def test_as_typed_for_people(tmp_path: Path, letters: Path, where: Path):
    done = script("--weights", where, "--top", "5", letters / "z/0.png", "no.png", cwd=tmp_path)
    assert done.returncode == 1
    best = classify.load(where).rank(letters / "z/0.png")[:5]
    assert best.doubt  # one of random weights
    shown = "   ".join(f"{likelihood:.3f} {label}" for label, likelihood in best)
    assert done.stdout == f"{letters}/z/0.png: {shown}   ? unsure, {best.doubt}\n"
    assert done.stderr == "error: no.png: No such file or directory\n"


@pytest.mark.parametrize("content", ["", "{}", "[1, 2", '{"Dimensions": {"InputNodes": 1}}'])
def test_as_typed_with_bad_weights(tmp_path: Path, letters: Path, content: str):
    (tmp_path / "w.json").write_text(content)
    done = script("--weights", "w.json", letters / "z/0.png", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: w.json: ")
    assert done.stderr.count("\n") == 1


def test_as_typed_an_empty_folder(tmp_path: Path, where: Path):
    (tmp_path / "empty").mkdir()
    done = script("--weights", where, "empty", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "error: empty: no pictures in this folder\n")
    shutil.copy(ROOT / "data/letters/l/0.png", tmp_path / "l.png")
    done = script("--json", "l.png", "empty", "l.png", cwd=tmp_path)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (1, "")
    assert [line.get("label", line) for line in told] == [
        "l",
        {"path": "empty", "error": "no pictures in this folder"},
        "l",
    ]


def test_as_typed_into_a_closed_pipe(tmp_path: Path, where: Path):
    folder = make_letters(tmp_path / "many", count=300)
    command = f"{sys.executable} {ROOT}/predict.py --json --weights {where} {folder} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, cwd=tmp_path)
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")


def test_only_ranks_among_a_part_of_the_labels(where: Path, letters: Path, capsys: pytest.CaptureFixture[str]):
    picture = str(letters / "z/0.png")
    words = ["--json", "--weights", str(where), picture]
    _, whole, _ = run(words, capsys)
    status, some, _ = run(["--only", "a-e", *words], capsys)
    assert status == 0
    assert json.loads(some)["ranking"] == [pair for pair in json.loads(whole)["ranking"] if pair[0] in "abcde"]
    status, out, err = run(["--only", "0-9", *words], capsys)
    assert (status, out) == (1, "")
    assert err.startswith("error: only: '0' is not one of the network's labels: a b c")
