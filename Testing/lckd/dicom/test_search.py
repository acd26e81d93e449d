"""What a folder of DICOM files is taken for."""

from collections.abc import Callable
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.dicom import find_studies
from lckd.dicom.study import Study


@pytest.fixture
def the_study(a_disc: Path) -> Study:
    (study,) = find_studies(a_disc)
    return study


def test_an_ordinary_study_gives_its_four_modalities(the_study: Study) -> None:
    for line in the_study.describe(): print(line)
    chosen = {modality: choice.volume.stack.name for modality, choice in the_study.choices.items()}
    assert chosen == {
        "flair": "series 2 'AX T2 FLAIR'", "t1": "series 3 'AX T1'",
        "t1ce": "series 7 'AX T1 +C'", "t2": "series 4 'AX T2 FSE'",
    }  # fmt: skip


def test_load(the_study: Study, scan, assert_same_grid) -> None:
    import numpy as np
    images = the_study.load().images
    for m, im in images.items():
        assert_same_grid(im, scan(m))
        assert np.array_equal(sitk.GetArrayFromImage(im), sitk.GetArrayFromImage(scan(m)))
