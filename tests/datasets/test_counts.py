from charnet.datasets.counts import ReasonCounts


def test_reasons_are_counted_with_the_first_place() -> None:
    counts = ReasonCounts()
    counts.add("blank", "a/1.png")
    counts.add("blank", "a/2.png", times=2)
    counts.add("no label", "b.dat")
    assert counts == {"blank": (3, "a/1.png"), "no label": (1, "b.dat")} and counts.total == 4
    assert counts.lines() == ["        3  blank (such as a/1.png)", "        1  no label (such as b.dat)"]


def test_counts_are_merged() -> None:
    first, second = ReasonCounts({"blank": (2, "a")}), ReasonCounts({"blank": (5, "b"), "torn": (1000, "c")})
    first.merge(second)
    assert first == {"blank": (7, "a"), "torn": (1000, "c")}
    assert first.lines()[0] == "    1,000  torn (such as c)"
    assert ReasonCounts().lines() == [] and ReasonCounts().total == 0


def test_what_a_file_says_moves_no_cursor() -> None:
    counts = ReasonCounts()
    counts.add("label \x1b[2J", "a\nb")
    assert counts.lines() == [r"        1  label \x1b[2J (such as a\nb)"]
