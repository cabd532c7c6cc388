"""What bulk prediction rests on; the command itself is tested in test_scripts.py."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters, make_network

from charnet import classify, images, pool, predict, weights
from charnet.spec import FRAMINGS, Spec


@pytest.fixture
def where(tmp_path: Path, network: weights.Network) -> Path:
    weights.write(tmp_path / "w.json", network)
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
    monkeypatch.setattr(images, "to_ink", lambda grey: together.append(grey.size) or real(grey))
    monkeypatch.setattr(images, "WAITING", 10_000)
    picture = Image.fromarray(np.pad(np.zeros((40, 40), np.uint8), 10, constant_values=255))
    framed, _ = images.read_many([picture] * 20, Spec())
    assert len(framed) == 20
    assert sum(together) == 20 * 3600
    assert max(together) < 10_000 + 3600


@pytest.mark.parametrize("cores", [1, 2])
def test_chunks_come_in_order_and_few_are_under_way(monkeypatch: pytest.MonkeyPatch, cores: int):
    monkeypatch.setattr(pool, "FEW", 20)
    monkeypatch.setattr(pool, "CHUNK", 10)
    monkeypatch.setattr(pool, "cores", lambda: cores)
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(1000):
            taken += 1
            yield item

    results = pool.in_chunks(sum, items())
    assert list(itertools.islice(results, 3)) == [sum(range(start, start + 10)) for start in (0, 10, 20)]
    assert taken <= 30 + 2 * cores * 10
    assert list(results) == [sum(range(start, start + 10)) for start in range(30, 1000, 10)]
    assert taken == 1000


def test_few_pictures_start_no_process(monkeypatch: pytest.MonkeyPatch, where: Path, letters: Path):
    program = (
        "import sys; from charnet import predict\n"
        f"assert predict.main(['--weights', {str(where)!r}, {str(letters)!r}]) == 0\n"
        "found = {'multiprocessing', 'concurrent.futures', 'torch', 'onnxruntime'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


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
    for line, path in zip(out.splitlines(), images.walk([letters]), strict=True):
        ranking = [[label, round(likelihood, 6)] for label, likelihood in classifier.rank(path)]
        assert line == json.dumps({"path": str(path), "label": ranking[0][0], "ranking": ranking})


def test_labels_and_paths_that_need_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    weights.write(tmp_path / "w.json", make_network(Spec(('"', "ä", "'"))))
    odd = make_letters(tmp_path / "a").rename(tmp_path / 'q"ö')
    _, out, _ = run(["--json", "--weights", str(tmp_path / "w.json"), str(odd / "l/0.png")], capsys)
    read = json.loads(out)
    assert read["path"] == str(odd / "l/0.png")
    assert {label for label, _ in read["ranking"]} == {'"', "ä", "'"}


def test_only_bad_pictures(where: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = run(["--weights", str(where), "no.png"], capsys)
    assert (status, out, err) == (1, "", "error: no.png: No such file or directory\n")
