import logging
import sys
import warnings

import pytest

from charnet.networks.facts import Facts
from charnet.spec import Spec
from charnet.training import onnx_export
from charnet.training.model import Cnn


def test_the_exporter_keeps_its_work_to_itself(tmp_path, capfd, caplog):
    labels = Spec(("l", "o", "z"))
    with caplog.at_level(logging.INFO):
        onnx_export.write(tmp_path / "weights.onnx", Cnn(labels), labels, Facts())
    assert capfd.readouterr() == ("", "")
    assert [text for text in caplog.messages if text] == []  # torch's own tracing comes without words


def test_whatever_it_prints_logs_or_warns_and_nothing_after_it(capsys, caplog):
    with onnx_export.quiet():
        print("Removed 74 unused nodes")
        print("step 3 of 5", file=sys.stderr)
        logging.getLogger("onnxscript").error("oh")
        warnings.warn("deprecated", FutureWarning, stacklevel=1)
    assert (capsys.readouterr(), caplog.records) == (("", ""), [])
    logging.getLogger("charnet").error("heard")
    assert [record.message for record in caplog.records] == ["heard"]
    with pytest.raises(ValueError, match="wrong"), onnx_export.quiet():
        raise ValueError("wrong")
    assert logging.root.manager.disable == 0
