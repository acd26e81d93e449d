"""The synthetic patients that everything is measured on, as files."""

from pathlib import Path

import SimpleITK as sitk

from lckd.images.read_write import read_image
from lckd.modality import MODALITIES, Modality, Subset
from lckd.parallel import in_parallel
from lckd_training.cohorts.case import SyntheticCase, write_case
from Testing.benchmarks.options import Options

BRATS_MM = 1.0
"""At this spacing a patient has the 240 x 240 x 155 voxels of BraTS."""


def patient_folder(options: Options, *, number: int = 0, spacing_mm: float = BRATS_MM) -> Path:
    """Make a patient, unless it is there already.

    Args:
        options: Of this run.
        number: Which patient.
        spacing_mm: Edge of a voxel.

    Returns:
        The folder with its files.
    """
    case = SyntheticCase(options.seed + number, spacing_mm=spacing_mm)
    place = options.folder / f"patients-{spacing_mm}mm"
    return place / case.name if (place / case.name).exists() else write_case(case, place)


def files_of(folder: Path, subset: Subset = MODALITIES) -> dict[Modality, Path]:
    """Give the files of some modalities of a patient."""
    return {modality: folder / f"{folder.name}_{modality}.nii.gz" for modality in subset}


def read_patient(folder: Path, subset: Subset = MODALITIES) -> dict[Modality, sitk.Image]:
    """Read some modalities of a patient, as the command does."""
    files = files_of(folder, subset)
    return dict(zip(files, in_parallel(read_image, files.values()), strict=True))
