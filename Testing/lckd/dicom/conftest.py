"""A synthetic head, scanned in every plane, and the scanner that writes it as DICOM files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.modality import Modality
from lckd_training.cohorts.case import SyntheticCase
from Testing.lckd.dicom.scanner import FLAIR, T1, T2, Scanner

TILT = np.array([[0.98, -0.17, 0.1], [0.17, 0.985, 0.0], [-0.0985, 0.017, 0.995]])
DIRECTIONS: dict[str, npt.NDArray[Any]] = {
    "axial": np.eye(3),
    "coronal": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "sagittal": np.array([[0.0, 0, -1], [1, 0, 0], [0, -1, 0]]),
    "oblique": np.linalg.qr(TILT)[0] * np.sign(np.diag(np.linalg.qr(TILT)[1])),
}


@pytest.fixture(scope="session")
def a_synthetic_patient() -> dict[Modality, sitk.Image]:
    """Four modalities of a synthetic head, as a scanner counts: whole numbers from 0 on."""
    images = SyntheticCase(11, spacing_mm=6.0).load().images
    return {modality: sitk.RescaleIntensity(image, 0, 2000) for modality, image in images.items()}


@pytest.fixture(scope="session")
def scan(a_synthetic_patient: Mapping[Modality, sitk.Image]) -> Callable[..., sitk.Image]:
    """A maker of scans of the synthetic head: a modality, a named plane, voxels of a size."""

    def make(
        modality: Modality,
        plane: str = "axial",
        *,
        spacing_mm: tuple[float, float, float] = (8.0, 8.0, 8.0),
        slices: int | None = None,
    ) -> sitk.Image:
        head = a_synthetic_patient[modality]
        extents = np.abs(DIRECTIONS[plane]).T @ (np.array(head.GetSize()) * head.GetSpacing())
        size = [int(count) for count in np.ceil(extents / spacing_mm)]
        size[2] = slices or size[2]
        middle = head.TransformContinuousIndexToPhysicalPoint([(count - 1) / 2 for count in head.GetSize()])
        origin = middle - DIRECTIONS[plane] @ ((np.array(size) - 1) * spacing_mm / 2)
        scanned = sitk.Resample(
            head,
            size,
            sitk.Transform(),
            sitk.sitkLinear,
            origin.tolist(),
            spacing_mm,
            DIRECTIONS[plane].ravel().tolist(),
        )
        counted: sitk.Image = sitk.Cast(scanned, sitk.sitkUInt16)
        return counted

    return make


@pytest.fixture
def a_scanner(tmp_path: Path) -> Scanner:
    return Scanner(tmp_path / "disc")


@pytest.fixture
def make_scanner(tmp_path: Path) -> Callable[..., Scanner]:
    """A maker of scanners for more patients and studies in the same folder."""

    def make(name: str = "more", **common: Any) -> Scanner:  # noqa: ANN401 - DICOM's values are of many types
        return Scanner(tmp_path / "disc" / name, common)

    return make


@pytest.fixture(scope="session")
def a_disc(tmp_path_factory: pytest.TempPathFactory, scan: Callable[..., sitk.Image]) -> Path:
    """An ordinary study: the four modalities in 2-D, a localizer, diffusion and a subtraction; to be read only."""
    a_scanner = Scanner(tmp_path_factory.mktemp("disc"))
    a_scanner.series(scan("t1", "sagittal", slices=5), "3 PLANE LOC", **T1)
    a_scanner.series(scan("flair"), "AX T2 FLAIR", **FLAIR)
    a_scanner.series(scan("t1"), "AX T1", **T1)
    a_scanner.series(scan("t2"), "AX T2 FSE", **T2)
    a_scanner.series(scan("t2"), "AX DWI ASSET", **T2)
    a_scanner.series(scan("t2"), "ADC (10^-6 mm²/s)", **T2, ImageType=["DERIVED", "PRIMARY", "ADC"])
    a_scanner.series(scan("t1ce"), "AX T1 +C", **T1, ContrastBolusAgent="Gadovist")
    a_scanner.series(scan("t1ce"), "AX T1 SUB", **T1, ImageType=["DERIVED", "SECONDARY", "SUB"])
    return a_scanner.folder
