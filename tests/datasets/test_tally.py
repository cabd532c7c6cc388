from charnet.datasets.tally import Tally


def test_reasons_are_counted_with_the_first_place() -> None:
    tally = Tally()
    tally.count("blank", "a/1.png")
    tally.count("blank", "a/2.png", times=2)
    tally.count("no label", "b.dat")
    assert tally == {"blank": (3, "a/1.png"), "no label": (1, "b.dat")} and tally.total == 4
    assert tally.lines() == ["        3  blank (such as a/1.png)", "        1  no label (such as b.dat)"]


def test_tallies_are_merged() -> None:
    first, second = Tally({"blank": (2, "a")}), Tally({"blank": (5, "b"), "torn": (1000, "c")})
    first.merge(second)
    assert first == {"blank": (7, "a"), "torn": (1000, "c")}
    assert first.lines()[0] == "    1,000  torn (such as c)"
    assert Tally().lines() == [] and Tally().total == 0


def test_what_a_file_says_moves_no_cursor() -> None:
    tally = Tally()
    tally.count("label \x1b[2J", "a\nb")
    assert tally.lines() == [r"        1  label \x1b[2J (such as a\nb)"]
