"""Pictures in, best letters with their likelihoods out: `python predict.py image.png`. No torch on the way."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from charnet import classify, images

CHUNK = 1024  # pictures ranked at once

Result = tuple[str, classify.Ranking | str]  # path, ranking or what is wrong with the picture


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="predict.py", description="Read pictures of single letters.")
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="files, folders, or - for standard input")
    parser.add_argument("--weights", help="a weights file, a run folder or a shipped network (default: the one in use)")
    parser.add_argument("--top", type=_count, default=3, metavar="N", help="letters to show a picture (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object a picture, with the whole ranking")
    given = parser.parse_args(argv)
    try:
        classifier = classify.load(given.weights)
        failed = False
        for path, found in read_all(classifier, expand(given.pictures)):
            failed |= isinstance(found, str)
            tell(path, found, given.top, given.json)
        sys.stdout.flush()
    except BrokenPipeError:  # as in `predict.py folder | head`
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 1 if failed else 0


def expand(arguments: Iterable[str]) -> Iterator[str]:
    """Arguments in their order, folders by the pictures in them in sorted order. `ValueError` for an empty folder."""
    for argument in arguments:
        if argument != "-" and Path(argument).is_dir():
            inside = images.walk([Path(argument)])
            if not inside:
                raise ValueError(f"{argument}: no pictures in this folder")
            yield from map(str, inside)
        else:
            yield argument


def read_all(classifier: classify.Classifier, paths: Iterable[str]) -> Iterator[Result]:
    """Rank pictures in chunks, in their order; one that can't be read gives a text in place of a ranking."""
    chunk: list[str] = []
    for path in paths:
        chunk.append(path)
        if len(chunk) == CHUNK:
            yield from _read_chunk(classifier, chunk)
            chunk = []
    yield from _read_chunk(classifier, chunk)


def _read_chunk(classifier: classify.Classifier, paths: Sequence[str]) -> Iterator[Result]:
    framed: dict[int, images.Array] = {}
    errors: dict[int, str] = {}
    for index, path in enumerate(paths):
        try:
            source = sys.stdin.buffer.read() if path == "-" else Path(path)
            framed[index] = images.read(source, classifier.spec)
        except OSError as error:
            errors[index] = error.strerror or str(error)
        except ValueError as error:
            errors[index] = str(error)
    ranked = iter(classifier.likelihoods(np.stack(list(framed.values())))) if framed else iter(())
    for index, path in enumerate(paths):
        yield path, errors[index] if index in errors else classifier.ranking(next(ranked))


def tell(path: str, found: classify.Ranking | str, top: int, as_json: bool) -> None:
    """Print one picture's result; for a person an error goes to standard error."""
    if isinstance(found, str):
        if as_json:
            print(json.dumps({"path": path, "error": found}))
        else:
            sys.stdout.flush()
            print(f"error: {path}: {found}", file=sys.stderr)
    elif as_json:
        ranking = [[label, round(likelihood, 6)] for label, likelihood in found]
        print(json.dumps({"path": path, "label": found[0][0], "ranking": ranking}))
    else:
        best = "   ".join(f"{likelihood:.3f} {label}" for label, likelihood in found[:top])
        print(f"{path}: {best}")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
