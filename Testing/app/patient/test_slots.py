"""The four modalities of the page: which volume stands for each."""

import numpy as np
import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScene

from lckd.modality import MODALITIES
from lckd_app.patient.slots import Slots
from LCKDSegmentationLib.volumes import volume_from_image

NAMES = ("p_flair", "p_t1", "p_t1ce", "p_t2")


def add(scene: vtkMRMLScene, *names: str) -> list[str]:
    """Add small volumes; returns their IDs."""
    image = sitk.GetImageFromArray(np.ones((3, 3, 3), np.float32))
    return [volume_from_image(scene, image, name).GetID() for name in names]


@pytest.fixture
def slots(a_scene: vtkMRMLScene) -> Slots:
    """All four, recognised."""
    add(a_scene, *NAMES)
    slots = Slots(a_scene)
    slots.recognise()
    return slots


def volumes_of(slots: Slots) -> list[str]:
    return [row["volume"] for row in slots.rows()]


def test_images_are_recognised_by_their_names(slots: Slots) -> None:
    assert slots.used == MODALITIES
    assert [row["badge"] for row in slots.rows()] == ["✓ suggested"] * 4
    assert "p_t2" in slots.rows()[3]["reason"]


def test_a_modality_that_is_switched_off_is_not_used_but_stays(slots: Slots) -> None:
    slots.use("t1", is_used=False)
    assert slots.used == ("flair", "t1ce", "t2")
    assert slots.chosen["t1"] is None
    assert slots.rows()[1]["badge"] == "off"
    slots.use("t1", is_used=True)
    assert slots.used == MODALITIES


def test_two_images_that_are_dragged_onto_each_other_change_places(slots: Slots) -> None:
    flair, t1, *others = volumes_of(slots)
    slots.assign("flair", t1)
    assert volumes_of(slots) == [t1, flair, *others]
    assert slots.rows()[0]["badge"] == "✓ present"


def test_an_image_that_is_dragged_onto_an_empty_modality_leaves_its_own(slots: Slots) -> None:
    slots.assign("t1", "")
    t2 = volumes_of(slots)[3]
    slots.assign("t1", t2)
    assert volumes_of(slots)[1::2] == [t2, ""]


def test_choosing_an_image_switches_its_modality_on(slots: Slots) -> None:
    slots.use("t2", is_used=False)
    slots.assign("t2", volumes_of(slots)[3])
    assert "t2" in slots.used


def test_what_a_person_chose_stays_when_images_are_recognised_again(slots: Slots) -> None:
    flair, t1, *_ = volumes_of(slots)
    slots.assign("flair", t1)
    slots.recognise()
    assert volumes_of(slots)[:2] == [t1, flair]


def test_unknown_names_leave_a_sentence_and_no_guess(a_scene: vtkMRMLScene) -> None:
    add(a_scene, "one", "two")
    slots = Slots(a_scene)
    slots.recognise()
    assert slots.question.startswith("No volume looks like one of the four modalities")
    assert slots.used == ()


def test_two_images_of_one_modality_are_asked_about(a_scene: vtkMRMLScene) -> None:
    add(a_scene, "a_flair", "b_flair")
    slots = Slots(a_scene)
    slots.recognise()
    assert slots.question == "2 volumes look like FLAIR, 'a_flair' and 'b_flair': choose one of them."
    assert slots.used == ()


def test_t1ce_is_shown_first_and_else_whatever_there_is(slots: Slots) -> None:
    assert slots.first == volumes_of(slots)[2]
    slots.assign("t1ce", "")
    assert slots.first == volumes_of(slots)[0]
