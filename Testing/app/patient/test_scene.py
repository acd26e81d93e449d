"""How images come into the scene, and how all that is a patient's leaves it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import slicer.util
from slicer import vtkMRMLScene

from lckd_app.patient.files import Found, read
from lckd_app.patient.results import Results
from lckd_app.patient.scene import of_a_patient, put, remove
from LCKDSegmentationLib.job import Reply

WriteVolume = Callable[[Path, list[int]], Path]
VALUES = list(range(60))


def test_whole_numbers_take_half_the_memory_and_keep_their_values(tmp_path: Path, write_volume: WriteVolume) -> None:
    whole = read([write_volume(tmp_path / "whole.nrrd", VALUES)])[0]
    half = replace(whole, image=whole.image * 0.5)
    nodes = put(vtkMRMLScene(), [whole, half])
    assert [slicer.util.arrayFromVolume(node).dtype for node in nodes] == [np.int16, np.float32]
    for node, found in zip(nodes, (whole, half), strict=True):
        assert np.array_equal(slicer.util.arrayFromVolume(node), sitk.GetArrayViewFromImage(found.image))


def test_where_one_image_cannot_be_put_none_is(tmp_path: Path, write_volume: WriteVolume) -> None:
    good = read([write_volume(tmp_path / "good.nrrd", VALUES)])[0]
    scene = vtkMRMLScene()
    with pytest.raises(AttributeError):
        put(scene, [good, Found("bad", tmp_path, None)])  # type: ignore[arg-type]  # as a fault of ours would
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0
    assert scene.GetNumberOfNodesByClass("vtkMRMLVolumeArchetypeStorageNode") == 0


def test_nothing_of_a_patient_stays_in_the_scene_once_there_was_a_result(a_scene: vtkMRMLScene, a_reply: Reply) -> None:
    Results(a_scene).put(a_reply)
    assert {node.GetClassName() for node in of_a_patient(a_scene)} > {"vtkMRMLSegmentationNode", "vtkMRMLTableNode"}
    remove(a_scene, of_a_patient(a_scene))
    assert not of_a_patient(a_scene)
