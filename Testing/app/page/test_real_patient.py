"""The page with a patient whom nobody made up: run where one is at hand.

``LCKD_PATIENT=FOLDER python -m pytest Testing/app/page/test_real_patient.py``, with the folder of a patient whom the
weights have not seen, in a BraTS layout and with its label map.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from playwright.sync_api import Browser

from lckd.cli import build_parser, run_command
from lckd.modality import MODALITIES
from lckd.patients.find import find_cases
from Testing.app.browser import SLICES, SPACE, Person, coloured, differ, download, is_drawn, somebody
from Testing.app.serving import Served, serving, until

VARIABLE = "LCKD_PATIENT"
FOLDER = os.environ.get(VARIABLE, "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason=f"needs a real patient: set {VARIABLE} to a folder"),
]

LEAST_DICE = 0.7
"""Of WT from all four; the worst of the test split has more."""


@pytest.fixture(scope="module")
def the_patient_served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("real"), FOLDER) as served:
        yield served


@pytest.fixture
def doctor(a_browser: Browser, the_patient_served: Served) -> Iterator[Person]:
    with somebody(a_browser, the_patient_served) as person:
        yield person


def test_all_is_seen_and_recognised(doctor: Person) -> None:
    assert all(is_drawn(doctor.view(name)) for name in SLICES)
    assert [doctor.find(f"badge-{name}").inner_text()[0] for name in MODALITIES] == ["✓"] * 4
    head = doctor.still(SPACE)
    doctor.segment()
    until(lambda: coloured(doctor.view("red")) > 100, what="outlines")
    until(lambda: differ(head, doctor.view(SPACE)), what="surfaces")
    assert "Found: ET" in doctor.status()


def test_the_result_is_that_of_the_command_and_near_the_truth(doctor: Person, tmp_path: Path) -> None:
    doctor.segment()
    page = sitk.GetArrayFromImage(sitk.ReadImage(str(download(doctor, "labels", tmp_path / "page.nii.gz"))))
    (case,) = find_cases(Path(FOLDER))
    images = [word for name, path in case.image_paths.items() for word in (f"--{name}", str(path))]
    assert run_command(build_parser(), ["segment", *images, "-o", str(tmp_path / "command.nii.gz")]) == 0
    assert np.array_equal(page, sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "command.nii.gz"))))
    truth = sitk.GetArrayFromImage(case.read_labels()) > 0
    assert 2 * ((page > 0) & truth).sum() / ((page > 0).sum() + truth.sum()) > LEAST_DICE


def test_every_modality_alone_and_live_gives_a_result(doctor: Person) -> None:
    doctor.segment()
    before = doctor.view("red")
    doctor.find("live").locator("input").check()
    for modality in ("t1", "t1ce", "t2"):
        doctor.click(f"use-{modality}")
    until(lambda: doctor.titles()[-1] == "FLAIR", seconds=60.0, what="FLAIR alone")
    until(lambda: differ(before, doctor.view("red")), what="its outline")
    doctor.click("tab-segment")
    doctor.find("live").locator("input").uncheck()
    for alone in ("t1", "t1ce", "t2"):
        doctor.segment(*(name for name in MODALITIES if name != alone))
    assert {"FLAIR", "T1", "T1ce", "T2"} <= set(doctor.titles())


def test_uncertainty_comparison_and_report(doctor: Person, tmp_path: Path) -> None:
    doctor.segment()
    doctor.click("uncertainty")
    until(lambda: "1 bit" in doctor.find("legend").inner_text(), seconds=60.0, what="the map")
    doctor.click("uncertainty")
    doctor.segment("t1ce")
    first, second = doctor.titles()[0], doctor.titles()[-1]
    doctor.find("compare-first").select_option(first)
    doctor.find("compare-second").select_option(second)
    assert "Dice between the two" in doctor.find("agreement").inner_text()
    assert download(doctor, "report", tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
