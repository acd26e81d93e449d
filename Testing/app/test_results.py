"""What was segmented, and what the page says of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScene, vtkMRMLSubjectHierarchyNode

from lckd.errors import InputError
from lckd.modality import Modality, in_order
from lckd.region import REGIONS
from lckd_app.desk import OF_A_PATIENT, of_a_patient
from lckd_app.files import remove
from lckd_app.results import Results
from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.segmentation import own_segments
from LCKDSegmentationLib.volumes import volume_from_image

SIZE = (6, 6, 6)


def record(volume_cm3: float, *modalities: Modality) -> dict[str, Any]:
    measured = {"volume_cm3": volume_cm3, "diameter_mm": 12.0, "bidimensional_mm2": None}
    return {
        "weights": {"name": "base"}, "subset": list(modalities), "seconds": 1.0, "preprocessing_seconds": 0.0,
        "device": "cpu", "notes": ["Look."], "expected_dice": {},
        "measurements": dict.fromkeys(REGIONS, measured),
        "probable_dice": {"WT": {"mean": 0.912, "low": 0.8, "high": 1.0}},
    }  # fmt: skip


@pytest.fixture
def a_scene() -> vtkMRMLScene:
    scene = vtkMRMLScene()
    scene.AddNode(vtkMRMLSubjectHierarchyNode())
    return scene


@pytest.fixture
def a_reply(a_scene: vtkMRMLScene) -> Reply:
    voxels = np.zeros(SIZE, np.uint8)
    voxels[1:5, 1:5, 1:5], voxels[2:4, 2:4, 2:4] = 2, 4
    labels = sitk.GetImageFromArray(voxels)
    scan = sitk.Cast(labels, sitk.sitkFloat32)
    volumes = {name: volume_from_image(a_scene, scan, name) for name in in_order(["flair", "t1ce"])}
    return Reply(Job(volumes, Path("base"), "", "cpu"), labels, {}, record(12.34, "flair", "t1ce"))


@pytest.fixture
def results(a_scene: vtkMRMLScene, a_reply: Reply) -> Results:
    """One result in the scene of its volumes."""
    results = Results(a_scene)
    results.put(a_reply)
    return results


@pytest.fixture
def another_reply(a_reply: Reply) -> Reply:
    job = replace(a_reply.job, volumes={"flair": a_reply.job.volumes["flair"]})
    return replace(a_reply, job=job, record=record(9.87, "flair"))


def test_each_subset_has_a_column_and_each_figure_a_line(results: Results, another_reply: Reply) -> None:
    results.put(another_reply)
    assert results.titles == ["FLAIR + T1ce", "FLAIR"]
    lines = {line["head"]: line["cells"] for line in results.measures()}
    assert lines["WT cm³"] == ["12.3", "9.9"]
    assert lines["ET RANO mm²"] == ["", ""]
    assert lines["WT probable Dice"] == ["0.91", "0.91"]
    assert lines["ET probable Dice"] == ["", ""]


def test_a_result_takes_the_place_of_the_one_before(results: Results, another_reply: Reply) -> None:
    before = results.node
    assert results.put(another_reply).startswith("Segmented from FLAIR in 1.0 s on cpu.")
    assert results.node is before
    assert results.title == "FLAIR"


def test_a_result_of_before_is_at_hand(results: Results, a_reply: Reply, another_reply: Reply) -> None:
    results.put(another_reply)
    assert results.reply_of("FLAIR + T1ce") is a_reply
    assert results.answer_to(replace(a_reply.job)) is a_reply
    assert results.answer_to(replace(a_reply.job, maps=("uncertainty",))) is None


def test_what_was_not_segmented_is_refused_by_name(results: Results) -> None:
    with pytest.raises(InputError, match=r"'T2' was not segmented yet"):
        results.reply_of("T2")


def test_what_is_no_name_is_refused_too(results: Results) -> None:
    with pytest.raises(InputError, match="was not segmented yet"):
        results.reply_of(["FLAIR"])  # type: ignore[arg-type]  # as no page of ours sends it


def test_regions_can_be_shown_in_place_of_tissues(results: Results, a_reply: Reply) -> None:
    assert results.node is not None
    assert set(own_segments(results.node)) == {"ET", "NCR", "ED"}
    results.kind = SegmentKind.REGIONS
    results.put(a_reply)
    assert set(own_segments(results.node)) == {"ET", "TC", "WT"}


def test_another_patient_begins_with_nothing(results: Results) -> None:
    results.clear()
    assert (results.titles, results.title, results.measures(), results.node) == ([], "", [], None)


def test_nothing_of_a_patient_stays_in_the_scene_once_there_was_a_result(
    results: Results, a_scene: vtkMRMLScene
) -> None:
    assert results.table is not None
    results.clear()
    remove(a_scene, of_a_patient(a_scene))
    assert [a_scene.GetNumberOfNodesByClass(kind) for kind in OF_A_PATIENT] == [0, 0, 0]
