"""The panel's path through the real network: tiny, untrained, and therefore only as true as its geometry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import torch
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLVolumeArchetypeStorageNode

from lckd.card import Card
from lckd.errors import InputError, WeightsError
from lckd.images import read_image
from lckd.network import PRESETS, LckdNetwork
from lckd.segment import segment
from lckd.segments import TISSUE_SEGMENTS
from lckd.weights import load_model, save_model
from LCKDSegmentationLib.segmenter import lckd_segmenter, segment_volumes


@pytest.fixture
def tiny_weights(tmp_path: Path) -> Path:
    torch.manual_seed(7)
    folder = tmp_path / "weights"
    folder.mkdir()
    config = PRESETS["tiny"]
    card = Card(
        name="untrained",
        preset="tiny",
        network={"architecture": config.architecture, "channels": config.channels, "supervised": config.supervised},
        spacing_mm=2.0,
        tensors_sha256="",
    )
    save_model(folder, LckdNetwork(config), card)
    return folder


@pytest.fixture
def a_head(make_volume: Callable[..., Volume]) -> Callable[[str], Volume]:
    def make(name: str) -> Volume:
        values = np.random.default_rng(len(name)).uniform(50, 200, (12, 40, 44)).astype(np.float32)
        values[:, :6] = 0
        return make_volume(name, values=values)

    return make


def test_result_of_the_real_network_lies_on_the_reference(
    a_scene: Scene, a_head: Callable[[str], Volume], tiny_weights: Path, mask_of: Callable[..., npt.NDArray[Any]]
) -> None:
    flair, t2 = a_head("flair"), a_head("wet")
    stages: list[str] = []
    outcome = segment_volumes(
        a_scene,
        {"t2": t2, "flair": flair},
        segmenter=lckd_segmenter(tiny_weights),
        device="cpu",
        progress=lambda stage, _done, _total: stages.append(stage),
    )
    assert outcome.summary.startswith("Segmented from FLAIR + T2 in ")
    assert outcome.node.GetNodeReference(outcome.node.GetReferenceImageGeometryReferenceRole()) is flair
    assert mask_of(outcome.node, "ED", flair).shape == (12, 40, 44)
    assert list(dict.fromkeys(stages)) == ["prepare", "encode", "decode", "restore"]


def test_panel_and_files_give_the_same_voxels(
    a_scene: Scene,
    a_head: Callable[[str], Volume],
    tiny_weights: Path,
    mask_of: Callable[..., npt.NDArray[Any]],
    tmp_path: Path,
) -> None:
    volume = a_head("flair")
    storage = vtkMRMLVolumeArchetypeStorageNode()
    storage.SetFileName(str(tmp_path / "flair.nrrd"))
    assert storage.WriteData(volume)
    from_file = segment({"flair": read_image(tmp_path / "flair.nrrd")}, load_model(tiny_weights), device="cpu")
    labels = sitk.GetArrayFromImage(from_file.labels)
    outcome = segment_volumes(a_scene, {"flair": volume}, segmenter=lckd_segmenter(tiny_weights), device="cpu")
    assert len(np.unique(labels)) > 1
    for style in TISSUE_SEGMENTS:
        assert np.array_equal(mask_of(outcome.node, style.name, volume), labels == style.label)


def test_image_that_is_all_zero_is_refused_by_name(
    a_scene: Scene, make_volume: Callable[..., Volume], tiny_weights: Path, contents: Callable[[Scene], object]
) -> None:
    empty = make_volume("black", values=np.zeros((12, 40, 44), np.float32))
    before = contents(a_scene)
    with pytest.raises(InputError, match="FLAIR"):
        segment_volumes(a_scene, {"flair": empty}, segmenter=lckd_segmenter(tiny_weights), device="cpu")
    assert contents(a_scene) == before


def test_missing_weights_leave_the_scene_unchanged(
    a_scene: Scene, a_head: Callable[[str], Volume], tmp_path: Path, contents: Callable[[Scene], object]
) -> None:
    volume = a_head("flair")
    before = contents(a_scene)
    with pytest.raises(WeightsError, match=r"model\.json"):
        segment_volumes(a_scene, {"flair": volume}, segmenter=lckd_segmenter(tmp_path), device="cpu")
    assert contents(a_scene) == before
