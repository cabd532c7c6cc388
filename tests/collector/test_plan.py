from charnet.collector import CollectConfig
from charnet.collector.plan import Plan


def draw_all(plan: Plan) -> str:
    drawn = ""
    while plan.label is not None:
        drawn += plan.label
        plan.drawn[plan.label] += 1
    return drawn


def test_a_series_of_one_letter() -> None:
    plan = Plan.of(CollectConfig(letter="e", count=10), {})
    assert (plan.total, plan.left, plan.done) == (10, 10, False)
    assert draw_all(plan) == "e" * 10
    assert (plan.left, plan.done) == (0, True)


def test_every_label_in_turn_those_with_fewest_samples_first() -> None:
    samples = dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 5) | {"q": 1, "c": 2}
    turn = "qc" + "abdefghijklmnoprstuvwxyz"
    assert draw_all(Plan.of(CollectConfig(count=3), samples)) == 3 * turn


def test_several_letters_in_turn() -> None:
    assert draw_all(Plan.of(CollectConfig(letters="aeiou", count=2), {})) == "aeiouaeiou"


def test_a_drawing_that_is_taken_back_is_asked_for_again() -> None:
    plan = Plan.of(CollectConfig(letters="ae", count=1), {})
    assert draw_all(plan) == "ae"
    plan.drawn["a"] -= 1
    assert (plan.label, plan.left, plan.done) == ("a", 1, False)


def test_without_a_count_a_letter_has_no_end_and_without_a_letter_it_is_free_play() -> None:
    endless = Plan.of(CollectConfig(letter="e"), {})
    endless.drawn["e"] = 1000
    assert (endless.label, endless.left, endless.total, endless.done) == ("e", None, None, False)
    free = Plan.of(CollectConfig(), {})
    assert (free.label, free.left, free.done, free.to_dict()["mode"]) == (None, None, False, "free")


def test_analysis_is_of_one_drawing_unless_told_otherwise() -> None:
    assert Plan.of(CollectConfig(mode="analyze", letter="e"), {}).total == 1
    assert Plan.of(CollectConfig(mode="analyze", letters="ab", count=3), {}).total == 6
