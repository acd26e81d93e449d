"""The panel as a person uses it: a real window, a real scene, the real background process with tiny weights."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import numpy as np
import pytest
import slicer.util

from lckd.modality import MODALITIES, Modality
from Testing.host import Host
from Testing.panel.person import (
    NAMES,
    Panel,
    badge,
    choose_preparation,
    give_tags,
    is_alive,
    node_ids,
    rows,
    segment_names,
    set_chosen,
    watch,
)

SHAPE = (26, 30, 28)  # D, H, W, as of all volumes here


# ---- before a run


def test_panel_opens_without_a_volume_and_says_what_is_needed(panel: Panel) -> None:
    assert not panel.ui.applyButton.enabled
    assert "choose at least one of FLAIR, T1, T1ce and T2" in panel.ui.applyButton.toolTip
    assert [badge(panel, modality) for modality in MODALITIES] == ["missing"] * 4


def test_volumes_are_assigned_by_their_names_with_the_reason(assigned: Panel, volumes: dict[Modality, Any]) -> None:
    for modality in MODALITIES:
        assert getattr(assigned.ui, f"{modality}Selector").currentNode() is volumes[modality]
        assert badge(assigned, modality) == "✓ suggested"
        assert NAMES[modality] in getattr(assigned.ui, f"{modality}Badge").toolTip
    assert assigned.ui.applyButton.enabled


def test_assignment_leaves_the_users_choice_alone(
    host: Host, panel: Panel, volumes: dict[Modality, Any], add_volume: Callable[..., Any]
) -> None:
    own = add_volume("something else")
    set_chosen(panel, "t1", own)
    host.click(panel.ui.assignButton)
    assert panel.ui.t1Selector.currentNode() is own
    assert panel.ui.flairSelector.currentNode() is volumes["flair"]
    assert badge(panel, "t1") == "✓ present"


def test_two_volumes_of_one_modality_are_asked_about(
    host: Host, panel: Panel, volumes: dict[Modality, Any], add_volume: Callable[..., Any]
) -> None:
    add_volume("FLAIR again")
    host.click(panel.ui.assignButton)
    assert panel.ui.flairSelector.currentNode() is None
    assert panel.ui.t2Selector.currentNode() is volumes["t2"]
    assert "FLAIR again" in panel.ui.assignmentLabel.text


def test_tags_of_dicom_assign_what_names_do_not_tell(host: Host, panel: Panel, add_volume: Callable[..., Any]) -> None:
    before, after = add_volume("3: unnamed"), add_volume("7: unnamed")
    give_tags(host, before, repetition="500", echo="12")
    give_tags(host, after, repetition="500", echo="12", agent="Gadovist")
    host.click(panel.ui.assignButton)
    assert panel.ui.t1Selector.currentNode() is before
    assert panel.ui.t1ceSelector.currentNode() is after
    assert "'Gadovist'" in panel.ui.t1ceBadge.toolTip
    assert "500 ms" in panel.ui.t1Badge.toolTip


def test_volume_whose_tags_contradict_its_name_is_asked_about(
    host: Host, panel: Panel, add_volume: Callable[..., Any]
) -> None:
    volume = add_volume("FLAIR")
    give_tags(host, volume, repetition="500", echo="12")
    host.click(panel.ui.assignButton)
    assert panel.ui.flairSelector.currentNode() is None
    assert "those of T1" in panel.ui.assignmentLabel.text
    set_chosen(panel, "t1", volume)
    assert badge(panel, "t1") == "✓ present"


def test_slight_doubt_is_shown_beside_the_suggestion(host: Host, panel: Panel, add_volume: Callable[..., Any]) -> None:
    give_tags(host, add_volume("T1 pre"), agent="Gadovist")
    host.click(panel.ui.assignButton)
    assert badge(panel, "t1") == "? suggested"
    assert "'Gadovist'" in panel.ui.t1Badge.toolTip
    assert "T1: Name says 'T1 pre'" in panel.ui.assignmentLabel.text


def test_volumes_of_two_patients_are_not_mixed(host: Host, panel: Panel, add_volume: Callable[..., Any]) -> None:
    flair = add_volume("BraTS2021_00006_flair")
    for name in ("BraTS2021_00031_t1", "BraTS2021_00006_t2"):
        add_volume(name)
    host.click(panel.ui.assignButton)
    assert not panel.ui.applyButton.enabled
    assert "several patients" in panel.ui.assignmentLabel.text
    set_chosen(panel, "flair", flair)
    host.click(panel.ui.assignButton)
    assert [badge(panel, modality) for modality in MODALITIES] == ["✓ present", "missing", "missing", "✓ suggested"]


@pytest.mark.slow
def test_card_with_a_damaged_table_is_told_of_and_does_not_hinder(
    host: Host, assigned: Panel, tiny_weights: Path, finish: Callable[[Panel], str]
) -> None:
    card = json.loads((tiny_weights / "model.json").read_text(encoding="utf-8"))
    card |= {"validation": {"subsets": [{}]}, "cohorts": [{"name": "odd"}]}
    (tiny_weights / "model.json").write_text(json.dumps(card), encoding="utf-8")
    host.leave()
    assigned.weights.refresh()
    host.come_back()
    assert "damaged" in assigned.ui.expectationLabel.text
    host.click(assigned.ui.applyButton)
    assert finish(assigned).startswith("Segmented")


def test_expected_dice_and_the_most_useful_missing_modality_are_shown_before_the_run(
    host: Host, assigned: Panel
) -> None:
    host.choose(assigned.ui.weightsComboBox, "base")
    host.click(assigned.ui.t1ceCheckBox)
    heads = [assigned.ui.expectationTable.horizontalHeaderItem(column).text() for column in range(4)]
    assert heads == ["Dice", "Spread", "Teacher", "with T1ce"]
    assert 0.1 <= float(assigned.ui.expectationTable.item(0, 0).text()) < 0.7
    assert assigned.ui.expectationTable.item(0, 3).text().startswith("+0.")
    assert "real patients" in assigned.ui.expectationLabel.text


def test_deleted_volume_is_missing_and_no_other_takes_its_place(
    host: Host, assigned: Panel, volumes: dict[Modality, Any]
) -> None:
    host.scene.RemoveNode(volumes["t1"])
    host.process()
    assert assigned.ui.t1Selector.currentNode() is None
    assert [badge(assigned, modality) for modality in MODALITIES][:2] == ["✓ suggested", "missing"]


# ---- a run


@pytest.mark.slow
def test_three_clicks_lead_from_volumes_to_a_result(applied: Panel, volumes: dict[Modality, Any]) -> None:
    node = applied.ui.outputSelector.currentNode()
    assert segment_names(node) == ["ET", "NCR", "ED"]
    assert node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole()) is volumes["flair"]
    assert rows(applied) == ["FLAIR + T1 + T1ce + T2"]
    record = json.loads(node.GetAttribute("LCKDSegmentation.record"))
    assert record["subset"] == list(MODALITIES)
    assert {modality: record["inputs"][modality]["name"] for modality in MODALITIES} == NAMES
    assert not applied.ui.progressBar.visible


@pytest.mark.slow
def test_result_lies_beside_its_volume_in_the_subject_hierarchy(
    host: Host, assigned: Panel, volumes: dict[Modality, Any], finish: Callable[[Panel], str]
) -> None:
    hierarchy = host.scene.GetSubjectHierarchyNode()
    study = hierarchy.CreateStudyItem(hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "patient"), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volumes["flair"]), study)
    host.click(assigned.ui.applyButton)
    finish(assigned)
    made = hierarchy.GetItemByDataNode(assigned.ui.outputSelector.currentNode())
    assert hierarchy.GetItemParent(made) == study


@pytest.mark.slow
def test_progress_is_shown_and_the_window_lives_meanwhile(host: Host, assigned: Panel) -> None:
    shown = watch(assigned)
    host.click(assigned.ui.applyButton)
    ticks = 0

    def look() -> bool:
        nonlocal ticks
        ticks += 1
        return not assigned.ui.cancelButton.enabled

    host.wait_until(look)
    values = [value for value, _text in shown]
    assert values == sorted(values)
    assert values[-1] == 100
    assert any("Looking at each image (1/4)" in text for _value, text in shown)
    assert ticks > 20


@pytest.mark.slow
def test_cancel_ends_the_process_and_leaves_the_scene_unchanged(host: Host, assigned: Panel) -> None:
    before = node_ids(host)
    host.click(assigned.ui.applyButton)
    process = assigned.run.session.processId
    assert is_alive(process)
    host.click(assigned.ui.cancelButton)
    assert not is_alive(process)
    assert "Cancelled" in assigned.ui.statusLabel.text
    assert node_ids(host) == before
    assert assigned.ui.applyButton.enabled


@pytest.mark.slow
def test_worker_that_is_killed_is_told_of_and_the_next_run_works(
    host: Host, assigned: Panel, finish: Callable[[Panel], str]
) -> None:
    before = node_ids(host)
    host.click(assigned.ui.applyButton)
    os.kill(assigned.run.session.processId, signal.SIGKILL)
    assert "was killed" in finish(assigned)
    assert node_ids(host) == before
    host.click(assigned.ui.applyButton)
    assert finish(assigned).startswith("Segmented")


@pytest.mark.slow
def test_scene_that_is_closed_during_a_run_gets_nothing(host: Host, assigned: Panel) -> None:
    host.click(assigned.ui.applyButton)
    process = assigned.run.session.processId
    host.close_scene()
    assert not is_alive(process)
    assert host.scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 0
    assert not assigned.ui.applyButton.enabled


@pytest.mark.slow
def test_result_comes_while_the_user_is_in_another_module(
    host: Host, assigned: Panel, finish: Callable[[Panel], str]
) -> None:
    host.click(assigned.ui.applyButton)
    host.leave()
    finish(assigned)
    host.come_back()
    assert segment_names(assigned.ui.outputSelector.currentNode()) == ["ET", "NCR", "ED"]


@pytest.mark.slow
def test_output_that_was_deleted_during_the_run_is_made_anew(
    host: Host, applied: Panel, finish: Callable[[Panel], str]
) -> None:
    host.click(applied.ui.applyButton)
    host.scene.RemoveNode(applied.ui.outputSelector.currentNode())
    finish(applied)
    assert segment_names(applied.ui.outputSelector.currentNode()) == ["ET", "NCR", "ED"]


# ---- what if?


@pytest.mark.slow
def test_live_follows_a_modality_that_is_switched_off_without_encoding_again(
    host: Host, applied: Panel, finish: Callable[[Panel], str]
) -> None:
    process = applied.run.session.processId
    applied.ui.liveCheckBox.checked = True
    shown = watch(applied)
    modalities: tuple[Modality, ...] = ("t1", "t1ce")
    for modality in modalities:
        host.click(getattr(applied.ui, f"{modality}CheckBox"))
        host.wait_until(lambda: applied.ui.cancelButton.enabled)
        finish(applied)
        assert badge(applied, modality) == "off"
    assert applied.ui.statusLabel.text.startswith("Segmented from FLAIR + T2")
    assert not any("Looking at each image" in text for _value, text in shown)
    assert rows(applied) == ["FLAIR + T1 + T1ce + T2", "FLAIR + T1ce + T2", "FLAIR + T2"]
    assert applied.run.session.processId == process


@pytest.mark.slow
def test_live_keeps_table_and_segmentation_when_the_reference_itself_is_switched_off(
    host: Host, applied: Panel, finish: Callable[[Panel], str]
) -> None:
    node, before = applied.ui.outputSelector.currentNode(), node_ids(host)
    applied.ui.liveCheckBox.checked = True
    for _ in range(2):
        host.click(applied.ui.flairCheckBox)
        host.wait_until(lambda: applied.ui.cancelButton.enabled)
        finish(applied)
    assert rows(applied) == ["FLAIR + T1 + T1ce + T2", "T1 + T1ce + T2"]
    assert applied.ui.outputSelector.currentNode() is node
    assert node_ids(host) == before


@pytest.mark.slow
def test_second_patient_gets_a_segmentation_and_a_table_of_its_own(
    host: Host, applied: Panel, add_volume: Callable[..., Any], finish: Callable[[Panel], str]
) -> None:
    first = applied.ui.outputSelector.currentNode()
    for modality in MODALITIES:
        set_chosen(applied, modality, add_volume(f"other {modality}") if modality == "t2" else None)
    host.click(applied.ui.applyButton)
    assert finish(applied).startswith("Segmented from T2")
    second = applied.ui.outputSelector.currentNode()
    assert second is not first
    assert first.GetNodeReference(first.GetReferenceImageGeometryReferenceRole()).GetName() == NAMES["flair"]
    assert second.GetName() == "other t2 tumour"
    assert rows(applied) == ["T2"]


@pytest.mark.slow
def test_regions_are_made_of_the_last_result_without_computing(host: Host, applied: Panel) -> None:
    shown = watch(applied)
    host.choose(applied.ui.segmentsComboBox, "Regions: ET inside TC inside WT")
    assert segment_names(applied.ui.outputSelector.currentNode()) == ["ET", "TC", "WT"]
    assert shown == []


@pytest.mark.slow
def test_regions_do_not_take_the_place_of_what_was_changed_or_chosen_since(host: Host, applied: Panel) -> None:
    node = applied.ui.outputSelector.currentNode()
    node.GetSegmentation().RemoveSegment("ED")
    host.choose(applied.ui.segmentsComboBox, "Regions: ET inside TC inside WT")
    assert segment_names(node) == ["ET", "NCR"]
    other = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "drawn by hand")
    other.GetSegmentation().AddEmptySegment("ET", "mine")
    applied.ui.outputSelector.setCurrentNode(other)
    host.choose(applied.ui.segmentsComboBox, "Tissues: ET, NCR, ED")
    assert segment_names(other) == ["mine"]


@pytest.mark.slow
def test_segment_of_the_user_stays_whatever_its_name_is(
    host: Host, assigned: Panel, finish: Callable[[Panel], str]
) -> None:
    node = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "drawn by hand")
    node.GetSegmentation().AddEmptySegment("ET", "my contour")
    assigned.ui.outputSelector.setCurrentNode(node)
    for _ in range(2):
        host.click(assigned.ui.applyButton)
        finish(assigned)
    assert segment_names(node) == ["my contour", "ET", "NCR", "ED"]


@pytest.mark.slow
def test_volume_that_was_changed_during_the_run_gets_no_result(
    host: Host, assigned: Panel, volumes: dict[Modality, Any], finish: Callable[[Panel], str]
) -> None:
    before = node_ids(host)
    host.click(assigned.ui.applyButton)
    volumes["t1"].SetOrigin(7.0, 0.0, 0.0)
    assert "was changed while it was segmented" in finish(assigned)
    assert node_ids(host) == before


@pytest.mark.slow
def test_changed_voxels_are_encoded_anew(
    host: Host, applied: Panel, volumes: dict[Modality, Any], finish: Callable[[Panel], str]
) -> None:
    def sha256() -> str:
        record = json.loads(applied.ui.outputSelector.currentNode().GetAttribute("LCKDSegmentation.record"))
        return str(record["inputs"]["t2"]["sha256"])

    before = sha256()
    slicer.util.arrayFromVolume(volumes["t2"])[10:14] += 50.0
    slicer.util.arrayFromVolumeModified(volumes["t2"])
    host.click(applied.ui.applyButton)
    finish(applied)
    assert sha256() != before


@pytest.mark.slow
def test_regions_and_maps_are_made_on_request(
    host: Host, assigned: Panel, volumes: dict[Modality, Any], finish: Callable[[Panel], str]
) -> None:
    host.choose(assigned.ui.segmentsComboBox, "Regions: ET inside TC inside WT")
    host.click(assigned.ui.probabilityCheckBox)
    host.click(assigned.ui.uncertaintyCheckBox)
    for _ in range(2):
        host.click(assigned.ui.applyButton)
        finish(assigned)
    assert segment_names(assigned.ui.outputSelector.currentNode()) == ["ET", "TC", "WT"]
    names = {node.GetName() for node in slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")} - set(NAMES.values())
    assert len(names) == 4
    values = slicer.util.arrayFromVolume(slicer.util.getNode(next(name for name in names if "uncertainty" in name)))
    assert values.shape == slicer.util.arrayFromVolume(volumes["flair"]).shape
    assert values.min() >= 0.0
    assert 0.0 < values.max() <= 1.0


# ---- bad input


def test_nothing_chosen_a_label_map_and_one_volume_twice_are_refused_in_the_tooltip(
    panel: Panel, add_volume: Callable[..., Any], volumes: dict[Modality, Any]
) -> None:
    labels = add_volume("drawn", values=np.ones(SHAPE, np.uint8), kind="vtkMRMLLabelMapVolumeNode")
    panel.getParameters().t1 = labels
    assert "'drawn' is a label map" in panel.ui.applyButton.toolTip
    for modality in ("t1", "t2"):
        set_chosen(panel, modality, volumes["flair"])
    assert "was chosen as T1 and as T2" in panel.ui.applyButton.toolTip
    assert not panel.ui.applyButton.enabled


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "shift_mm", "says"),
    [
        (np.full(SHAPE, np.nan, np.float32), 0.0, "NaN"),
        (np.zeros(SHAPE, np.float32), 0.0, "shows nothing"),
        (None, 500.0, "does not overlap"),
    ],
    ids=["nan", "black", "elsewhere"],
)
def test_bad_volume_is_named_in_a_sentence_and_the_scene_stays_as_it_is(
    host: Host,
    panel: Panel,
    add_volume: Callable[..., Any],
    finish: Callable[[Panel], str],
    values: object,
    shift_mm: float,
    says: str,
) -> None:
    choose_preparation(host, panel, "Prepared: take them as they are")  # else it would be registered
    set_chosen(panel, "flair", add_volume("good"))
    set_chosen(panel, "t2", add_volume("bad one", values=values, shift_mm=shift_mm))
    before = node_ids(host)
    host.click(panel.ui.applyButton)
    told = finish(panel)
    assert says in told
    assert "'bad one'" in told
    assert "Traceback" not in told
    assert node_ids(host) == before


@pytest.mark.slow
def test_weights_that_were_removed_meanwhile_are_told_of(
    host: Host, assigned: Panel, tiny_weights: Path, finish: Callable[[Panel], str]
) -> None:
    (tiny_weights / "model.safetensors").unlink()
    host.click(assigned.ui.applyButton)
    assert "No weights at" in finish(assigned)


def test_sequences_elsewhere_in_the_scene_do_no_harm_and_a_moment_of_one_is_refused(
    host: Host, assigned: Panel, volumes: dict[Modality, Any]
) -> None:
    browser = host.scene.AddNode(slicer.vtkMRMLSequenceBrowserNode())
    host.click(assigned.ui.t1CheckBox)
    assert assigned.ui.applyButton.enabled
    sequence = host.scene.AddNode(slicer.vtkMRMLSequenceNode())
    browser.AddSynchronizedSequenceNode(sequence)
    browser.AddProxyNode(volumes["flair"], sequence, False)  # noqa: FBT003 - MRML's
    host.click(assigned.ui.t1CheckBox)
    assert "one moment of a 4-D sequence" in assigned.ui.statusLabel.text
    assert not assigned.ui.applyButton.enabled


def test_folder_of_weights_that_cannot_be_read_leaves_those_that_came_along(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", str(tmp_path / "a file"))
    panel = host.open_panel()
    assert panel.ui.weightsComboBox.currentText == "base"
    assert any("cannot be read" in text for text in host.dialogs)


def test_locked_output_is_refused(host: Host, assigned: Panel) -> None:
    node = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "locked")
    node.SetSelectable(0)
    assigned.ui.outputSelector.setCurrentNode(node)
    assert "'locked' is locked" in assigned.ui.statusLabel.text
    assert not assigned.ui.applyButton.enabled


# ---- weights


def test_weights_are_installed_from_a_file_chosen_and_removed(
    host: Host, panel: Panel, tiny_weights: Path, tmp_path: Path
) -> None:
    source = tmp_path / "from a colleague"
    shutil.copytree(tiny_weights, source)
    card = json.loads((source / "model.json").read_text(encoding="utf-8"))
    (source / "model.json").write_text(json.dumps({**card, "name": "theirs"}), encoding="utf-8")
    host.click(panel.ui.advancedCollapsibleButton)
    host.answer("Weights to install", str(source / "model.json"))
    host.click(panel.ui.installWeightsButton)
    host.choose(panel.ui.weightsComboBox, "theirs")
    assert str(tmp_path / "weights" / "theirs") in panel.ui.weightsInfoLabel.text
    host.answer("Delete the weights 'theirs'", "Yes")
    host.click(panel.ui.removeWeightsButton)
    assert panel.ui.weightsComboBox.findText("theirs") < 0
    assert "no longer installed" in panel.ui.weightsInfoLabel.text
    assert not panel.ui.applyButton.enabled


def test_altered_weights_are_refused_with_the_reason(
    host: Host, panel: Panel, tiny_weights: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_weights, tmp_path / "altered")
    with (tmp_path / "altered" / "model.safetensors").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"?")
    host.click(panel.ui.advancedCollapsibleButton)
    host.answer("Weights to install", str(tmp_path / "altered" / "model.json"))
    host.click(panel.ui.installWeightsButton)
    assert any("not those of their card" in text for text in host.dialogs)


def test_weights_that_came_along_cannot_be_removed(host: Host, panel: Panel) -> None:
    host.choose(panel.ui.weightsComboBox, "base")
    assert not panel.ui.removeWeightsButton.enabled


def test_training_command_names_the_installed_script(host: Host, panel: Panel) -> None:
    host.click(panel.ui.advancedCollapsibleButton)
    host.click(panel.ui.copyCommandButton)
    command = slicer.app.clipboard().text()
    script = command.split('"')[3]
    assert " --no-main-window --python-script " in command
    assert Path(script).name == "train.py"
    assert Path(script).is_file()


# ---- what leaves the panel


@pytest.mark.slow
def test_result_is_exported_where_the_user_says(host: Host, applied: Panel, tmp_path: Path) -> None:
    for title, name in (
        ("Label map (NIfTI)", "tumour.nii.gz"),
        ("Measurements (CSV)", "table"),
        ("Record", "run.json"),
    ):
        row = next(
            row for row in range(applied.ui.exportComboBox.count) if title in applied.ui.exportComboBox.itemText(row)
        )
        applied.ui.exportComboBox.setCurrentIndex(row)
        host.answer("Export", str(tmp_path / "out" / name))
        (tmp_path / "out").mkdir(exist_ok=True)
        host.click(applied.ui.exportButton)
        assert "Saved" in applied.ui.statusLabel.text
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["run.json", "table.csv", "tumour.nii.gz"]


@pytest.mark.slow
def test_file_that_is_there_is_not_replaced_without_a_question(host: Host, applied: Panel, tmp_path: Path) -> None:
    (tmp_path / "pre.nii.gz").write_text("precious", encoding="utf-8")
    host.choose(applied.ui.exportComboBox, "Label map (NIfTI)")
    host.answer("Export", str(tmp_path / "pre"))
    host.click(applied.ui.exportButton)
    assert (tmp_path / "pre.nii.gz").read_text(encoding="utf-8") == "precious"
    assert any("Replace" in text for text in host.dialogs)


@pytest.mark.slow
def test_opacity_follows_the_slider(host: Host, applied: Panel) -> None:
    applied.ui.opacitySlider.value = 30
    host.process()
    assert applied.ui.outputSelector.currentNode().GetDisplayNode().GetOpacity() == pytest.approx(0.3)


@pytest.mark.slow
def test_log_can_be_looked_at(host: Host, applied: Panel) -> None:
    host.click(applied.ui.logButton)
    assert any("log" in text for text in host.dialogs)


def test_sample_patient_is_offered_from_the_disk(host: Host, panel: Panel) -> None:
    assert panel
    (sample,) = [sample for sample in host.samples if sample["sampleName"] == "LCKDSyntheticPatient"]
    assert all(uri.startswith("file:") and Path(url2pathname(urlparse(uri).path)).is_file() for uri in sample["uris"])


@pytest.mark.slow
def test_tests_that_the_module_brings_pass(host: Host, panel: Panel) -> None:
    assert panel
    host.run_module_tests()


# ---- state


@pytest.mark.slow
def test_saved_scene_restores_the_panel(host: Host, applied: Panel, tmp_path: Path) -> None:
    host.click(applied.ui.t1CheckBox)
    host.save_scene(tmp_path / "scene.mrb")
    host.close_scene()
    assert badge(applied, "flair") == "missing"
    host.open_scene(tmp_path / "scene.mrb")
    assert [badge(applied, modality) for modality in MODALITIES] == ["✓ present", "off", "✓ present", "✓ present"]
    assert applied.ui.flairSelector.currentNode().GetName() == NAMES["flair"]
    assert segment_names(applied.ui.outputSelector.currentNode()) == ["ET", "NCR", "ED"]
    assert rows(applied) == ["FLAIR + T1 + T1ce + T2"]
    assert applied.ui.weightsComboBox.currentText == "tiny"


@pytest.mark.slow
def test_scene_that_was_saved_with_live_is_left_alone_when_it_is_opened(
    host: Host, applied: Panel, tmp_path: Path
) -> None:
    applied.ui.liveCheckBox.checked = True
    applied.ui.outputSelector.currentNode().GetSegmentation().RemoveSegment("ED")
    host.save_scene(tmp_path / "scene.mrb")
    host.close_scene()
    host.open_scene(tmp_path / "scene.mrb")
    host.process(1.0)
    assert applied.ui.liveCheckBox.checked
    assert not applied.ui.cancelButton.enabled
    assert segment_names(applied.ui.outputSelector.currentNode()) == ["ET", "NCR"]


@pytest.mark.slow
def test_cancelled_run_does_not_come_back_with_live(host: Host, assigned: Panel) -> None:
    host.click(assigned.ui.applyButton)
    assigned.ui.liveCheckBox.checked = True
    host.click(assigned.ui.cancelButton)
    host.leave()
    host.come_back()
    host.process(0.5)
    assert not assigned.ui.cancelButton.enabled


@pytest.mark.slow
def test_reloaded_module_ends_the_old_process_and_works(
    host: Host, applied: Panel, finish: Callable[[Panel], str]
) -> None:
    process = applied.run.session.processId
    again = host.reload()
    assert not is_alive(process)
    host.click(again.ui.applyButton)
    assert finish(again).startswith("Segmented")


# ---- scripts


@pytest.mark.slow
def test_logic_segments_and_returns_the_record(host: Host, panel: Panel, volumes: dict[Modality, Any]) -> None:
    output = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    chosen = {"flair": volumes["flair"], "t1ce": volumes["t1ce"]}
    record = panel.logic.segment(chosen, output, weights="tiny", device="cpu")
    assert record["subset"] == ["flair", "t1ce"]
    assert segment_names(output) == ["ET", "NCR", "ED"]
    panel.logic.segment({"t2": volumes["t2"]}, output, weights="tiny", device="cpu")
    assert output.GetNodeReference(output.GetReferenceImageGeometryReferenceRole()) is volumes["t2"]
