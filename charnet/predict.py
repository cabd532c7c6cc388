"""Read pictures and print the best letters with their likelihoods: `python predict.py image.png`. Needs no torch."""

from __future__ import annotations

import argparse
import functools
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from charnet.measure import beside, reading
from charnet.measure.reading import Given
from charnet.networks import in_use, stored
from charnet.pictures import listing
from charnet.system import options, pool, usage
from charnet.system.answer import UsageError, answer, printable

TOP = 3  # letters that are listed for each picture


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: predict(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("predict", "Read pictures of single letters, of many letters, or of handwriting.")
    parser.add_argument(
        "pictures", nargs="+", metavar="PICTURE", help="files, folders, patterns, or - for standard input"
    )
    options.add_weights(parser)
    options.add_only(parser)
    parser.add_argument(
        "--top",
        type=options.whole_number(1),
        metavar="N",
        help=f"letters to list for each picture (default {TOP})",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for each picture, with the whole ranking")
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--letters", action="store_true", help="read pictures of many printed letters that stand apart")
    many.add_argument("--text", action="store_true", help="read handwriting: words and lines as people write them")
    parser.add_argument(
        "--words", type=Path, metavar="FILE", help="with --text: prefer the words of this file, one a line"
    )
    parser.add_argument(
        "--draw",
        type=Path,
        metavar="OUT.png",
        help="with --letters or --text: save the picture with a box around each letter or word",
    )
    parser.add_argument(
        "--show", type=Path, metavar="OUT.png", help="save each picture beside what the network saw of it"
    )
    return parser.parse_args(argv)


def predict(given: argparse.Namespace) -> int:
    if given.words and not given.text:
        raise UsageError("--words steers --text; add --text, or leave it out")
    pictures = expand(given.pictures)
    if given.draw:
        pictures = iter([_only(given, pictures)])
        beside.check(given.draw, "--draw")
    if given.text:
        return read_text(given, pictures)
    if given.letters and given.top:
        raise UsageError("--top is for single letters; with --letters, --json has the ranking of each")
    weights = stored.find(given.weights)
    network = reading.load(weights, given.only)  # an unreadable one is refused before any picture is read
    if given.show:
        if given.letters:
            raise UsageError("--show is for single letters; with --letters, --draw OUT.png boxes what was read")
        beside.check(given.show)
        shown = list(itertools.islice(pictures, beside.MAX_PICTURES))
        pictures = itertools.chain(shown, pictures)
    if sys.stdout.isatty() and not given.json:
        print(f"network: {printable(network.name)} ({network.kind}, {in_use.describe(network)})", flush=True)
    work = (
        functools.partial(reading.read_letters, weights, given.json, given.draw, only=given.only)
        if given.letters
        else functools.partial(reading.read, weights, given.top or TOP, given.json, only=given.only)
    )
    failed, read_any = show(pool.in_chunks(work, pictures), given.json)
    if given.show and not read_any:
        print("nothing could be read, so nothing is shown", file=sys.stderr)
    elif given.show:
        beside.draw(given.show, network, shown)
        print(f"saved what the network saw: {printable(given.show)}", file=sys.stderr)
    return 1 if failed else 0


def read_text(given: argparse.Namespace, pictures: Iterable[Given]) -> int:
    """Read handwriting, picture by picture: one keeps all processors busy."""
    for option in ("only", "show", "top"):
        if getattr(given, option):
            raise UsageError(f"--{option} is for letters; leave it out with --text")
    work = functools.partial(reading.read_text, given.weights, given.words, given.json, given.draw)
    failed, _ = show((work([picture]) for picture in pictures), given.json)
    return 1 if failed else 0


def show(read: Iterable[list[reading.Line]], as_json: bool) -> tuple[bool, bool]:
    """Print what was read as it comes; whether anything failed, and whether anything was read."""
    failed = read_any = False
    for line, is_error in itertools.chain.from_iterable(read):
        failed |= is_error
        read_any |= not is_error
        if is_error and not as_json:
            sys.stdout.flush()
            print(line, file=sys.stderr)
        else:
            sys.stdout.write(line + "\n")
    return failed, read_any


def expand(arguments: Iterable[str]) -> Iterator[Given]:
    """The pictures that the arguments name, in order. A folder gives its pictures, sorted, or itself if it has none."""
    for argument in itertools.chain.from_iterable(map(usage.expand, arguments)):
        if argument == "-":
            yield argument, sys.stdin.buffer.read()
        elif Path(argument).is_dir():
            empty = True
            for entry in listing.scan(Path(argument)):
                empty = False
                path = entry.path.removeprefix("./")
                yield path, path
            if empty:
                yield argument, argument
        else:
            yield argument, argument


def _only(given: argparse.Namespace, pictures: Iterator[Given]) -> Given:
    """The single picture that --draw needs."""
    first_two = list(itertools.islice(pictures, 2))
    if not (given.letters or given.text) or len(first_two) > 1:
        call = f"{usage.typed('predict')} {'--text' if given.text else '--letters'} --draw OUT.png PICTURE"
        raise UsageError(f"--draw OUT.png takes one picture and --letters or --text: {call}")
    return first_two[0]


if __name__ == "__main__":
    sys.exit(main())
