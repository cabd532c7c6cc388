import json as library
from pathlib import Path

import pytest
from samples import make_network

from charnet.exports.json import json as export
from charnet.networks import json_file
from charnet.networks.stored import find
from charnet.spec import Spec


def test_the_file_is_copied_with_whatever_it_says_of_the_network(tmp_path: Path):
    content = library.loads(json_file.dump(make_network(Spec())))
    content["Charnet"]["accuracy"] = 0.9
    (tmp_path / "weights.json").write_text(library.dumps(content))
    assert library.loads(export(tmp_path / "weights.json")) == content


def test_other_kinds_and_torn_files_are_refused(tmp_path: Path):
    with pytest.raises(
        ValueError, match=r"json takes networks of one hidden layer .* export it with --to html or --to onnx"
    ):
        export(find("letters-cnn"))
    (tmp_path / "torn.json").write_bytes(find("letters").read_bytes()[:1000])
    with pytest.raises(ValueError, match="not JSON, or damaged"):
        export(tmp_path / "torn.json")
