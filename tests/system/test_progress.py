import io
import json
import os
import re
import struct
import subprocess
import sys
from typing import Any

import pytest

from charnet.system.progress import Progress, in_notebook, plain_line, truncate

IN_A_KERNEL = """
import sys
from ipykernel.iostream import OutStream
from charnet.system.progress import in_notebook
sys.exit(0 if in_notebook(OutStream.__new__(OutStream)) and not in_notebook(sys.__stdout__) else 1)
"""
IN_A_NOTEBOOK = """
import json
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from charnet.system import progress
progress.in_notebook = lambda file: True
InteractiveShell.instance()
with capture_output() as captured, progress.Progress("epoch", 1000) as shown:
    for step in 10, 20, 30:
        shown.show(step, "loss 3.2  train <5%>")
print(json.dumps([{"data": each.data, "id": each.transient["display_id"], "update": each.update}
    for each in captured.outputs]))
"""


def lines(total: int, step: int = 1) -> list[str]:
    file = io.StringIO()
    with Progress("epoch", total, file) as progress:
        for done in range(step, total + step, step):
            progress.show(min(done, total))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("total", [*range(1, 45), 99, 100, 101, 999, 1234])
def test_ten_plain_lines_at_most_and_the_last_step_among_them(total: int) -> None:
    told = lines(total)
    assert 1 <= len(told) <= 10 and told[-1] == f"epoch {total:,}/{total:,}"
    done = [int(re.sub(r"\D", "", line.partition("/")[0])) for line in told]
    assert done == sorted(set(done))


@pytest.mark.parametrize("step", [2, 7, 512, 5000])
def test_steps_may_be_taken_many_at_once(step: int) -> None:
    told = lines(1234, step)
    assert 1 <= len(told) <= 10 and told[-1] == "epoch 1,234/1,234"


def test_nothing_to_do_says_nothing() -> None:
    assert lines(0) == []


def test_figures_stand_beside_and_are_asked_for_only_when_due() -> None:
    file = io.StringIO()
    with Progress("epoch", 1000, file) as progress:
        due = [done for done in range(1, 1001) if _due(progress, done)]
    assert due == list(range(100, 1001, 100))
    assert file.getvalue().splitlines()[0] == "epoch 100/1,000  loss 3.2"


def _due(progress: Progress, done: int) -> bool:
    due = progress.due(done)
    progress.show(done, "loss 3.2")
    return due


def test_standard_output_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("epoch", 1) as progress:
        progress.show(1)
    assert capsys.readouterr() == ("epoch 1/1\n", "")


@pytest.mark.parametrize(
    ("room", "shown"),
    [(99, "loss 3  train 5%  9 pictures/s"), (30, "loss 3  train 5%  9 pictures/s"), (29, "loss 3  train 5%"), (5, "")],
)
def test_figures_that_do_not_fit_are_left_out_the_last_first(room: int, shown: str) -> None:
    assert truncate("loss 3  train 5%  9 pictures/s", room) == shown


def on_terminal(body: str, columns: int, title: str = "epoch", total: int = 1000) -> tuple[int, str]:
    """The exit status of a program, and what a terminal of that width was sent."""
    import fcntl
    import pty
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    program = (
        f"from charnet.system.progress import Progress\nwith Progress({title!r}, {total}) as progress:\n    {body}"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen([sys.executable, "-c", program], stdout=its, env=environment | {"TERM": "xterm"})
    os.close(its)
    sent = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux's word for the end
            part = b""
        if not part:
            os.close(ours)
            return process.wait(), sent.decode()
        sent += part


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX terminal")
@pytest.mark.parametrize("columns", [120, 40, 10, 1])
def test_the_bar_fits_a_terminal_of_any_width(columns: int) -> None:
    status, sent = on_terminal("[progress.show(n, 'loss 3.2') for n in range(1, 1001)]", columns)
    rows = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent))
    assert status == 0 and max(map(len, rows)) <= columns
    if columns == 120:
        assert "1000/1000" in rows[-2] and rows[-2].endswith("loss 3.2")


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX terminal")
@pytest.mark.parametrize(
    ("title", "total", "figures", "shown"),
    [
        ("epoch", 1000, "loss 0.123  train 88.8%  validation 88.8%  1,234,567 pictures/s", "validation 88.8%"),
        ("epoch", 10**7, "loss 0.123  train 100.0%  validation 100.0%  1,234,567 pictures/s", "train 100.0%"),
        ("fold 10/10 epoch", 10**5, "loss 12.345  train 100.0%  1,234,567 pictures/s", "train 100.0%"),
    ],
)
def test_no_figure_is_cut_at_80_columns(title: str, total: int, figures: str, shown: str) -> None:
    _, sent = on_terminal(f"progress.show({total}, {figures!r})", 80, title, total)
    rows = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent))
    assert max(map(len, rows)) <= 80 and rows[-2].endswith(shown) and f"{total}/{total}" in rows[-2]


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX terminal")
def test_an_error_gives_the_cursor_back() -> None:
    status, sent = on_terminal("progress.show(500); raise SystemExit(3)", 80)
    assert status == 3 and sent.rfind("\x1b[?25h") > sent.rfind("\x1b[?25l") >= 0


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX terminal")
def test_work_side_by_side_has_a_bar_each_and_what_is_done_makes_room() -> None:
    body = (
        "other = progress.beside('fold 2'); progress.show(1000, 'loss 1'); other.show(500, 'loss 2'); "
        "third = progress.beside('fold 3'); third.show(1000, 'loss 3'); other.show(1000, 'loss 4')"
    )
    status, sent = on_terminal(body, 80, title="fold 1")
    rows = [row.strip() for row in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent)) if row.strip()]
    assert status == 0
    assert "fold 1 1,000/1,000  loss 1" in rows
    assert [row.split()[1] for row in rows[-2:]] == ["2", "3"]
    assert [row.rpartition("  ")[2].split()[-2:] for row in rows[-2:]] == [["loss", "4"], ["loss", "3"]]


def test_a_file_is_no_notebook_and_a_kernel_s_stream_is() -> None:
    assert not in_notebook(sys.stdout)
    assert subprocess.run([sys.executable, "-c", IN_A_KERNEL]).returncode == 0


def test_in_a_notebook_one_output_is_shown_and_then_updated() -> None:
    printed = subprocess.run([sys.executable, "-c", IN_A_NOTEBOOK], check=True, capture_output=True, text=True).stdout
    outputs: list[dict[str, Any]] = json.loads(printed.splitlines()[-1])
    assert [each["update"] for each in outputs] == [False, True, True]
    assert len({each["id"] for each in outputs}) == 1 and outputs[0]["id"]
    assert outputs[-1]["data"]["text/plain"] == "epoch 30/1,000  loss 3.2  train <5%>"
    html = outputs[-1]["data"]["text/html"]
    assert '<progress value="30" max="1000"' in html and "train &lt;5%&gt;" in html


@pytest.mark.parametrize(("figures", "line"), [("", "epoch 7/1,000"), ("loss 2", "epoch 7/1,000  loss 2")])
def test_the_plain_line(figures: str, line: str) -> None:
    assert plain_line("epoch", 7, 1000, figures) == line
