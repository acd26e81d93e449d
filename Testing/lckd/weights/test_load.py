import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lckd.errors import OutputError, WeightsError
from lckd.modality import SUBSETS
from lckd.network.network import PRESETS, LckdNetwork, build_network
from lckd.weights.card import CARD_NAME, TENSORS_NAME, read_card
from lckd.weights.folder import default_weights
from lckd.weights.load import Model, load_model, save_model, verify

MARKER = "executed"


def test_weights_are_loaded_as_they_were_saved_in_half_precision(tiny_weights: Path) -> None:
    saved = build_network(PRESETS["tiny"], seed=7).state_dict()
    loaded = load_model(tiny_weights).network.state_dict()
    assert list(loaded) == list(saved)
    assert all(torch.equal(loaded[name], saved[name].half().float()) for name in saved)


def test_loaded_network_is_ready_for_use(tiny_weights: Path) -> None:
    model = load_model(tiny_weights)
    assert not model.network.training
    assert {parameter.dtype for parameter in model.network.parameters()} == {torch.float32}
    assert model.network.config == PRESETS["tiny"]
    assert model.directory == tiny_weights


def test_saving_fills_in_the_checksum_and_nothing_else(tiny_model: Model, tmp_path: Path) -> None:
    card = dataclasses.replace(tiny_model.card, tensors_sha256="", name="again")
    written = save_model(tmp_path / "new" / "weights", tiny_model.network, card)
    assert dataclasses.replace(written, tensors_sha256="") == card
    assert read_card(tmp_path / "new" / "weights") == written
    assert sorted(path.name for path in (tmp_path / "new" / "weights").iterdir()) == [CARD_NAME, TENSORS_NAME]


def test_good_weights_are_verified(a_weights_folder: Path) -> None:
    assert verify(a_weights_folder) == read_card(a_weights_folder)


@pytest.mark.parametrize("part", [0.0, 1e-4, 0.05, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_weights_with_one_flipped_byte_are_refused(
    a_weights_folder: Path, flip_byte: Callable[[Path, float], None], part: float
) -> None:
    flip_byte(a_weights_folder, part)
    with pytest.raises(WeightsError, match=r"model\.safetensors' are not those of their card .*: copy the folder"):
        load_model(a_weights_folder)


@pytest.mark.parametrize("use", [load_model, verify], ids=["load", "verify"])
def test_bad_weights_are_refused_in_one_sentence_that_names_them(
    bad_weights: tuple[Path, str], use: Callable[[Path], object], assert_one_sentence: Callable[[str], None]
) -> None:
    folder, says = bad_weights
    with pytest.raises(WeightsError, match=says) as refusal:
        use(folder)
    assert str(folder) in str(refusal.value)
    assert_one_sentence(str(refusal.value))


def test_pickle_in_place_of_the_tensors_is_never_executed(a_trap: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not a safetensors file"):
        load_model(a_trap)
    assert not (a_trap / MARKER).exists()
    pickle = Path(shutil.copy(a_trap / TENSORS_NAME, tmp_path / "pickle.pt"))
    torch.load(pickle, weights_only=False)  # what others would do: the trap works
    assert (a_trap / MARKER).exists()


def a_network_with(value: float) -> LckdNetwork:
    network = build_network(PRESETS["tiny"])
    with torch.no_grad():
        next(network.parameters()).flatten()[0] = value
    return network


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e5])
def test_weights_that_would_not_pass_are_not_saved(tiny_model: Model, tmp_path: Path, value: float) -> None:
    with pytest.raises(WeightsError, match=r"not finite \(encoder\..*\): train them again"):
        save_model(tmp_path / "weights", a_network_with(value), tiny_model.card)
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_do_not_pass(
    tiny_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    monkeypatch.setattr("lckd.weights.load.unfit_tensor", lambda _: None)  # as older software saved them
    save_model(tmp_path, a_network_with(value), tiny_model.card)
    with pytest.raises(WeightsError, match=r"not finite \(encoder\..*\): train them again"):
        verify(tmp_path)


def test_weights_cannot_be_saved_where_a_file_lies(tiny_model: Model, tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"a file")
    with pytest.raises(OutputError, match="Cannot write"):
        save_model(tmp_path / "weights", tiny_model.network, tiny_model.card)


def test_shipped_weights_are_intact() -> None:
    card = verify(default_weights())
    assert card.preset == "base"
    assert card.teachers["ET"] == "t1ce"
    assert card.teachers["WT"] == "flair"
    assert all(card.expected_dice(subset) for subset in SUBSETS)


def test_shipped_weights_are_the_default() -> None:
    assert load_model().directory == default_weights()
