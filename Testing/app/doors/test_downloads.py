"""What is taken away is what is in the scene: voxels, surfaces, record and figures."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from aiohttp import web
from slicer import vtkMRMLScene, vtkMRMLSubjectHierarchyNode, vtkSlicerSegmentationsModuleLogic

from lckd.region import BRATS
from lckd_app.doors.downloads import FORMATS, add_download_routes
from lckd_app.patient.files import Found
from lckd_app.patient.results import Current
from lckd_app.patient.scene import put
from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.result import put_result
from Testing.app.conftest import Answer, Ask

Get = Callable[..., Answer]

RECORD: dict[str, Any] = {
    "statement": "For research use only, not for clinical use.",
    "created": "2026-01-02T03:04:05+00:00",
    "inputs": {"flair": {"name": "flair"}},
    "subset": ["flair"],
    "reference": "flair",
    "weights": {"name": "base", "tensors_sha256": "0" * 64, "spacing_mm": 2.0},
    "software": {"lckd": "0.1.0"},
    "device": "cpu",
    "seconds": 1.0,
    "preprocessing_seconds": 0.0,
    "notes": ["A note: read it."],
    "measurements": {
        region: {"volume_cm3": 1.0, "diameter_mm": 2.0, "axial_diameters_mm": [2.0, 1.0], "bidimensional_mm2": 2.0}
        for region in ("ET", "TC", "WT")
    },
    "probable_dice": {region: {"mean": 0.905, "low": 0.8, "high": 1.0} for region in ("ET", "TC", "WT")},
    "expected_dice": {"cohort": "", "is_synthetic": False, "patients": 0, "regions": {}},
}


def an_image(voxels: np.ndarray[Any, Any]) -> sitk.Image:
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing((3.0, 3.0, 4.0))
    image.SetOrigin((-30.0, 12.5, 7.0))
    return image


@pytest.fixture(scope="module")
def labels() -> sitk.Image:
    """A nested tumour off the middle, so that no flip leaves it where it is: D, H, W = 16, 22, 20."""
    voxels = np.zeros((16, 22, 20), np.uint8)
    voxels[4:11, 5:14, 9:16] = BRATS.edema
    voxels[5:10, 7:12, 10:15] = BRATS.enhancing
    voxels[6:9, 8:11, 11:13] = BRATS.necrosis
    return an_image(voxels)


@pytest.fixture(scope="module")
def current(labels: sitk.Image) -> Iterator[Current]:
    """A result in a scene without an application."""
    scene, logic = vtkMRMLScene(), vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)  # brings what makes surfaces
    vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    grey = np.random.default_rng(1).uniform(50.0, 200.0, (16, 22, 20)).astype(np.float32)
    (volume,) = put(scene, [Found("flair", Path("flair.nii.gz"), an_image(grey))])
    job = Job({"flair": volume}, Path("weights"), "", "cpu")
    result = put_result(scene, Reply(job, labels, {}, RECORD), output=None, table=None, kind=SegmentKind.TISSUES)
    yield Current(result, {"flair": volume}, "FLAIR")
    scene.Clear()


@pytest.fixture
def get(ask: Ask, current: Current, tmp_path: Path) -> Iterator[Get]:
    """Ask for something; at the end nothing is left of it on the server."""
    shown: list[Current | None] = [current]

    def make() -> web.Application:
        app = web.Application()
        add_download_routes(app, tmp_path, lambda: shown[0])
        return app

    def download(name: str, *, of: Current | None = current) -> Answer:
        shown[0] = of
        return ask(make, f"/download/{name}")

    yield download
    assert list(tmp_path.iterdir()) == []


def saved(answer: Answer, folder: Path) -> sitk.Image:
    path = folder / re.findall(r"(\.\w+\.\w+)$", answer.headers["Content-Disposition"])[0]
    path.write_bytes(answer.body)
    image = sitk.ReadImage(str(path))
    path.unlink()
    return image


def test_label_map_has_the_voxels_and_the_place_of_the_result(get: Get, labels: sitk.Image, tmp_path: Path) -> None:
    image = saved(get("labels"), tmp_path)
    assert np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(labels))
    assert set(np.unique(sitk.GetArrayFromImage(image))) == {0, 1, 2, 4}
    assert np.allclose(image.GetOrigin(), labels.GetOrigin(), atol=1e-4)
    assert np.allclose(image.GetSpacing(), labels.GetSpacing(), atol=1e-5)


def test_segmentation_has_names_and_the_same_voxels(get: Get, labels: sitk.Image, tmp_path: Path) -> None:
    answer = get("segmentation")
    assert b"Segment0_Name:=ET" in answer.body[:4000]
    image = sitk.Resample(saved(answer, tmp_path), labels, sitk.Transform(), sitk.sitkNearestNeighbor)
    assert np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(labels))


def test_each_segment_has_a_surface(get: Get) -> None:
    with zipfile.ZipFile(io.BytesIO(get("surfaces").body)) as archive:
        assert archive.namelist() == ["ED.stl", "ET.stl", "NCR.stl"]
        assert all(archive.getinfo(name).file_size > 1000 for name in archive.namelist())


def test_record_and_figures_are_those_of_the_run(get: Get) -> None:
    assert json.loads(get("record").body) == RECORD
    figures = get("measurements").text.splitlines()[1]
    assert figures.startswith("FLAIR,1.0,2.0")
    assert figures.endswith(",0.91,0.91,0.91")


@pytest.mark.slow
def test_the_report_is_one_page(get: Get) -> None:
    answer = get("report")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.body.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", answer.body)) == 1


def test_files_are_named_after_the_patient_and_the_modalities(get: Get, current: Current) -> None:
    (volume,) = current.volumes.values()
    both = replace(current, volumes={"t2": volume, "flair": volume})
    named = [get(name, of=both).headers["Content-Disposition"] for name in ("record", "measurements")]
    assert named[0] == "attachment; filename*=UTF-8''flair%20tumour%20from%20FLAIR%2BT2.json"
    assert named[1] == "attachment; filename*=UTF-8''flair%20measurements.csv"


@pytest.mark.parametrize("name", FORMATS)
def test_without_a_result_there_is_a_sentence(get: Get, name: str) -> None:
    answer = get(name, of=None)
    assert (answer.status, answer.text) == (404, "There is no result yet: press Segment first.")


def test_what_nobody_foresaw_is_a_sentence_too(
    get: Get, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_shown: Current, _path: Path) -> None:
        raise zlib.error("inconsistent stream state")  # noqa: EM101 - as matplotlib on a full disk

    monkeypatch.setitem(FORMATS, "report", replace(FORMATS["report"], write=fail))
    answer = get("report")
    assert (answer.status, "The file could not be made (error)" in answer.text) == (500, True)
    assert "inconsistent stream state" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nothing", "..%2Fsecret", "labels%00"])
def test_there_is_nothing_else_to_take(get: Get, name: str) -> None:
    assert get(name).status == 404
