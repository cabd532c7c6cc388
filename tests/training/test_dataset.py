from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder

from charnet.letters import folder
from charnet.pictures import images
from charnet.spec import Spec
from charnet.training.dataset import LetterFolder
from charnet.training.memory import InMemory

SPEC = Spec(("l", "o", "z"))


def test_it_is_an_image_folder(letters: Path):
    """The same files with the same labels in the same order as torchvision finds."""
    ours, theirs = LetterFolder(letters, SPEC), ImageFolder(str(letters))
    assert isinstance(ours, ImageFolder)
    assert (ours.samples, ours.classes, ours.targets) == (theirs.samples, theirs.classes, theirs.targets)


def test_an_item_is_framed_ink_and_its_target(letters: Path):
    dataset = LetterFolder(letters, SPEC)
    picture, target = dataset[9]
    assert (picture.shape, picture.dtype, target) == ((16, 10), torch.float32, 1)
    assert np.array_equal(picture.numpy(), images.read(letters / "o/1.png", SPEC))


def test_classes_are_the_labels_of_the_spec_in_its_order(letters: Path):
    dataset = LetterFolder(letters, Spec(("z", "l", "o")))
    assert dataset.class_to_idx == {"z": 0, "l": 1, "o": 2}
    assert [Path(path).parent.name for path, _ in dataset.samples[::8]] == ["z", "l", "o"]


@pytest.mark.parametrize("workers", [0, 2])
def test_anyones_data_loader_takes_it(letters: Path, workers: int):
    loader = DataLoader(LetterFolder(letters, SPEC), batch_size=10, shuffle=True, num_workers=workers)
    pictures, targets = zip(*loader, strict=True)
    assert [tuple(batch.shape) for batch in pictures] == [(10, 16, 10), (10, 16, 10), (4, 16, 10)]
    assert torch.bincount(torch.cat(targets)).tolist() == [8, 8, 8]


def test_hidden_folders_are_no_classes_and_what_does_not_fit_is_refused(letters: Path, tmp_path: Path):
    (letters / ".ipynb_checkpoints").mkdir()
    assert len(LetterFolder(letters, SPEC)) == 24
    (letters / "q").mkdir()
    assert len(LetterFolder(letters, SPEC)) == 24
    with pytest.raises(ValueError, match="of q a"):
        LetterFolder(letters, Spec(("l", "o", "z", "q", "a")))
    with pytest.raises(FileNotFoundError, match="no such folder"):
        LetterFolder(tmp_path / "nowhere", SPEC)


def test_a_picture_that_cannot_be_read_names_itself(letters: Path):
    (letters / "o/1.png").write_bytes(b"hello")
    with pytest.raises(ValueError, match=r"o/1\.png: not a picture"):
        LetterFolder(letters, SPEC)[9]


def test_all_of_it_at_once_is_what_the_folder_holds(letters: Path):
    dataset, found = LetterFolder(letters, SPEC), folder.read(letters, SPEC)
    whole = dataset.read()
    assert np.array_equal(whole.pictures, found.pictures)
    assert whole.paths == found.paths
    memory = InMemory.of(whole, torch.device("cpu"))
    each = torch.stack([picture for picture, _ in dataset])
    assert (memory.originals(torch.arange(24)) - each).abs().max() <= 0.5 / 255 + 1e-6
