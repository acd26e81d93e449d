"""Cases of a cohort: what they are, and the synthetic ones; `lckd.patients` finds those on disk."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.images.read_write import write_atomically
from lckd.modality import MODALITIES
from lckd.patients.case import Case, Patient
from lckd_training.synthetic import synthesise

FIELD_OF_VIEW_MM = (155.0, 240.0, 240.0)
BRATS_ORIGIN_MM = (0.0, -239.0, 0.0)
"""Size (D, H, W) and origin (LPS) of a BraTS image, which synthetic patients share."""
SYNTHETIC_PREFIX = "BraTS20_Synthetic_"


@dataclass(frozen=True)
class SyntheticCase:
    """A synthetic patient, made when it is asked for.

    Attributes:
        seed: Seed of the patient.
        spacing_mm: Edge of a voxel.
    """

    seed: int
    spacing_mm: float = 1.0

    @property
    def name(self) -> str:
        """Name in the manner of BraTS 2020."""
        return f"{SYNTHETIC_PREFIX}{self.seed:07d}"

    def load(self) -> Patient:
        """Synthesise the patient; see `Case`."""
        depth, height, width = (round(edge / self.spacing_mm) for edge in FIELD_OF_VIEW_MM)
        patient = synthesise(self.seed, shape=(depth, height, width), spacing_mm=(self.spacing_mm,) * 3)
        images = [self._image(array) for array in patient.images.numpy()]
        return Patient(dict(zip(MODALITIES, images, strict=True)), self._image(patient.labels.numpy()))

    def _image(self, voxels: npt.NDArray[np.generic]) -> sitk.Image:
        image = sitk.GetImageFromArray(voxels)
        image.SetSpacing([self.spacing_mm] * 3)
        image.SetOrigin([edge + (self.spacing_mm - 1.0) / 2 for edge in BRATS_ORIGIN_MM])  # one head at any spacing
        return image


def is_synthetic(name: str) -> bool:
    """Whether a patient of this name is synthetic, made now or read from where `write_case` left it."""
    return name.startswith(SYNTHETIC_PREFIX)


def write_case(case: Case, folder: Path) -> Path:
    """Write a patient as NIfTI in the naming of BraTS 2020, label map included.

    Args:
        case: The patient.
        folder: Where the patient's own folder is made.

    Returns:
        The patient's folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    place = folder / case.name
    images, labels = case.load()
    for modality, image in images.items():
        write_atomically(image, place / f"{case.name}_{modality}.nii.gz")
    if labels is not None:
        write_atomically(labels, place / f"{case.name}_seg.nii.gz")
    return place
