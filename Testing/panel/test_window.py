"""What the panel shows and refuses, on real MRML: figures of the card, device, time left, bad input, scenes."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import vtk

from lckd.modality import MODALITIES, SUBSETS, Modality, Subset
from lckd.region import REGIONS
from lckd.weights.card import read_card
from lckd.weights.folder import default_weights
from Testing.host import Host
from Testing.panel.person import Panel, is_alive, node_ids, segment_names

WITHOUT_TORCH = """
import sys
sys.modules.update(dict.fromkeys(["torch", "monai", "SimpleITK"]))
from pathlib import Path
import slicer
from Testing.host import Host
host = Host()
host.begin()
panel = host.open_panel()
for file in Path("LCKDSegmentation/Resources/SampleData").glob("*.nrrd"):
    slicer.modules.volumes.logic().AddArchetypeVolume(str(file), file.stem)
host.click(panel.ui.assignButton)
assert panel.ui.flairBadge.text == "✓ suggested", panel.ui.flairBadge.text
assert panel.ui.expectationTable.item(0, 0).text().startswith("0.")
assert panel.ui.applyButton.enabled
assert not host.errors, host.errors
"""
"""An application whose Python has none of the packages that compute."""

Add = Callable[..., Any]
Finish = Callable[[Panel], str]


def show_subset(panel: Panel, subset: Subset) -> None:
    for modality in MODALITIES:
        getattr(panel.ui, f"{modality}CheckBox").checked = modality in subset


def column(panel: Panel, index: int) -> list[str]:
    return [panel.ui.expectationTable.item(row, index).text() for row in range(len(REGIONS))]


def test_figures_of_every_subset_are_those_of_the_card(host: Host, assigned: Panel) -> None:
    host.choose(assigned.ui.weightsComboBox, "base")
    card = read_card(default_weights())
    rows = {tuple(row["subset"]): row for row in card.validation["subsets"]}
    for subset in SUBSETS:
        show_subset(assigned, subset)
        row = rows[subset]
        assert column(assigned, 0) == [f"{row['dice'][region]:.2f}" for region in REGIONS]
        assert column(assigned, 1) == [f"± {row['dice_sd'][region]:.2f}" for region in REGIONS]
        assert f"{row['n']} real patients: {card.validation['cohort']['name']}" in assigned.ui.expectationLabel.text


def test_most_useful_modality_is_the_one_that_adds_most_on_the_card(host: Host, assigned: Panel) -> None:
    host.choose(assigned.ui.weightsComboBox, "base")
    rows = {tuple(row["subset"]): row["dice"] for row in read_card(default_weights()).validation["subsets"]}
    show_subset(assigned, ("flair",))
    gains = {
        modality: [rows["flair", modality][region] - rows["flair",][region] for region in REGIONS]
        for modality in ("t1", "t1ce", "t2")
    }
    best = max(gains, key=lambda modality: sum(gains[modality]))
    assert best == "t1ce"
    assert assigned.ui.expectationTable.horizontalHeaderItem(3).text() == "with T1ce"
    assert column(assigned, 3) == [f"{gain:+.2f}" for gain in gains[best]]


@pytest.mark.slow
def test_panel_opens_assigns_and_tells_what_to_expect_before_torch_is_installed(
    the_repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    command = [sys.executable, "-c", WITHOUT_TORCH]
    assert subprocess.run(command, cwd=the_repository, check=False).returncode == 0


@pytest.mark.slow
def test_device_is_the_one_that_was_chosen(host: Host, assigned: Panel, finish: Finish) -> None:
    host.click(assigned.ui.advancedCollapsibleButton)
    host.choose(assigned.ui.deviceComboBox, "CPU")
    host.click(assigned.ui.applyButton)
    assert "s on cpu." in finish(assigned)
    record = json.loads(assigned.ui.outputSelector.currentNode().GetAttribute("LCKDSegmentation.record"))
    assert record["device"] == "cpu"


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_gpu_that_does_not_exist_is_told_of(host: Host, assigned: Panel, finish: Finish) -> None:
    before = node_ids(host)
    host.click(assigned.ui.advancedCollapsibleButton)
    host.choose(assigned.ui.deviceComboBox, "GPU (CUDA)")
    host.click(assigned.ui.applyButton)
    assert "There is no GPU that torch can use" in finish(assigned)
    assert node_ids(host) == before


def test_time_left_is_told_once_it_can_be(assigned: Panel) -> None:
    assigned.run.onBegin()
    assigned.run.onProgress("load", 0, 1)
    assert "left" not in assigned.ui.statusLabel.text
    assigned.run._progress._begin = time.monotonic() - 20.0  # twenty seconds ago
    assigned.run.onProgress("encode", 2, 4)
    assert assigned.ui.progressBar.value == 45
    assert assigned.ui.statusLabel.text == "Looking at each image (3/4), about 24 s left"


# ---- bad input


def test_colour_volume_is_refused_before_the_run(host: Host, panel: Panel, add_volume: Add) -> None:
    colours = add_volume("photo", values=np.ones((26, 30, 28, 3), np.uint8), kind="vtkMRMLVectorVolumeNode")
    before = node_ids(host)
    panel.getParameters().t1 = colours
    assert "'photo' has 3 values per voxel" in panel.ui.statusLabel.text
    assert not panel.ui.applyButton.enabled
    assert node_ids(host) == before


def test_volume_under_a_bending_transform_is_refused_and_the_scene_stays_as_it_is(
    host: Host, assigned: Panel, volumes: dict[Modality, Any]
) -> None:
    bend = host.scene.AddNewNodeByClass("vtkMRMLTransformNode", "warp")
    bend.SetAndObserveTransformToParent(vtk.vtkThinPlateSplineTransform())
    volumes["t1"].SetAndObserveTransformNodeID(bend.GetID())
    before = node_ids(host)
    host.click(assigned.ui.applyButton)
    assert "'T1 pre' lies under the transform 'warp', which bends it: harden" in assigned.ui.statusLabel.text
    assert node_ids(host) == before


@pytest.mark.slow
def test_volumes_under_a_linear_transform_are_taken_where_they_are_shown_and_the_user_is_told(
    host: Host, assigned: Panel, volumes: dict[Modality, Any], finish: Finish
) -> None:
    move = host.scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "registration")
    for volume in volumes.values():
        volume.SetAndObserveTransformNodeID(move.GetID())
    host.click(assigned.ui.applyButton)
    assert "where 'registration' moves it" in finish(assigned)
    assert assigned.ui.outputSelector.currentNode().GetTransformNodeID() == move.GetID()


@pytest.mark.slow
def test_output_that_is_locked_during_the_run_stays_as_it_was(host: Host, applied: Panel, finish: Finish) -> None:
    node, before = applied.ui.outputSelector.currentNode(), node_ids(host)
    host.click(applied.ui.t1CheckBox)
    changed = node.GetSegmentation().GetMTime()
    host.click(applied.ui.applyButton)
    node.SetSelectable(0)
    assert "is locked" in finish(applied)
    assert node.GetSegmentation().GetMTime() == changed
    assert node_ids(host) == before


# ---- weights


def test_weights_that_vanish_while_the_panel_is_open_are_told_of(
    host: Host, assigned: Panel, tiny_weights: Path
) -> None:
    before = node_ids(host)
    shutil.rmtree(tiny_weights)
    host.click(assigned.ui.applyButton)
    assert "There are no weights: choose some" in assigned.ui.statusLabel.text
    assert "no longer installed" in assigned.ui.weightsInfoLabel.text
    assert node_ids(host) == before


@pytest.mark.slow
def test_own_weights_called_base_are_told_from_those_that_came_along(
    host: Host, assigned: Panel, tiny_weights: Path, finish: Finish
) -> None:
    own = tiny_weights.rename(tiny_weights.parent / "base")
    assigned.weights.refresh()
    host.choose(assigned.ui.weightsComboBox, str(own))
    assert str(own) in assigned.ui.weightsInfoLabel.text
    host.click(assigned.ui.applyButton)
    finish(assigned)
    record = json.loads(assigned.ui.outputSelector.currentNode().GetAttribute("LCKDSegmentation.record"))
    assert record["weights"]["name"] == "tiny"


def test_weights_are_installed_from_a_zip_file_and_their_folder_is_shown(
    host: Host, panel: Panel, tiny_weights: Path, tmp_path: Path
) -> None:
    source = shutil.copytree(tiny_weights, tmp_path / "mail" / "theirs")
    card = json.loads((source / "model.json").read_text(encoding="utf-8"))
    (source / "model.json").write_text(json.dumps({**card, "name": "theirs"}), encoding="utf-8")
    archive = shutil.make_archive(str(tmp_path / "theirs"), "zip", tmp_path / "mail")
    host.click(panel.ui.advancedCollapsibleButton)
    host.answer("Weights to install", archive)
    host.click(panel.ui.installWeightsButton)
    host.choose(panel.ui.weightsComboBox, "theirs")
    host.click(panel.ui.showWeightsButton)
    assert host.dialogs[-1].endswith(str(tiny_weights.parent / "theirs"))


# ---- scenes


@pytest.mark.slow
def test_second_scene_begins_anew(host: Host, applied: Panel, add_volume: Add, finish: Finish) -> None:
    process = applied.run.session.processId
    host.close_scene()
    flair = add_volume("next FLAIR")
    host.click(applied.ui.assignButton)
    host.choose(applied.ui.weightsComboBox, "tiny")
    host.click(applied.ui.applyButton)
    assert finish(applied).startswith("Segmented from FLAIR in ")
    node = applied.ui.outputSelector.currentNode()
    assert node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole()) is flair
    assert applied.ui.measurementTable.rowCount == 1
    assert applied.run.session.processId not in {0, process}


@pytest.mark.slow
def test_scene_that_is_saved_during_a_run_holds_the_inputs_and_the_run_goes_on(
    host: Host, assigned: Panel, finish: Finish, tmp_path: Path
) -> None:
    host.click(assigned.ui.applyButton)
    host.save_scene(tmp_path / "meanwhile.mrb")
    assert finish(assigned).startswith("Segmented")
    host.close_scene()
    host.open_scene(tmp_path / "meanwhile.mrb")
    assert assigned.ui.t2Selector.currentNode().GetName() == "t2w"
    assert assigned.ui.outputSelector.currentNode() is None
    assert assigned.ui.applyButton.enabled


@pytest.mark.slow
def test_module_that_is_reloaded_during_a_run_leaves_no_process_and_works(
    host: Host, assigned: Panel, finish: Finish
) -> None:
    host.click(assigned.ui.applyButton)
    process = assigned.run.session.processId
    again = host.reload()
    assert not is_alive(process)
    assert host.scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 0
    host.click(again.ui.applyButton)
    assert finish(again).startswith("Segmented")
    assert segment_names(again.ui.outputSelector.currentNode()) == ["ET", "NCR", "ED"]
