"""Fusion: masked mean, and the paper's fill."""

import dataclasses
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from lckd.modality import MODALITIES
from lckd.network.fusion import FilledFusion, Fusion
from lckd.network.network import PRESETS, LckdNetwork, build_network
from lckd.weights.card import Card
from lckd.weights.load import load_model, save_model

FLAIR, T1, T1CE, T2 = range(4)
SAMPLE, MODALITY = torch.tensor([0, 1, 0]), torch.tensor([FLAIR, FLAIR, T1CE])


def maps(*values: float) -> Tensor:
    """Make maps of two channels, each of one value."""
    return torch.stack([torch.full((2, 1, 1, 2), value) for value in values])


def fuse(fusion: Fusion | FilledFusion, adapted: Tensor) -> Tensor:
    return fusion.fuse(adapted, SAMPLE, MODALITY, samples=2)


def test_the_mean_is_over_the_present_modalities_of_each_sample() -> None:
    fused = fuse(Fusion(2, 2, modalities=4), maps(1.0, 5.0, 3.0))
    assert (fused[0].unique().tolist(), fused[1].unique().tolist()) == ([2.0], [5.0])


def test_an_absent_modality_is_filled_with_the_mean_of_the_present_ones() -> None:
    filled = fuse(FilledFusion(nn.Identity(), modalities=4), maps(1.0, 5.0, 3.0))
    assert filled[0, ::2, 0, 0, 0].tolist() == [1.0, 2.0, 3.0, 2.0]
    assert filled[1].unique().tolist() == [5.0]


def test_fill_and_mean_differ_although_both_know_only_what_is_present() -> None:
    volumes = torch.randn(1, 4, 8, 8, 8, generator=torch.Generator().manual_seed(0))
    present = torch.tensor([[True, False, True, False]])
    outputs = [
        build_network(dataclasses.replace(PRESETS["tiny"], fusion=form)).eval()(volumes, present)[0]
        for form in ("mean", "fill")
    ]
    assert outputs[0].shape == outputs[1].shape
    assert not torch.allclose(*outputs)


def test_the_papers_bottlenecks_lie_side_by_side_and_its_skips_are_joined() -> None:
    with torch.device("meta"):
        network = LckdNetwork(PRESETS["paper"])
    joins = [fusion.join for fusion in network.fusions if isinstance(fusion, FilledFusion)]
    assert [isinstance(join, nn.Identity) for join in joins] == [False, False, False, False, True]
    assert network.decoder.channels == (32, 64, 128, 256, len(MODALITIES) * 256)


def test_weights_from_before_there_was_a_choice_fuse_by_the_mean(tmp_path: Path) -> None:
    network = build_network(PRESETS["tiny"])
    old = {"architecture": "plain", "channels": [4, 8, 16], "supervised": 2}
    save_model(tmp_path, network, Card(name="", preset="tiny", network=old, spacing_mm=4.0, tensors_sha256=""))
    assert load_model(tmp_path).network.config == PRESETS["tiny"]


def test_an_unknown_fusion_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fusion 'median'"):
        build_network(dataclasses.replace(PRESETS["tiny"], fusion="median"))  # type: ignore[arg-type]
