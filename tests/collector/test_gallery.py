from pathlib import Path

import numpy as np
import pytest
from samples import make_letters, make_network

from charnet.collector import gallery
from charnet.collector.gallery import Gallery
from charnet.collector.network import NetworkLoader
from charnet.collector.store import Store
from charnet.letters import cache
from charnet.networks import classify, json_file, stored
from charnet.pictures import images
from charnet.spec import Spec


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gallery, "REFRESH", 0)
    return Store(make_letters(tmp_path / "letters"), "loz")


def use(network: json_file.Network) -> None:
    json_file.write(Path("new.json"), network)
    stored.copy_to_current(Path("new.json"))


def test_each_picture_is_decoded_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    use(make_network(Spec(tuple("loz"))))
    decoded: list[str] = []
    decode = cache.decode

    def count(paths: list[str], spec: Spec) -> object:
        decoded.extend(paths)
        return decode(paths, spec)

    monkeypatch.setattr(cache, "decode", count)
    shown = Gallery(store, NetworkLoader("", Spec()))
    assert len(shown.list_samples(None)) == 24
    use(make_network(Spec(tuple("loz")), seed=1))
    first = shown.list_samples("l")
    store.move("l", "0", "z")
    shown.nearest(images.read(store.path("l", "1"), Spec()))
    assert len(decoded) == 25  # the one that moved once more
    assert shown.list_samples("l") == [sample for sample in first if sample.name != "0"]


def test_another_network_sees_them_otherwise(store: Store) -> None:
    use(make_network(Spec(tuple("loz"))))
    shown = Gallery(store, NetworkLoader("", Spec()))
    before = {sample.name: sample.sure for sample in shown.list_samples("z")}
    use(make_network(Spec(tuple("loz"), 5, 8, "fit"), seed=1))
    network = classify.load()
    for sample in shown.list_samples("z"):  # of pictures in 256 greys
        assert sample.sure == pytest.approx(network.rank(store.path("z", sample.name))[0][1], abs=1e-3)
        assert sample.sure != before[sample.name]
    framed = images.read(store.path("z", "3"), network.spec)
    assert shown.nearest(framed)[0] == ("z", "3", pytest.approx(1, abs=1e-4))


def test_what_is_new_is_found_and_what_is_gone_is_not(store: Store) -> None:
    shown = Gallery(store, NetworkLoader("", Spec()))
    framed = images.read(store.path("o", "3"), Spec())
    assert shown.nearest(framed)[0][:2] == ("o", "3")
    store.remove("o", "3")
    assert ("o", "3") not in [place[:2] for place in shown.nearest(framed)]
    store.restore("o", "3")
    assert shown.nearest(framed)[0][:2] == ("o", "3")


def test_a_label_that_the_network_does_not_know_is_all_doubt(store: Store) -> None:
    use(make_network(Spec(tuple("lo"))))
    shown = Gallery(store, NetworkLoader("", Spec()))
    assert {sample.doubt for sample in shown.list_samples("z")} == {1.0}
    assert [sample.name for sample in shown.list_samples("z")] == [str(n) for n in range(8)]


def test_an_empty_folder_has_nothing_to_compare_with(tmp_path: Path) -> None:
    shown = Gallery(Store(tmp_path / "none", "ab"), NetworkLoader("", Spec()))
    assert shown.list_samples(None) == []
    assert shown.nearest(np.ones((16, 10))) == []


def test_a_picture_that_takes_the_place_of_another_is_read(store: Store) -> None:
    """Also where the file gets the number of the one that was there, as on most drives."""
    shown = Gallery(store, NetworkLoader("", Spec()))
    path, other = store.path("o", "0"), store.path("l", "0").read_bytes()
    framed = images.read(path, Spec())
    assert ("o", "0") in [row[:2] for row in shown.nearest(framed)]
    path.unlink()
    path.write_bytes(other)
    assert ("o", "0") not in [row[:2] for row in shown.nearest(framed)]


def test_the_samples_that_light_a_unit_most(store: Store) -> None:
    network = make_network(Spec(tuple("loz")), hidden=4)
    use(network)
    shown = Gallery(store, NetworkLoader("", Spec()))
    samples = [(label, name) for label in "loz" for name in store.names(label)]
    inks = np.stack([images.read(store.path(*sample), Spec()).ravel() for sample in samples])
    for unit in range(4):
        sums = inks @ network.hidden_weight[unit] + network.hidden_bias[unit]
        found = shown.most_exciting(unit)
        assert len(found) == gallery.EXCITING
        assert sorted(sums)[::-1][: gallery.EXCITING] == pytest.approx([total for _, _, total in found], abs=0.1)
        for label, name, total in found:
            assert total == pytest.approx(sums[samples.index((label, name))], abs=0.1)  # of pictures in 256 greys
    with pytest.raises(ValueError, match="no hidden unit 4"):
        shown.most_exciting(4)
