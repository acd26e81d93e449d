"""Measurements of a label map."""

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.measure import describe_volumes, volumes_cm3


def a_label_map() -> sitk.Image:
    labels = np.zeros((10, 10, 10), dtype=np.uint8)
    labels[0, 0, :4] = [1, 2, 2, 4]
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing([10.0, 10.0, 5.0])
    return image


def test_volumes_are_those_of_the_nested_regions_in_cm3() -> None:
    assert volumes_cm3(a_label_map()) == pytest.approx({"ET": 0.5, "TC": 1.0, "WT": 2.0})


def test_what_was_found_is_said_in_a_sentence() -> None:
    assert describe_volumes(volumes_cm3(a_label_map())) == "Found: ET 0.5 cm³, TC 1.0 cm³, WT 2.0 cm³."
    assert describe_volumes({"ET": 0.0, "TC": 0.0, "WT": 0.0}) == "No tumour was found."
