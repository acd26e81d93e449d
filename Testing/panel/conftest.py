"""Real MRML without the application: scenes, volumes at odd angles, a stand-in for the network, and the test host."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import slicer.util
from slicer import (
    vtkMRMLScalarVolumeNode,
    vtkMRMLScene,
    vtkMRMLSegmentationNode,
    vtkMRMLSubjectHierarchyNode,
    vtkSlicerSegmentationsModuleLogic,
)

from lckd.modality import Modality
from lckd.network.network import PRESETS, build_network
from lckd.weights.card import Card
from lckd.weights.load import save_model
from Testing.host import Host
from Testing.panel.person import NAMES, Node, Panel

SHAPE = (5, 7, 9)  # D, H, W
OBLIQUE = np.array([[0.8, -0.6, 0.0], [0.48, 0.64, -0.6], [0.36, 0.48, 0.8]])
SPACING_MM = (0.9, 1.3, 2.7)
ORIGIN_RAS_MM = (-91.5, 126.25, -71.125)

HEAD_SHAPE = (26, 30, 28)  # D, H, W
HEAD_SPACING_MM = 4.0

Array = npt.NDArray[Any]


@pytest.fixture(scope="session")
def the_application() -> Host:
    """The test host; one for all tests of this process."""
    return Host()


@pytest.fixture
def host(the_application: Host) -> Iterator[Host]:
    """The test host as if just started; at the end nothing may have gone wrong unseen."""
    the_application.begin()
    yield the_application
    the_application.close_panel()
    assert the_application.errors == []


@pytest.fixture
def a_scene() -> vtkMRMLScene:
    scene = vtkMRMLScene()
    scene.AddNode(vtkMRMLSubjectHierarchyNode())
    return scene


@pytest.fixture
def make_volume(a_scene: vtkMRMLScene) -> Callable[..., vtkMRMLScalarVolumeNode]:
    def make(name: str, *, directions: Array = OBLIQUE, values: Array | None = None) -> vtkMRMLScalarVolumeNode:
        volume = a_scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        voxels = np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE) if values is None else values
        slicer.util.updateVolumeFromArray(volume, voxels)
        matrix = np.eye(4)
        matrix[:3, :3] = directions * SPACING_MM
        matrix[:3, 3] = ORIGIN_RAS_MM
        volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(matrix))
        return volume

    return make


@pytest.fixture
def an_oblique_volume(make_volume: Callable[..., vtkMRMLScalarVolumeNode]) -> vtkMRMLScalarVolumeNode:
    return make_volume("oblique")


@pytest.fixture
def tumour_labels() -> Array:
    """Labels of a small nested tumour, off the middle so that no flip leaves it where it is: D, H, W."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[0:4, 1:6, 2:8] = 2
    labels[1:4, 2:5, 3:6] = 1
    labels[2, 3, 4:7] = 4
    return labels


@pytest.fixture
def mask_of() -> Callable[..., Array]:
    """Read a segment on the voxels of a volume, the way Slicer exports it to a label map."""

    def read(node: vtkMRMLSegmentationNode, tissue: str, volume: vtkMRMLScalarVolumeNode) -> Array:
        labels = node.GetScene().AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
        export = vtkSlicerSegmentationsModuleLogic.ExportSegmentsToLabelmapNode
        assert export(node, [tissue], labels, volume)
        mask: Array = slicer.util.arrayFromVolume(labels) > 0
        node.GetScene().RemoveNode(labels)
        return mask

    return read


@pytest.fixture
def contents() -> Callable[[vtkMRMLScene], list[tuple[str, int]]]:
    """What a scene holds, and when each node changed last: equal before and after means untouched."""

    def list_nodes(scene: vtkMRMLScene) -> list[tuple[str, int]]:
        nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
        return [(node.GetID(), node.GetMTime()) for node in nodes]

    return list_nodes


@pytest.fixture
def tiny_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights called ``tiny`` in a folder of the user's own, so that a run takes a second."""
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", str(tmp_path / "weights"))
    config = PRESETS["tiny"]
    arguments = {"architecture": config.architecture, "channels": config.channels, "supervised": config.supervised}
    card = Card(name="tiny", preset="tiny", network=arguments, spacing_mm=4.0, tensors_sha256="")
    save_model(tmp_path / "weights" / "tiny", build_network(config, seed=1), card)
    return tmp_path / "weights" / "tiny"


@pytest.fixture
def add_volume(host: Host) -> Callable[..., Any]:
    def add(name: str, *, values: object = None, kind: str = "vtkMRMLScalarVolumeNode", shift_mm: float = 0.0) -> Node:
        points = np.stack(np.meshgrid(*[np.linspace(-1.2, 1.2, size) for size in HEAD_SHAPE], indexing="ij"))
        texture = np.random.default_rng(len(name)).uniform(50.0, 200.0, HEAD_SHAPE)
        head = np.where((points**2).sum(axis=0) < 1.0, texture, 0.0).astype(np.float32)
        volume = host.scene.AddNewNodeByClass(kind, name)
        slicer.util.updateVolumeFromArray(volume, head if values is None else values)
        volume.SetSpacing(HEAD_SPACING_MM, HEAD_SPACING_MM, HEAD_SPACING_MM)
        volume.SetOrigin(shift_mm, 0.0, 0.0)
        return volume

    return add


@pytest.fixture
def volumes(add_volume: Callable[..., Any]) -> dict[Modality, Any]:
    return {modality: add_volume(name) for modality, name in NAMES.items()}


@pytest.fixture
def panel(host: Host, tiny_weights: Path) -> Panel:
    """The panel with the tiny weights chosen."""
    assert tiny_weights.is_dir()
    opened = host.open_panel()
    host.choose(opened.ui.weightsComboBox, "tiny")
    return opened


@pytest.fixture
def assigned(host: Host, panel: Panel, volumes: dict[Modality, Any]) -> Panel:
    assert volumes
    host.click(panel.ui.assignButton)
    return panel


@pytest.fixture
def finish(host: Host) -> Callable[[Panel], str]:
    """Wait for the end of a run; returns what the panel says of it."""

    def wait(panel: Panel) -> str:
        host.wait_until(lambda: not panel.ui.cancelButton.enabled, 300.0)
        return str(panel.ui.statusLabel.text)

    return wait


@pytest.fixture
def applied(host: Host, assigned: Panel, finish: Callable[[Panel], str]) -> Panel:
    host.click(assigned.ui.applyButton)
    assert finish(assigned).startswith("Segmented from FLAIR + T1 + T1ce + T2 in ")
    return assigned
