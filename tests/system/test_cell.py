import json
import subprocess
import sys
from typing import Any

import pytest

from charnet.system import cell

IN_A_KERNEL = """
import sys
from ipykernel.iostream import OutStream
from charnet.system import cell
sys.exit(0 if cell.below(OutStream.__new__(OutStream)) and not cell.below(sys.__stdout__) else 1)
"""
SHOWN = """
import json
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from charnet.system import cell
InteractiveShell.instance()
with capture_output() as captured:
    bar = cell.Bar("epoch", 1000)
    for step in 1, 2, 3:
        bar.show(step, "loss 3.2  train <5%>")
print(json.dumps([{"data": each.data, "id": each.transient["display_id"], "update": each.update}
    for each in captured.outputs]))
"""


def test_a_file_is_not_below_a_cell_and_a_kernel_s_stream_is() -> None:
    assert not cell.below(sys.stdout)
    assert subprocess.run([sys.executable, "-c", IN_A_KERNEL]).returncode == 0


def test_one_output_is_shown_and_then_brought_up_to_date() -> None:
    printed = subprocess.run([sys.executable, "-c", SHOWN], check=True, capture_output=True, text=True).stdout
    outputs: list[dict[str, Any]] = json.loads(printed.splitlines()[-1])
    assert [each["update"] for each in outputs] == [False, True, True]
    assert len({each["id"] for each in outputs}) == 1 and outputs[0]["id"]
    assert outputs[-1]["data"]["text/plain"] == "epoch 3/1,000  loss 3.2  train <5%>"
    html = outputs[-1]["data"]["text/html"]
    assert '<progress value="3" max="1000"' in html and "train &lt;5%&gt;" in html


@pytest.mark.parametrize(("figures", "line"), [("", "epoch 7/1,000"), ("loss 2", "epoch 7/1,000  loss 2")])
def test_the_plain_line(figures: str, line: str) -> None:
    assert cell.text("epoch", 7, 1000, figures) == line
