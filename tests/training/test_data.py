from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.pictures import images
from charnet.spec import Spec
from charnet.training.config import TrainConfig
from charnet.training.data import LetterFolder, LetterTensors, make_folds

SPEC = Spec(("l", "o", "z"))


@pytest.fixture
def found(config: TrainConfig) -> LetterSet:
    return folder.read(Path(config.data.root), config.data.spec())


def test_a_plain_run_has_one_fold_whose_held_out_letters_choose(config, found):
    (fold,) = make_folds(found, config)
    assert fold.selects_best
    assert sorted(fold.train.tolist() + fold.held_out.tolist()) == list(range(24))
    assert len(fold.held_out) == 6  # 0.2 of 8, rounded, of each of three labels


def test_without_validation_nothing_selects_best(config, found):
    config.data.validation = 0
    (fold,) = make_folds(found, config)
    assert (fold.selects_best, len(fold.train), len(fold.held_out)) == (False, 24, 0)


def test_a_cross_validation_holds_out_every_letter_once_and_ends_with_all(config, found):
    *folds, last = make_folds(found, replace(config, folds=4))
    assert sorted(place for fold in folds for place in fold.held_out.tolist()) == list(range(24))
    assert all(not set(fold.held_out.tolist()) & set(fold.train.tolist()) for fold in folds)
    assert (len(last.train), len(last.held_out)) == (24, 0)
    assert [fold.selects_best for fold in (*folds, last)] == [False] * 5
    assert [fold.title for fold in folds[:2]] == ["fold 1/4 epoch", "fold 2/4 epoch"]


def test_batches_too_small_for_batch_norm_are_refused(config, found):
    config.model.name, config.optim.batch_size = "cnn", 1
    with pytest.raises(
        ValueError, match=r"optim\.batch_size: 1 leaves batches of 1, and .* needs 2 pictures.*raise it"
    ):
        make_folds(found, config, min_batch_size=2)
    config.optim.batch_size = 2
    make_folds(found, config, min_batch_size=2)


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
    tensors = dataset.tensors()
    each = torch.stack([picture for picture, _ in dataset])
    assert (tensors.originals(torch.arange(24)) - each).abs().max() <= 0.5 / 255 + 1e-6


def test_without_a_spec_the_labels_are_the_folders_found(letters: Path):
    assert LetterFolder(letters).classes == ["l", "o", "z"]


def test_the_other_options_are_image_folders(letters: Path):
    (letters / "q").mkdir()
    spec = Spec(("l", "o", "q", "z"))
    dataset = LetterFolder(
        letters,
        spec,
        transform=lambda picture: picture * 2,
        target_transform=lambda target: -target,
        is_valid_file=lambda path: path.endswith("1.png"),
        allow_empty=True,
    )
    assert [Path(path).parts[-2:] for path, _ in dataset.samples] == [("l", "1.png"), ("o", "1.png"), ("z", "1.png")]
    picture, target = dataset[2]
    assert torch.equal(picture, 2 * torch.from_numpy(images.read(letters / "z/1.png", spec))) and target == -3


def test_versions_are_drawn_evenly_and_only_of_the_letter_asked_for():
    pictures = torch.arange(12, dtype=torch.uint8).view(3, 4, 1, 1)
    letters = LetterTensors(pictures, torch.arange(4))
    which = torch.tensor([2]).repeat(3000)
    drawn = (letters.versions(which, torch.Generator().manual_seed(0)) * 255).round().flatten().long()
    counts = torch.bincount(drawn, minlength=12)
    assert counts.nonzero().flatten().tolist() == [2, 6, 10]
    assert (counts[[2, 6, 10]] - 1000).abs().max() < 100
