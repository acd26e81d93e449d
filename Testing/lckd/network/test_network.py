import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest
import torch
from torch import Tensor

from lckd.modality import MODALITIES, SUBSETS, Subset, subset_name
from lckd.network.network import PRESETS, LckdNetwork, build_network, join_modalities, pad_to_factor

EACH_SUBSET = pytest.mark.parametrize("subset", SUBSETS, ids=subset_name)
SIZE = (8, 12, 16)


@pytest.fixture(scope="module")
def a_network() -> LckdNetwork:
    return build_network(PRESETS["tiny"], seed=3).eval()


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


@pytest.fixture
def volumes() -> Tensor:
    return torch.randn((3, len(MODALITIES), *SIZE), generator=torch.Generator().manual_seed(0))


def mask(*subsets: Subset) -> Tensor:
    return torch.tensor([[modality in subset for modality in MODALITIES] for subset in subsets])


@EACH_SUBSET
def test_any_subset_gives_finite_logits_of_full_resolution(
    a_network: LckdNetwork, volumes: Tensor, subset: Subset
) -> None:
    (logits,) = a_network(volumes[:1], mask(subset))
    assert logits.shape == (1, 3, *SIZE)
    assert torch.isfinite(logits).all()


@EACH_SUBSET
def test_absent_modalities_are_never_encoded(a_network: LckdNetwork, volumes: Tensor, subset: Subset) -> None:
    rows: list[int] = []
    hook = a_network.encoder.register_forward_pre_hook(lambda _module, inputs: rows.append(len(inputs[0])))
    a_network(volumes, mask(subset, ("t1",), MODALITIES))
    hook.remove()
    assert rows == [len(subset) + 1 + 4]


@EACH_SUBSET
def test_what_an_absent_modality_holds_changes_nothing(a_network: LckdNetwork, volumes: Tensor, subset: Subset) -> None:
    present = mask(subset)
    spoilt = torch.where(present[:, :, None, None, None], volumes[:1], torch.nan)
    assert torch.equal(a_network(spoilt, present)[0], a_network(volumes[:1], present)[0])


def test_result_does_not_depend_on_the_other_samples_of_the_batch(a_network: LckdNetwork, volumes: Tensor) -> None:
    subsets: list[Subset] = [("flair", "t2"), ("t1ce",), MODALITIES]
    (together,) = a_network(volumes, mask(*subsets))
    for index, subset in enumerate(subsets):
        (alone,) = a_network(volumes[index : index + 1], mask(subset))
        torch.testing.assert_close(together[index : index + 1], alone, rtol=1e-4, atol=1e-5)


@EACH_SUBSET
def test_features_of_a_subset_are_the_same_encoded_alone_or_among_all(
    a_network: LckdNetwork, volumes: Tensor, subset: Subset
) -> None:
    chosen = a_network.encode_present(volumes, mask(*[MODALITIES] * 3)).of_modalities(
        [MODALITIES.index(modality) for modality in subset]
    )
    alone = a_network.encode_present(volumes, mask(*[subset] * 3))
    assert torch.equal(chosen.sample, alone.sample)
    assert torch.equal(chosen.modality, alone.modality)
    for one, other in zip(chosen.maps, alone.maps, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("subset", [("t1ce",), ("flair", "t2"), MODALITIES], ids=subset_name)
def test_fusion_is_the_mean_of_the_present_modalities(a_network: LckdNetwork, volumes: Tensor, subset: Subset) -> None:
    features = a_network.encode_present(volumes[:1], mask(subset))
    fused: list[list[Tensor]] = []
    hook = a_network.decoder.register_forward_pre_hook(lambda _module, inputs: fused.append(inputs[0]))
    a_network.decode(features)
    hook.remove()
    for one, several in zip(fused[0], features.maps, strict=True):
        torch.testing.assert_close(one[0], sum(several) / len(subset), rtol=1e-5, atol=1e-6)


def test_the_same_volume_means_something_else_as_another_modality(a_network: LckdNetwork, volumes: Tensor) -> None:
    same = volumes[:1, :1].expand(-1, len(MODALITIES), -1, -1, -1)
    assert not torch.allclose(a_network(same, mask(("flair",)))[0], a_network(same, mask(("t1ce",)))[0])


@pytest.mark.parametrize("size", [(7, 12, 16), (8, 10, 16), (8, 12, 15)], ids=str)
def test_size_that_is_not_a_multiple_is_refused(a_network: LckdNetwork, size: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"each size must be a multiple of \(4, 4, 4\)"):
        a_network(torch.zeros((1, 4, *size)), mask(MODALITIES))


def test_sample_without_any_modality_is_refused(a_network: LckdNetwork, volumes: Tensor) -> None:
    with pytest.raises(ValueError, match="without any modality"):
        a_network(volumes[:2], mask(("flair",), ()))


def test_coarser_scales_are_supervised_in_training_only(volumes: Tensor) -> None:
    network = build_network(PRESETS["tiny"]).train()
    assert [tuple(logits.shape[-3:]) for logits in network(volumes[:1], mask(MODALITIES))] == [SIZE, (4, 6, 8)]
    assert len(network.eval()(volumes[:1], mask(MODALITIES))) == 1


def test_initial_weights_depend_on_the_seed_alone() -> None:
    states = [build_network(PRESETS["tiny"], seed=seed).state_dict() for seed in (5, 5, 6)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert not all(torch.equal(states[0][name], states[2][name]) for name in states[0])


def test_building_a_network_leaves_the_random_numbers_of_others_alone() -> None:
    before = torch.get_rng_state()
    build_network(PRESETS["tiny"], seed=9)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("preset", "low", "high"), [("tiny", 0.0, 0.1), ("base", 0.5, 8.0), ("paper", 40.0, 46.0)])
def test_presets_have_the_promised_size(preset: str, low: float, high: float) -> None:
    with torch.device("meta"):
        network = LckdNetwork(PRESETS[preset])
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert low < millions <= high


@pytest.mark.parametrize("preset", PRESETS)
def test_scales_of_a_preset_fit_its_factor(preset: str) -> None:
    with torch.device("meta"):
        network = LckdNetwork(PRESETS[preset])
    assert network.factor == tuple(math.prod(axis) for axis in zip(*network.encoder.strides, strict=True))
    assert all(coarser >= finer for finer, coarser in pairwise(network.encoder.channels[:-1]))


@pytest.mark.slow
def test_network_of_the_paper_gives_logits_of_full_resolution() -> None:
    network = build_network(PRESETS["paper"]).eval()
    assert network.factor == (16, 32, 32)
    (logits,) = network(torch.randn(1, 4, 32, 64, 32), mask(("flair", "t1ce")))
    assert logits.shape == (1, 3, 32, 64, 32)
    assert torch.isfinite(logits).all()


def test_padding_keeps_the_indices_of_the_voxels() -> None:
    volume = torch.rand(2, 5, 8, 11) + 1.0
    padded = pad_to_factor(volume, (4, 8, 4))
    assert padded.shape == (2, 8, 16, 12)  # at least two blocks along each axis
    assert torch.equal(padded[:, :5, :8, :11], volume)
    assert padded.sum() == pytest.approx(volume.sum())


@pytest.mark.parametrize("fusion", ["mean", "fill"])
def test_modalities_encoded_one_by_one_decode_as_those_encoded_together(
    volumes: Tensor, fusion: Literal["mean", "fill"]
) -> None:
    network = build_network(replace(PRESETS["tiny"], fusion=fusion), seed=3).eval()
    present = mask(("t1", "t2"), ("flair", "t1"), ("t1", "t2"))
    together = network.encode_present(volumes, present)
    alone = join_modalities([together.of_modalities([index]) for index in (3, 1, 0)])
    assert torch.allclose(network.decode(alone)[0], network.decode(together)[0], atol=1e-5)
