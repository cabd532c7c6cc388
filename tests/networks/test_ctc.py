"""CTC's sums and searches, against all paths tried one by one."""

import itertools

import numpy as np
import pytest

from charnet.networks import ctc
from charnet.networks.ctc import Letter, WordList
from charnet.networks.letter_model import EDGE, LetterModel

ALPHABET = ("", "a", "b", "!")


def some_logs(steps: int, seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).normal(0, 2, (steps, len(ALPHABET)))
    return values - np.logaddexp.reduce(values, axis=1, keepdims=True)


def text_of(path: tuple[int, ...]) -> str:
    """What a path of classes says: repetitions are one, blanks nothing."""
    return "".join(ALPHABET[label] for label, _ in itertools.groupby(path))


def by_all_paths(logs: np.ndarray) -> dict[str, float]:
    """Each text with its probability."""
    found: dict[str, float] = {}
    for path in itertools.product(range(len(ALPHABET)), repeat=len(logs)):
        probability = np.exp(sum(row[label] for row, label in zip(logs, path, strict=True)))
        found[text_of(path)] = found.get(text_of(path), 0) + float(probability)
    return found


@pytest.mark.parametrize("text", ["", "a", "ab", "aa", "aba", "a!"])
def test_the_probability_of_a_text_is_that_of_all_its_paths(text: str):
    logs = some_logs(5)
    labels = [ALPHABET.index(letter) for letter in text]
    assert np.exp(ctc.log_probability(logs, labels)) == pytest.approx(by_all_paths(logs)[text])


def test_a_text_longer_than_its_steps_has_no_path():
    assert ctc.log_probability(some_logs(2), [1, 1]) == -np.inf


def test_the_best_path_keeps_where_letters_are():
    logs = np.log(np.full((6, 4), 0.01))
    for step, label in enumerate([0, 1, 1, 0, 1, 2]):
        logs[step, label] = 0
    assert ctc.best_path(logs) == [Letter(1, 1, 3), Letter(1, 4, 5), Letter(2, 5, 6)]


@pytest.mark.parametrize("seed", range(5))
def test_the_search_gives_the_likeliest_word_of_a_list(seed: int):
    logs, words = some_logs(5, seed), WordList(["ab", "Ba", "bb"])
    allowed = {word: value for word, value in by_all_paths(logs).items() if word.strip("!") in {"ab", "ba", "bb"}}
    best = max(allowed, key=lambda word: allowed[word])
    found = ctc.search(logs, ALPHABET, words)
    assert found[0].text == best and np.exp(found[0].weight) == pytest.approx(allowed[best], rel=1e-3)
    assert {each.text for each in found} <= set(allowed)


@pytest.mark.parametrize("seed", range(5))
def test_a_letter_model_weighs_all_texts(monkeypatch: pytest.MonkeyPatch, seed: int):
    monkeypatch.setitem(ctc.WIDTHS, LetterModel, ctc.Width(1000, np.inf, -np.inf))  # nothing is left out
    logs, letters = some_logs(4, seed), LetterModel.of({"ab": 5, "aab": 1, "b": 2})

    def prior(text: str) -> float:
        total, before = 0.0, EDGE
        for letter in text:
            expected = ctc.SIGN if letter == "!" else letters.log_probability(letter, before)
            total += ctc.LONGER + ctc.PRIOR * expected
            before = EDGE if letter == "!" else before + letter
        return total + (ctc.PRIOR * letters.log_probability(EDGE, before) if before != EDGE else 0)

    likelihoods = {text: np.log(value) for text, value in by_all_paths(logs).items()}
    expected = {text: value + np.logaddexp(prior(text), ctc.ANY) for text, value in likelihoods.items()}
    candidates = ctc.search(logs, ALPHABET, letters)
    assert {each.text: each.log_probability for each in candidates} == pytest.approx(likelihoods)
    assert ctc.weight_of_others(candidates) < -20
    likeliest = candidates[:3]
    left = 1 - sum(np.exp(likelihoods[each.text]) for each in likeliest)
    assert ctc.weight_of_others(likeliest) == pytest.approx(np.log(left) + ctc.ANY)
    found = {each.text: each.weight for each in candidates}
    assert found == {text: pytest.approx(weight) for text, weight in expected.items()}
    assert next(iter(found)) == max(expected, key=lambda text: expected[text])


def test_labels_of_several_characters_are_letters_too():
    logs = np.log(np.array([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.1, 0.6, 0.3]]))
    for guide in (WordList(["schu"]), LetterModel.of({"schu": 1})):
        assert ctc.search(logs, ("", "u", "sch"), guide)[0].text == "schu"


def test_the_sign_that_stands_for_a_words_edge_is_a_sign_like_others():
    logs, letters = some_logs(4), LetterModel.of({"ab": 5, "aab": 1, "b": 2})
    found = ctc.search(logs, ("", "a", "b", EDGE), letters)
    assert found == [each._replace(text=each.text.replace("!", EDGE)) for each in ctc.search(logs, ALPHABET, letters)]


def test_a_list_knows_its_words_in_any_case():
    words = WordList(["The", "then", "the"])
    assert (
        words.words == {"the", "then"}
        and "THE" in words
        and "then" in words
        and "th" not in words
        and "them" not in words
    )


def test_an_endless_word_costs_no_memory():
    words = WordList(["ab", "a" * 10_000_000])
    assert words.words == {"ab"} and words.beginnings == {"", "a", "ab"}
