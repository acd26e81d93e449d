"""Cases of a cohort: folders in BraTS layout, and synthetic patients."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import same_grid
from lckd.images import read_image, write_atomically
from lckd.modality import MODALITIES, Modality
from lckd.region import BRATS, BRATS_2023, LabelConvention

SUFFIXES: dict[str, Modality] = {
    "_flair": "flair", "_t1": "t1", "_t1ce": "t1ce", "_t2": "t2",
    "-t2f": "flair", "-t1n": "t1", "-t1c": "t1ce", "-t2w": "t2",
}  # fmt: skip
"""How file names end (before `.nii` or `.nii.gz`) in BraTS 2018 to 2021, and in BraTS 2023."""

LABEL_SUFFIXES = ("_seg", "-seg")
IMAGE_ENDINGS = (".nii.gz", ".nii")
BRATS_2023_PREFIX = "BraTS-GLI-"


class Case(Protocol):
    """One patient: images of the modalities that exist, and perhaps a label map."""

    @property
    def name(self) -> str:
        """Name of the patient, unique in its cohort."""

    @property
    def convention(self) -> LabelConvention:
        """What the values of the label map mean."""

    def images(self) -> dict[Modality, sitk.Image]:
        """Return the present modalities, each in its own geometry.

        Raises:
            InputError: A file cannot be used.
        """

    def labels(self) -> sitk.Image | None:
        """Return the label map, or None.

        Raises:
            InputError: The file cannot be used or holds values that the convention does not know.
        """


@dataclass(frozen=True)
class FolderCase:
    """A patient on disk.

    Attributes:
        name: Name of the folder.
        image_paths: File of each present modality.
        label_path: File of the label map, or None.
        convention: Declared by the layout, never guessed from the values found.
    """

    name: str
    image_paths: Mapping[Modality, Path]
    label_path: Path | None
    convention: LabelConvention

    def images(self) -> dict[Modality, sitk.Image]:
        """Read the present modalities; see `Case`."""
        return {modality: read_image(path) for modality, path in self.image_paths.items()}

    def labels(self) -> sitk.Image | None:
        """Read the label map; see `Case`."""
        if self.label_path is None:
            return None
        labels = sitk.Cast(read_image(self.label_path, may_be_empty=True), sitk.sitkUInt8)
        found = set(np.unique(sitk.GetArrayViewFromImage(labels)).tolist())
        unknown = sorted(found - set(self.convention.values))
        if unknown:
            message = (
                f"The label map '{self.label_path}' holds the values {unknown}, which its data set does not use "
                f"({self.convention.values}): check the name of the folder, which declares the convention."
            )
            raise InputError(message)
        return labels


@dataclass(frozen=True)
class SyntheticCase:
    """A synthetic patient, made when it is asked for.

    Attributes:
        seed: Seed of the patient.
        spacing_mm: Edge of a voxel.
    """

    seed: int
    spacing_mm: float = 1.0
    convention: LabelConvention = BRATS

    @property
    def name(self) -> str:
        """Name in the manner of BraTS 2020."""
        return f"BraTS20_Synthetic_{self.seed:07d}"

    def images(self) -> dict[Modality, sitk.Image]:
        """Synthesise the four modalities; see `Case`."""
        return dict(zip(MODALITIES, self._all()[:-1], strict=True))

    def labels(self) -> sitk.Image:
        """Synthesise the label map; see `Case`."""
        return self._all()[-1]

    def images_and_labels(self) -> tuple[dict[Modality, sitk.Image], sitk.Image]:
        """Synthesise both at once."""
        *images, labels = self._all()
        return dict(zip(MODALITIES, images, strict=True)), labels

    def _all(self) -> list[sitk.Image]:
        from lckd_training.synthetic import synthesise  # noqa: PLC0415 - reading folders needs no synthesis

        shape = tuple(round(edge / self.spacing_mm) for edge in (155.0, 240.0, 240.0))
        patient = synthesise(self.seed, shape=shape, spacing_mm=(self.spacing_mm,) * 3)
        arrays = [*patient.images.numpy(), patient.labels.numpy()]
        return [self._image(array) for array in arrays]

    def _image(self, array: np.ndarray) -> sitk.Image:
        image = sitk.GetImageFromArray(array)
        image.SetSpacing([self.spacing_mm] * 3)
        image.SetOrigin([0.0, -239.0, 0.0])  # as in BraTS
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
    places = sorted({path.parent for path in folder.rglob("*.nii*") if _modality_of(path)})
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
    labels: sitk.Image | None
    if isinstance(case, SyntheticCase):
        images, labels = case.images_and_labels()
    else:
        images, labels = case.images(), case.labels()
    for modality, image in images.items():
        write_atomically(image, place / f"{case.name}_{modality}.nii.gz")
    if labels is not None:
        write_atomically(labels, place / f"{case.name}_seg.nii.gz")
    return place


def require_labels(case: Case, reference: sitk.Image) -> sitk.Image:
    """Return the label map of a case that must have one, on the grid of its images.

    Args:
        case: The patient.
        reference: An image of the patient.

    Returns:
        The label map.

    Raises:
        InputError: There is no label map, or it lies on another grid.
    """
    labels = case.labels()
    if labels is None:
        message = f"Patient '{case.name}' has no label map (NAME_seg.nii.gz): add it, or leave the patient out."
        raise InputError(message)
    if not same_grid(labels, reference):
        message = f"The label map of patient '{case.name}' lies on another grid than its images: resample it to them."
        raise InputError(message)
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
    for path in sorted(place.glob("*.nii*")):
        modality = _modality_of(path)
        if modality in images:
            message = f"Two files claim {modality} in '{place}': '{images[modality].name}' and '{path.name}'; keep one."
            raise InputError(message)
        if modality:
            images[modality] = path
        elif _is_label(path):
            label = path
    name = place.resolve().name
    convention = BRATS_2023 if name.startswith(BRATS_2023_PREFIX) else BRATS
    ordered = {modality: images[modality] for modality in MODALITIES if modality in images}
    return FolderCase(name, ordered, label, convention)


def _require_unique(names: list[str], folder: Path) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"Patients with the same name in '{folder}': {', '.join(twice)}; rename or remove one of each."
        raise InputError(message)
