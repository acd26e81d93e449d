"""Images: how they are read, and how they come into the scene."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import slicer.util
from slicer import vtkMRMLScene

from lckd.errors import InputError
from lckd_app.files import Found, put, read, stem_of

WriteVolume = Callable[[Path, list[int]], Path]
VALUES = list(range(60))


@pytest.mark.parametrize(("name", "stem"), [("a.nii.gz", "a"), ("a.b.nrrd", "a.b"), ("A.NII", "A"), (".nii", ".nii")])
def test_the_ending_of_a_format_is_no_part_of_the_name(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "flair.nrrd").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"flair\.nrrd"):
        read([tmp_path / "flair.nrrd"])


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
