"""What a patient is to those who read it: a name, and images when they are asked for."""

from typing import NamedTuple, Protocol

import SimpleITK as sitk

from lckd.errors import InputError
from lckd.modality import Modality


class Patient(NamedTuple):
    """What a case holds, read.

    Attributes:
        images: The present modalities, each in its own geometry.
        labels: Label map with the values of `lckd.region.BRATS` on the grid of the first image, or None.
    """

    images: dict[Modality, sitk.Image]
    labels: sitk.Image | None


class Case(Protocol):
    """One patient that can be read when it is needed."""

    @property
    def name(self) -> str:
        """Name of the patient, unique in its cohort."""

    def load(self) -> Patient:
        """Read or make the patient.

        Raises:
            InputError: A file cannot be used, or the label map does not fit; the sentence names it.
        """


def load_labelled(case: Case) -> tuple[dict[Modality, sitk.Image], sitk.Image]:
    """Read a patient that must have a label map.

    Args:
        case: The patient.

    Returns:
        Images and label map, as in `Patient`.

    Raises:
        InputError: There is no label map, or a file cannot be used.
    """
    images, labels = case.load()
    if labels is None:
        message = f"Patient '{case.name}' has no label map (NAME_seg.nii.gz): add it, or leave the patient out."
        raise InputError(message)
    return images, labels
