"""Patients on disk in the layout of BraTS, 2018 to 2023."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import same_grid
from lckd.images import read_image
from lckd.modality import MODALITIES, Modality
from lckd.region import BRATS, BRATS_2023, LabelConvention, labels_from_regions, regions_from_labels
from lckd_training.cohort import Patient

SUFFIXES: dict[str, Modality] = {
    "_flair": "flair", "_t1": "t1", "_t1ce": "t1ce", "_t2": "t2",
    "-t2f": "flair", "-t1n": "t1", "-t1c": "t1ce", "-t2w": "t2",
}  # fmt: skip
"""How file names end (before `.nii` or `.nii.gz`) in BraTS 2018 to 2021, and in BraTS 2023."""

LABEL_SUFFIXES = ("_seg", "-seg")
IMAGE_ENDINGS = (".nii.gz", ".nii")
BRATS_2023_PREFIX = "BraTS-GLI-"


@dataclass(frozen=True)
class FolderCase:
    """A patient on disk.

    Attributes:
        name: Name of the folder.
        image_paths: File of each present modality.
        label_path: File of the label map, or None.
        convention: Declared by the layout, never guessed from the values found.
        ignored: Names of images in the folder that the layout does not know.
    """

    name: str
    image_paths: Mapping[Modality, Path]
    label_path: Path | None
    convention: LabelConvention
    ignored: tuple[str, ...] = ()

    def load(self) -> Patient:
        """Read the patient; see `Case`."""
        images = {modality: read_image(path) for modality, path in self.image_paths.items()}
        if self.label_path is None:
            return Patient(images, None)
        return Patient(images, _read_labels(self.label_path, self.convention, reference=next(iter(images.values()))))


def find_cases(folder: Path) -> list[FolderCase]:
    """Find the patients below a folder in the layout of BraTS 2018 to 2023.

    A folder that holds images is one patient; a file that is missing is a missing modality.

    Args:
        folder: A cohort, or a single patient.

    Returns:
        Patients by name.

    Raises:
        InputError: There is no such folder, or no patient in it.
    """
    if not folder.is_dir():
        message = f"There is no folder '{folder}': give the folder of a patient or of a cohort in BraTS layout."
        raise InputError(message)
    places = sorted(
        Path(place)
        for place, _, names in os.walk(folder, followlinks=True)
        if any(_modality_of(Path(name)) for name in names if not name.startswith("."))
    )
    if not places:
        message = (
            f"No patient in '{folder}': expected files named like NAME_flair.nii.gz, NAME_t1.nii.gz, NAME_t1ce.nii.gz, "
            "NAME_t2.nii.gz (BraTS 2018 to 2021) or NAME-t2f.nii.gz, NAME-t1n.nii.gz, NAME-t1c.nii.gz, NAME-t2w.nii.gz "
            "(BraTS 2023)."
        )
        raise InputError(message)
    cases = [_case_of(place) for place in places]
    _require_unique([case.name for case in cases], folder)
    return cases


def _read_labels(path: Path, convention: LabelConvention, *, reference: sitk.Image) -> sitk.Image:
    """Read a label map and bring its values to `lckd.region.BRATS`.

    Raises:
        InputError: The file cannot be used, its grid is not that of the images, or a value is not in the convention.
    """
    image = read_image(path, may_be_empty=True)
    if not same_grid(image, reference):
        message = f"The label map '{path}' lies on another grid than the images beside it: resample it to them."
        raise InputError(message)
    values = sitk.GetArrayViewFromImage(image)
    unknown = sorted(set(np.unique(values).tolist()) - set(convention.values))
    if unknown:
        message = (
            f"The label map '{path}' holds the values {unknown}, but its data set uses {convention.values}: "
            "check the name of its folder, which declares the convention."
        )
        raise InputError(message)
    labels = sitk.GetImageFromArray(labels_from_regions(regions_from_labels(values, convention)))
    labels.CopyInformation(image)
    return labels


def _stem(path: Path) -> str | None:
    for ending in IMAGE_ENDINGS:
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return None


def _modality_of(path: Path) -> Modality | None:
    stem = _stem(path) or ""
    return next((modality for suffix, modality in SUFFIXES.items() if stem.lower().endswith(suffix)), None)


def _is_label(path: Path) -> bool:
    return (_stem(path) or "").lower().endswith(LABEL_SUFFIXES)


def _case_of(place: Path) -> FolderCase:
    images: dict[Modality, Path] = {}
    label: Path | None = None
    ignored: list[str] = []
    for path in sorted(place.glob("[!.]*.nii*")):  # macOS leaves hidden companions of files
        modality = _modality_of(path)
        if modality in images:
            message = f"Two files claim {modality} in '{place}': '{images[modality].name}' and '{path.name}'; keep one."
            raise InputError(message)
        if modality:
            images[modality] = path
        elif _is_label(path):
            if label:
                message = f"Two label maps in '{place}': '{label.name}' and '{path.name}'; keep one."
                raise InputError(message)
            label = path
        else:
            ignored.append(path.name)
    name = place.resolve().name
    convention = BRATS_2023 if name.startswith(BRATS_2023_PREFIX) else BRATS
    ordered = {modality: images[modality] for modality in MODALITIES if modality in images}
    return FolderCase(name, ordered, label, convention, tuple(ignored))


def _require_unique(names: list[str], folder: Path) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"Patients with the same name in '{folder}': {', '.join(twice)}; rename or remove one of each."
        raise InputError(message)
