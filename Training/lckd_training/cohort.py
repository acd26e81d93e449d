"""Cases of a cohort: folders in BraTS layout, and synthetic patients."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import same_grid
from lckd.images import read_image, write_atomically
from lckd.modality import MODALITIES, Modality
from lckd.region import BRATS, BRATS_2023, LabelConvention, labels_from_regions, regions_from_labels
from lckd_training.synthetic import synthesise

SUFFIXES: dict[str, Modality] = {
    "_flair": "flair", "_t1": "t1", "_t1ce": "t1ce", "_t2": "t2",
    "-t2f": "flair", "-t1n": "t1", "-t1c": "t1ce", "-t2w": "t2",
}  # fmt: skip
"""How file names end (before `.nii` or `.nii.gz`) in BraTS 2018 to 2021, and in BraTS 2023."""

LABEL_SUFFIXES = ("_seg", "-seg")
IMAGE_ENDINGS = (".nii.gz", ".nii")
BRATS_2023_PREFIX = "BraTS-GLI-"

FIELD_OF_VIEW_MM = (155.0, 240.0, 240.0)
BRATS_ORIGIN_MM = (0.0, -239.0, 0.0)
"""Size (D, H, W) and origin (LPS) of a BraTS image, which synthetic patients share."""


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
        return f"BraTS20_Synthetic_{self.seed:07d}"

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
