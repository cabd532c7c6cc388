"""Handwriting: how the shipped network `line` is made, and how it reads words, notes and lines.

    python benchmarks/text.py part WORDS OUT           # into OUT/others and OUT/held-out, a fifth of the writers
    python benchmarks/text.py train OUT/others         # into outputs/benchmarks/line
    python benchmarks/text.py ship RUN OUT/held-out OUT/others   # with what its file says of it, into the package
    python benchmarks/text.py writers OUT/held-out     # words by writers held out: printed, and of any style
    python benchmarks/text.py sources OUT/held-out OUT/others    # the same by who else wrote them
    python benchmarks/text.py photos DATA              # photos of notes: DATA/real/photos
    python benchmarks/text.py composed OUT/held-out    # lines of letters as in lines.py, beside --letters
    python benchmarks/text.py hands OUT/held-out       # trained on with ten people's own words and letters
    python benchmarks/text.py speed OUT/held-out       # a page of 30 lines

WORDS holds the import of UNIPEN's words, with that of its characters in a folder inside. A writer is held out whose
name's CRC-32 is a multiple of 5: nothing is trained or chosen on him. Of the others a twentieth chooses settings. A
word is printed where it has as many strokes as letters, or more. Figures take capitals for small letters, and are
beside those of tesseract where it is installed and, with `--peer PYTHON`, of rapidocr by that interpreter, on the same
files.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import string
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from common import RESULTS, figures, percent  # noqa: E402

from charnet.letters import words as word_folder  # noqa: E402
from charnet.letters.config import join  # noqa: E402
from charnet.letters.samples import writer_of  # noqa: E402
from charnet.letters.words import Word  # noqa: E402
from charnet.measure.metrics import edits, wilson  # noqa: E402
from charnet.networks import classify, onnx_file, stored  # noqa: E402
from charnet.networks import text as text_network  # noqa: E402
from charnet.networks import words as read_words  # noqa: E402
from charnet.networks.ctc import WordList  # noqa: E402
from charnet.networks.facts import Facts  # noqa: E402
from charnet.networks.letter_model import LetterModel  # noqa: E402
from charnet.networks.text import TextReader  # noqa: E402
from charnet.pictures import writing  # noqa: E402
from charnet.spec import LOWERCASE  # noqa: E402
from charnet.system import files  # noqa: E402
from charnet.training.config import DataConfig, ModelConfig, OptimConfig, TrainConfig  # noqa: E402

LABELS = f"{string.ascii_lowercase}{string.ascii_uppercase}{string.digits}.,;:!?'\"()-+/=&@#%*$"
HELD_OUT = 5  # one writer in so many
LIST = 20_000  # words of a list, all that are asked for among them
DEBIAN = Path("/usr/share/dict/words")
SURE_RIGHT = 0.9  # of the words called sure
# A word of the list counts as half a word written, one that was written n times as n to the power of 0.7.
LISTED, DAMPED = 0.5, 0.7
PEOPLE, LEAST_WORDS = 10, 60  # who train it on, each with so many words at least
OWN_HAND: dict[str, Any] = {  # the settings that README.md names
    "model": ModelConfig("line"),
    "data": DataConfig(validation=0),
    "optim": OptimConfig(epochs=100, batch_size=16, lr=0.001, weight_decay=0.02, label_smoothing=0),
}

Read = Callable[[Sequence[Path]], list[str]]


def held_out(path: Path) -> bool:
    return zlib.crc32(writer_of(path).encode()) % HELD_OUT == 0


def part(given: argparse.Namespace) -> None:
    """Hard links, so that nothing is copied."""
    source, out = given.folders
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix in (".png", ".txt"):
            target = out / ("held-out" if held_out(path) else "others") / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                os.link(path, target)


def train(given: argparse.Namespace) -> None:
    """As `python train.py model=line data.root=OTHERS data.split=writer data.validation=0.05` does."""
    from charnet.training import experiment

    config = TrainConfig(
        model=ModelConfig("line"),
        data=DataConfig(str(given.folders[0]), LABELS, split="writer", validation=0.05),
        optim=OptimConfig(epochs=22, batch_size=64, lr=0.002, weight_decay=0.02, label_smoothing=0),
    )
    (RESULTS / "line").mkdir(parents=True, exist_ok=True)
    experiment.run(config, RESULTS / "line", use=False)


def some(folder: Path, each: int, seed: int = 0) -> list[Word]:
    """Words drawn by lot: at most so many of each writer."""
    random = np.random.default_rng(seed)
    paths = [path for path, letter in word_folder.find(folder)[0] if letter is None]
    by_writer: dict[str, list[Path]] = {}
    for path in paths:
        by_writer.setdefault(writer_of(path), []).append(path)
    chosen = [path for own in by_writer.values() for path in random.permutation(np.array(own))[:each].tolist()]
    return [word for path in sorted(chosen) for word in word_folder.read_each([(path, None)]) if isinstance(word, Word)]


def printed(word: Word) -> bool:
    assert word.strokes is not None
    return len(word.strokes) >= len(word.text)


def drawn(word: Word, out: Path) -> Path:
    """A picture of a word: black on white, 96 pixels high, with paper around."""
    assert word.strokes is not None
    random = np.random.default_rng(zlib.crc32(word.path.name.encode()))
    ink = np.pad(writing.draw(word.strokes, 96, float(random.uniform(2, 6))), 16)
    path = out / word.path.name
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(path)
    return path


def ours(reader: TextReader, words: WordList | None = None) -> Read:
    def read(paths: Sequence[Path]) -> list[str]:
        found = []
        for path in paths:
            try:
                found.append(reader.read(path, words).text)
            except ValueError:
                found.append("")
        return found

    return read


def tesseract(paths: Sequence[Path]) -> list[str]:
    found = []
    for path in paths:
        mode = "6" if Image.open(path).height > 300 else "7"
        call = ["tesseract", str(path), "-", "--psm", mode]
        done = subprocess.run(call, capture_output=True, text=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
        found.append(done.stdout.strip())
    return found


RAPID = """
import json, sys
from rapidocr_onnxruntime import RapidOCR
engine, found = RapidOCR(), []
for path in json.load(sys.stdin):
    lines, _ = engine(path)
    found.append("\\n".join(line[1] for line in lines or []))
print(json.dumps(found))
"""


def rapidocr(python: str) -> Read:
    def read(paths: Sequence[Path]) -> list[str]:
        call = [python, "-c", RAPID]
        done = subprocess.run(call, input=json.dumps([*map(str, paths)]), capture_output=True, text=True, check=True)
        found: list[str] = json.loads(done.stdout.splitlines()[-1])
        return found

    return read


def ways(given: argparse.Namespace, words: WordList | None = None) -> dict[str, Read]:
    reader = text_network.load(given.weights)
    found = {f"`{reader.name}`": ours(reader)}
    if words:
        found[f"`{reader.name}`, a list of {len(words.words):,} words"] = ours(reader, words)
    if shutil.which("tesseract") and not given.alone:
        found["tesseract"] = tesseract
    if given.peer:
        found["rapidocr"] = rapidocr(given.peer)
    return found


def scores(read: Sequence[str], wanted: Sequence[str]) -> tuple[str, str, str]:
    """Words right with their interval, how many there are, and characters wrong, all in small letters."""
    pairs = [
        (" ".join(one.lower().split()), " ".join(other.lower().split()))
        for one, other in zip(read, wanted, strict=True)
    ]
    right, total = 0, 0
    for one, other in pairs:
        left = one.split()
        for word in other.split():
            total += 1
            if word in left:
                left.remove(word)
                right += 1
    wrong = sum(edits(one, other) for one, other in pairs) / sum(len(other) for _, other in pairs)
    low, high = wilson(right, total)
    return f"{percent(right / total)} ({100 * low:.1f} to {100 * high:.1f})", f"{total:,}", percent(wrong)


def twenty_thousand(texts: Sequence[str]) -> WordList:
    """The words asked for, and others of Debian's wamerican, drawn by lot."""
    wanted = {text.lower() for text in texts}
    more = sorted({line.strip().lower() for line in DEBIAN.read_text().split() if line.strip().isalpha()} - wanted)
    random = np.random.default_rng(0)
    return WordList([*sorted(wanted), *random.permutation(more)[: LIST - len(wanted)].tolist()])


HEAD = ("pictures", "read by", "words right", "of", "characters wrong", "seconds")


def table(name: str, command: str, groups: dict[str, list[tuple[Path, str]]], by: dict[str, Read]) -> None:
    rows = []
    for group, pictures in groups.items():
        for what, read in by.items():
            begin = time.perf_counter()
            found = read([path for path, _ in pictures])
            seconds = time.perf_counter() - begin
            rows.append((group, what, *scores(found, [text for _, text in pictures]), f"{seconds:.1f}"))
            print(*rows[-1], file=sys.stderr, flush=True)
    figures(name, f"python benchmarks/text.py {command}", HEAD, rows)


def writers(given: argparse.Namespace) -> None:
    words = some(given.folders[0], given.each)
    listed = twenty_thousand([word.text for word in words]) if DEBIAN.is_file() else None
    with tempfile.TemporaryDirectory() as folder:
        pictures = [(drawn(word, Path(folder)), word.text) for word in words]
        groups = {
            "printed": [picture for picture, word in zip(pictures, words, strict=True) if printed(word)],
            "any style": pictures,
        }
        table("text-writers", f"writers HELD_OUT --each {given.each}", groups, ways(given, listed))


def sources(given: argparse.Namespace) -> None:
    """Words that the others wrote too, that only Debian's list has, and that neither has."""
    words, written, listed = some(given.folders[0], given.each), set(texts_of(given.folders[1])), listed_words()
    groups: dict[str, list[tuple[Path, str]]] = {"written by others": [], "only in wamerican": [], "in neither": []}
    with tempfile.TemporaryDirectory() as folder:
        for word in words:
            text = word.text.lower()
            group = "written by others" if text in written else "only in wamerican" if text in listed else "in neither"
            groups[group].append((drawn(word, Path(folder)), word.text))
        table("text-sources", f"sources HELD_OUT OTHERS --each {given.each}", groups, ways(given))


def photos(given: argparse.Namespace) -> None:
    folder = given.folders[0] / "real" / "photos"
    lines = json.loads((folder / "lines.json").read_text())
    table(
        "text-photos",
        "photos DATA",
        {"real/photos": [(folder / one["path"], one["text"]) for one in lines]},
        ways(given),
    )


def composed(given: argparse.Namespace) -> None:
    """Spaces are left out, since the lines are of letters drawn by lot."""
    import lines as line_benchmark

    by_writer: dict[str, list[Path]] = {}
    for path, letter in word_folder.find(given.folders[0])[0]:
        if letter and letter in LOWERCASE and ".printed" in path.name:
            by_writer.setdefault(writer_of(path), []).append(path)
    people = [by_writer[name] for name in sorted(by_writer) if len(by_writer[name]) >= len(LOWERCASE)]
    groups: dict[str, list[tuple[Path, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.each):
            random = np.random.default_rng([7, number])
            paper = line_benchmark.PAPERS[number % len(line_benchmark.PAPERS)]
            page, written = line_benchmark.compose(people[random.integers(len(people))], paper, random)
            path = Path(folder) / f"{number}.png"
            page.convert("L").save(path)
            groups.setdefault(paper, []).append((path, "".join(one.path.parent.name for one in written)))
        reader, network = text_network.load(given.weights), classify.load("letters-cnn")

        def by_letters(paths: Sequence[Path]) -> list[str]:
            return [read_words.read(network, path).text for path in paths]

        def without_spaces(read: Read) -> Read:
            return lambda paths: ["".join(text.split()) for text in read(paths)]

        by = {"`--text`": without_spaces(ours(reader)), "`--letters`": without_spaces(by_letters)}
        table("text-composed", f"composed HELD_OUT --each {given.each}", groups, by)


def hands(given: argparse.Namespace) -> None:
    """Ten people: what is read of a fifth of their words before and after a training on the rest, and on letters."""
    from charnet.training import experiment

    folder = given.folders[0]
    by_writer: dict[str, list[tuple[Path, str | None]]] = {}
    for path, letter in word_folder.find(folder)[0]:
        by_writer.setdefault(writer_of(path), []).append((path, letter))
    many = {name: sum(letter is None for _, letter in own) >= LEAST_WORDS for name, own in by_writer.items()}
    names = np.random.default_rng(0).permutation(sorted(name for name, enough in many.items() if enough))[:PEOPLE]
    rows, before, after, count = [], 0, 0, 0
    for name in names.tolist():
        with tempfile.TemporaryDirectory() as place:
            own = by_writer[name]
            words = [path for path, letter in own if letter is None]
            random = np.random.default_rng(zlib.crc32(name.encode()))
            test = {str(path) for path in random.permutation(np.array(words))[: max(1, len(words) // 5)].tolist()}
            hand = Path(place) / "hand"
            drawn_letters: dict[str, int] = {}
            for path, letter in own:
                if str(path) in test or (letter and drawn_letters.get(letter, 0) >= 10):
                    continue
                if letter:
                    drawn_letters[letter] = drawn_letters.get(letter, 0) + 1
                for file in [path] if letter else [path, path.with_suffix(".txt")]:
                    target = hand / file.relative_to(folder)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.link(file, target)
            labels = join(text_network.load(given.weights).spec.labels)
            config = TrainConfig(init=given.weights or text_network.DEFAULT, **OWN_HAND)
            config.data = replace(config.data, root=str(hand), labels=labels)
            begin = time.perf_counter()
            experiment.run(config, Path(place) / "run", use=False)
            seconds = time.perf_counter() - begin
            found = [word for path in sorted(test) for word in word_folder.read_each([(Path(path), None)])]
            asked = [word for word in found if isinstance(word, Word)]
            pictures = [drawn(word, Path(place)) for word in asked]
            wrong = []
            for weights in (given.weights, Path(place) / "run"):
                read = ours(text_network.load(weights))(pictures)
                wrong.append(sum(edits(one.lower(), word.text.lower()) for one, word in zip(read, asked, strict=True)))
            letters = sum(len(word.text) for word in asked)
            before, after, count = before + wrong[0], after + wrong[1], count + letters
            shares = [percent(each / letters) for each in wrong]
            rows.append((name, f"{len(words) - len(asked)}", f"{sum(drawn_letters.values())}", str(len(asked)), *shares,
                         f"{seconds:.0f}"))  # fmt: skip
            print(*rows[-1], file=sys.stderr, flush=True)
    rows.append(("all", "", "", "", percent(before / count), percent(after / count), ""))
    head = ("writer", "words", "letters", "words read", "characters wrong before", "after", "seconds")
    figures("text-hands", "python benchmarks/text.py hands HELD_OUT", head, rows)


def speed(given: argparse.Namespace) -> None:
    """A page of 30 lines of six words each, as predict.py reads it: seconds with Python's start, and memory."""
    words = some(given.folders[0], given.each)[:180]
    page = np.zeros((30 * 110 + 100, 2400), np.float32)
    for number, word in enumerate(words):
        ink = writing.draw(word.strokes or [], 64, 4)[:, :360]
        top, left = 60 + 110 * (number // 6), 60 + 390 * (number % 6)
        page[top : top + 64, left : left + ink.shape[1]] = ink
    light = np.random.default_rng(0).normal(215, 4, page.shape) * (1 - 0.75 * page)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "page.jpg"
        Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)).save(path, quality=85)
        code = (
            "import resource, sys; from charnet import predict; predict.main(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, 'MB', file=sys.stderr)"
        )
        for _ in range(3):
            begin = time.perf_counter()
            call = [
                sys.executable,
                "-c",
                code,
                "--text",
                str(path),
                *(["--weights", given.weights] if given.weights else []),
            ]
            done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT)
            seconds = time.perf_counter() - begin
            print(f"{len(done.stdout.splitlines())} lines in {seconds:.2f} s, {done.stderr.splitlines()[-1]}")


def texts_of(folder: Path) -> list[str]:
    """The words of a folder, in small letters."""
    paths = [path for path, letter in word_folder.find(folder)[0] if not letter]
    return [path.with_suffix(".txt").read_text().strip().lower() for path in paths]


def listed_words() -> set[str]:
    """Those of Debian's wamerican, in small letters."""
    return {line.lower() for line in DEBIAN.read_text().split() if line.isascii() and line.isalpha()}


def letters_of(folder: Path) -> LetterModel:
    """From the words of a folder, and those of Debian's wamerican, which stand for words that nobody there wrote."""
    words = Counter(dict.fromkeys(sorted(listed_words()), LISTED))
    for word, count in Counter(text for text in texts_of(folder) if text.isalpha()).items():
        words[word] += count**DAMPED
    return LetterModel.of(words)


def ship(given: argparse.Namespace) -> None:
    """Words of any style by writers held out say how much of it is right, and when words are sure."""
    run, folder, others = given.folders
    path = stored.find(run)
    loaded = text_network.load(path)
    letters = letters_of(others)
    reader = replace(loaded, facts=Facts(letters=letters))
    words = some(folder, given.each)
    confidence, right = [], []
    with tempfile.TemporaryDirectory() as place:
        for word in words:
            try:
                found = [each for line in reader.read(drawn(word, Path(place))).lines for each in line.words]
            except ValueError:
                continue
            whole = len(found) == 1
            confidence += [each.confidence for each in found]
            right += [whole and each.text.lower() == word.text.lower() for each in found]
    order = np.argsort(-np.array(confidence))
    share = np.cumsum(np.array(right)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= SURE_RIGHT)
    sure = float(np.array(confidence)[order][enough[-1]]) if len(enough) else 1.0
    facts = Facts(float(sum(right) / len(words)), "writer", sure, letters=letters)
    spec, graph = onnx_file.graph(path, onnx_file.LINES)
    onnx.helper.set_model_props(graph, onnx_file.metadata(spec, facts, onnx_file.LINES))
    target = stored.SHIPPED / f"{text_network.DEFAULT}.onnx"
    files.write_bytes(target, graph.SerializeToString())
    called = np.array(confidence) >= sure
    print(f"{facts.accuracy:.1%} of {len(words):,} words right")
    print(f"sure from {sure:.3f}: {called.mean():.1%} of them, of which {np.array(right)[called].mean():.1%} are right")
    print(f"{target.stat().st_size:,} bytes, {len(letters.ngrams):,} n-grams of letters")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = {each.__name__: each for each in (part, train, ship, writers, sources, photos, composed, hands, speed)}
    parser.add_argument("what", choices=commands)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--each", type=int, default=30, help="words of each writer")
    parser.add_argument("--weights", help="a network in place of the shipped one")
    parser.add_argument("--peer", metavar="PYTHON", help="an interpreter that has rapidocr-onnxruntime")
    parser.add_argument("--alone", action="store_true", help="without tesseract")
    given = parser.parse_args()
    commands[given.what](given)


if __name__ == "__main__":
    main()
