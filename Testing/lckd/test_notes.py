"""Notes: what a user should know of the images before trusting a result."""

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.modality import Modality
from lckd.notes import Notes, collect_notes

SPACING_MM = 10.0


def an_image() -> sitk.Image:
    return sitk.Image([4, 4, 4], sitk.sitkFloat32)


def notes_of(image: sitk.Image, other: sitk.Image, *, voxels: int = 1400) -> dict[Modality, Notes]:
    volume = np.zeros((20, 20, 20), dtype=np.float32)
    volume.flat[:voxels] = 1.0
    images: dict[Modality, sitk.Image] = {"flair": image, "t2": other}
    return collect_notes(images, dict.fromkeys(images, volume), reference="flair", spacing_mm=SPACING_MM)


def test_nothing_is_noted_of_brains_on_one_grid() -> None:
    assert notes_of(an_image(), an_image()) == {"flair": Notes(), "t2": Notes()}


def test_a_modality_on_another_grid_is_noted() -> None:
    shifted = an_image()
    shifted.SetOrigin([0.0, 0.0, 1.0])
    notes = notes_of(an_image(), shifted)
    assert notes["flair"] == Notes()
    assert notes["t2"].sentences[0].startswith("T2 lies on another grid than FLAIR")
    assert not notes["t2"].is_doubted


@pytest.mark.parametrize(("voxels", "count"), [(1900, 0), (2100, 1)])
def test_a_head_with_its_skull_on_is_noted(voxels: int, count: int) -> None:
    notes = notes_of(an_image(), an_image(), voxels=voxels)
    assert [len(of_modality.sentences) for of_modality in notes.values()] == [count, count]
    assert all("2.1 litres" in note and "remove the skull" in note for note in notes["flair"].sentences)
    assert notes["flair"].is_doubted == bool(count)


def test_a_label_map_in_place_of_a_scan_is_noted() -> None:
    labels = sitk.GetImageFromArray(np.random.default_rng(0).integers(0, 4, (8, 8, 8), dtype=np.uint8))
    scan = sitk.GetImageFromArray(np.arange(512, dtype=np.float32).reshape(8, 8, 8))
    notes = notes_of(labels, scan)
    sentence = "FLAIR has only 4 different values, like a label map: check that it is the scan itself."
    assert notes["flair"] == Notes((sentence,), is_doubted=True)
    assert notes["t2"] == Notes()
