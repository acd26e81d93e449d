"""The background process behind the panel gives the voxels that files give, wherever the volume lies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLVolumeArchetypeStorageNode

from lckd.errors import LckdError
from lckd.images.read_write import read_image
from lckd.modality import Modality
from lckd.network.network import PRESETS, build_network
from lckd.segment import segment
from lckd.segments import TISSUE_SEGMENTS
from lckd.weights.card import Card
from lckd.weights.load import load_model, save_model
from Testing.host import Host

pytestmark = pytest.mark.slow

Contents = Callable[[Scene], object]


@pytest.fixture
def tiny_weights(tmp_path: Path) -> str:
    config = PRESETS["tiny"]
    arguments = {"architecture": config.architecture, "channels": config.channels, "supervised": config.supervised}
    card = Card(name="untrained", preset="tiny", network=arguments, spacing_mm=2.0, tensors_sha256="")
    save_model(tmp_path / "weights", build_network(config, seed=7), card)
    return str(tmp_path / "weights")


@pytest.fixture
def a_head(make_volume: Callable[..., Volume]) -> Callable[[str], Volume]:
    def make(name: str) -> Volume:
        values = np.random.default_rng(len(name)).uniform(50, 200, (12, 40, 44)).astype(np.float32)
        values[:, :6] = 0
        return make_volume(name, values=values)

    return make


@pytest.fixture
def run(host: Host, a_scene: Scene, tiny_weights: str) -> Callable[..., dict[str, Any]]:
    from LCKDSegmentationLib.blocking import segment_blocking  # noqa: PLC0415 - it needs the application

    assert host

    def segment_volumes(volumes: dict[Modality, Volume], output: Any = None) -> dict[str, Any]:  # noqa: ANN401 - a node
        return segment_blocking(a_scene, volumes, output=output, weights=tiny_weights, device="cpu", scans="prepared")

    return segment_volumes


def test_panel_and_files_give_the_same_voxels(
    a_scene: Scene,
    a_head: Callable[[str], Volume],
    run: Callable[..., dict[str, Any]],
    tiny_weights: str,
    mask_of: Callable[..., npt.NDArray[Any]],
    tmp_path: Path,
) -> None:
    volume = a_head("flair")
    storage = vtkMRMLVolumeArchetypeStorageNode()
    storage.SetFileName(str(tmp_path / "flair.nrrd"))
    assert storage.WriteData(volume)
    model = load_model(Path(tiny_weights))
    labels = sitk.GetArrayFromImage(segment({"flair": read_image(tmp_path / "flair.nrrd")}, model, device="cpu").labels)
    output = a_scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    run({"flair": volume}, output)
    assert len(np.unique(labels)) > 1
    for style in TISSUE_SEGMENTS:
        assert np.array_equal(mask_of(output, style.name, volume), labels == style.label)


def test_result_lies_on_the_first_modality_that_is_given(
    a_scene: Scene, a_head: Callable[[str], Volume], run: Callable[..., dict[str, Any]]
) -> None:
    flair, output = a_head("flair"), a_scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    record = run({"t2": a_head("wet"), "flair": flair}, output)
    assert (record["subset"], record["reference"]) == (["flair", "t2"], "flair")
    assert output.GetNodeReference(output.GetReferenceImageGeometryReferenceRole()) is flair


def test_image_that_is_all_zero_is_refused_by_name(
    a_scene: Scene, make_volume: Callable[..., Volume], run: Callable[..., dict[str, Any]], contents: Contents
) -> None:
    empty = make_volume("black", values=np.zeros((12, 40, 44), np.float32))
    before = contents(a_scene)
    with pytest.raises(LckdError, match="'black': The FLAIR image shows nothing"):
        run({"flair": empty})
    assert contents(a_scene) == before


def test_missing_weights_leave_the_scene_unchanged(
    a_scene: Scene, a_head: Callable[[str], Volume], host: Host, tmp_path: Path, contents: Contents
) -> None:
    from LCKDSegmentationLib.blocking import segment_blocking  # noqa: PLC0415 - it needs the application

    assert host
    volume = a_head("flair")
    before = contents(a_scene)
    with pytest.raises(LckdError, match="no-weights"):
        segment_blocking(a_scene, {"flair": volume}, output=None, weights=str(tmp_path / "no-weights"), device="cpu")
    assert contents(a_scene) == before
