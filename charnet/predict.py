"""Pictures in, best letters with their likelihoods out: `python predict.py image.png`. No torch on the way."""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from charnet.measure import beside, figures
from charnet.networks import classify, in_use, stored
from charnet.pictures import images
from charnet.system import files, pool, usage
from charnet.system.answer import UsageError, answer, printable, reason

Given = tuple[str, str | bytes]  # how a picture is called, and its path or its content
Line = tuple[str, bool]  # a line of output, and whether it is an error


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: predict(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("predict", "Read pictures of single letters.")
    parser.add_argument(
        "pictures", nargs="+", metavar="PICTURE", help="files, folders, patterns, or - for standard input"
    )
    parser.add_argument("--weights", help="a weights file, a run folder or a shipped network (default: the one in use)")
    parser.add_argument("--top", type=_count, default=3, metavar="N", help="letters to list per picture (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object per picture, with the whole ranking")
    parser.add_argument("--letters", action="store_true", help="read many printed letters on each picture")
    parser.add_argument(
        "--draw", type=Path, metavar="OUT.png", help="with --letters: the picture with its letters boxed"
    )
    parser.add_argument("--show", type=Path, metavar="OUT.png", help="draw what the network saw of each picture")
    return parser.parse_args(argv)


def predict(given: argparse.Namespace) -> int:
    where = stored.find(given.weights)
    network = _load(where)  # a bad one is refused before any picture is looked at
    pictures = expand(given.pictures)
    if given.draw:
        pictures = iter([_only(given.letters, pictures)])
        beside.check(given.draw, "--draw")
    if given.show:
        beside.check(given.show)
        shown = list(itertools.islice(pictures, beside.MOST))
        pictures = itertools.chain(shown, pictures)
    if sys.stdout.isatty() and not given.json:
        print(f"network: {printable(network.name)} ({network.kind}, {in_use.describe(network)})", flush=True)
    work = (
        functools.partial(read_letters, where, given.json, given.draw)
        if given.letters
        else functools.partial(read, where, given.top, given.json)
    )
    failed = False
    for lines in pool.in_chunks(work, pictures):
        for line, wrong in lines:
            failed |= wrong
            if wrong and not given.json:  # for a person an error goes to standard error
                sys.stdout.flush()
                print(line, file=sys.stderr)
            else:
                sys.stdout.write(line + "\n")
    if given.show:
        beside.draw(given.show, network, shown)
        print(f"what the network saw of them: {printable(given.show)}", file=sys.stderr)
    return 1 if failed else 0


def expand(arguments: Iterable[str]) -> Iterator[Given]:
    """Arguments in their order, folders by the pictures in them in sorted order. `ValueError` for an empty folder."""
    for argument in itertools.chain.from_iterable(map(usage.expand, arguments)):
        if argument == "-":
            yield argument, sys.stdin.buffer.read()
        elif Path(argument).is_dir():
            inside = images.scan(Path(argument))
            first = next(inside, None)
            if first is None:
                raise ValueError(f"{argument}: no pictures in this folder")
            for entry in itertools.chain([first], inside):
                path = entry.path.removeprefix("./")
                yield path, path
        else:
            yield argument, argument


def read(where: Path, top: int, as_json: bool, given: Sequence[Given]) -> list[Line]:
    """Rank pictures by the network in the file `where`: a line each, in their order; an error for one that is none.

    Runs in other processes too, so it takes the network by its file and gives finished text.
    """
    classifier = _load(where)
    framed, errors, odd = images.look_many((source for _, source in given), classifier.spec)
    likelihoods = classifier.likelihoods(framed) if len(framed) else np.empty((0, classifier.spec.outputs))
    order = np.argsort(-likelihoods, axis=1, kind="stable")  # as `Classifier.ranking`, for all at once
    best_first = np.take_along_axis(likelihoods, order, axis=1)
    sure = classifier.sure(likelihoods)
    good = [place for place in range(len(given)) if place not in errors]
    sure[[number for number, place in enumerate(good) if place in odd]] = False
    ranked = zip(order.tolist(), (best_first.round(6) if as_json else best_first).tolist(), sure.tolist(), strict=True)
    show = functools.partial(_as_json, json.dumps(classifier.name)) if as_json else functools.partial(_for_people, top)
    names = [json.dumps(label) for label in classifier.spec.labels] if as_json else classifier.spec.labels
    lines: list[Line] = []
    for place, (path, _) in enumerate(given):
        if place in errors:
            lines.append((_wrong(path, errors[place], as_json), True))
        else:
            line = show(path, names, *next(ranked))
            lines.append((_noted(path, line, odd[place], as_json) if place in odd else line, False))
    return lines


def read_letters(where: Path, as_json: bool, draw: Path | None, given: Sequence[Given]) -> list[Line]:
    """As `read`, with many letters a picture: a line of text for each line of letters, doubtful ones marked by "?"."""
    from charnet.networks import words

    classifier = _load(where)
    lines: list[Line] = []
    for path, source in given:
        try:
            found = words.read(classifier, source)
            text = words.as_json(path, found, classifier.name) if as_json else words.for_people(path, found)
            lines.append((text, False))
            if draw:
                files.write_bytes(draw, figures.to_png(np.asarray(words.drawn(source, found)), 0))
        except (ValueError, OSError) as error:
            lines.append((_wrong(path, error, as_json), True))
    return lines


def _wrong(path: str, error: ValueError | OSError, as_json: bool) -> str:
    text = reason(error)
    return json.dumps({"path": path, "error": text}) if as_json else f"error: {printable(path)}: {text}"


def _only(letters: bool, pictures: Iterator[Given]) -> Given:
    """The one picture that --draw is for."""
    several = list(itertools.islice(pictures, 2))
    if not letters or len(several) > 1:
        call = f"{usage.typed('predict')} --letters --draw OUT.png PICTURE"
        raise UsageError(f"--draw OUT.png takes one picture and --letters: {call}")
    return several[0]


def _noted(path: str, line: str, found: images.Found, as_json: bool) -> str:
    """What a picture looks like that is no single letter: instead of a ranking for a person, beside it in JSON."""
    note = found.note or ""
    if as_json:
        return f'{line[:-1]}, "note": {json.dumps(note)}}}'
    if note == images.SEVERAL:
        note = f"{note}: this looks like {found.shapes} letters; --letters reads each"
    return f"{printable(path)}: ? unsure, {note}"


_load = functools.cache(classify.load)  # once a process


def _as_json(
    network: str, path: str, names: Sequence[str], order: list[int], likelihoods: list[float], sure: bool
) -> str:
    # The text of json.dumps, which takes twice as long: names come quoted, and it too writes numbers by repr.
    ranking = ", ".join([f"[{names[index]}, {value!r}]" for index, value in zip(order, likelihoods, strict=True)])
    return (
        f'{{"path": {json.dumps(path)}, "label": {names[order[0]]}, "sure": {"true" if sure else "false"}, '
        f'"ranking": [{ranking}], "network": {network}}}'
    )


def _for_people(
    top: int, path: str, names: Sequence[str], order: list[int], likelihoods: list[float], sure: bool
) -> str:
    best = "   ".join([f"{value:.3f} {names[index]}" for index, value in zip(order[:top], likelihoods, strict=False)])
    return f"{printable(path)}: {best}{'' if sure else '   ? unsure'}"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
