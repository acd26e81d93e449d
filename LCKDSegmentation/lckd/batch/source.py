"""Where the patients of a batch come from: a folder in any known layout or of DICOM, or a manifest.

Label maps are ignored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import SimpleITK as sitk

from lckd.dicom import find_studies
from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, Modality, Subset
from lckd.origin import Origin, origin_of
from lckd.patients.case import Case, UnusableCase
from lckd.patients.find import LAYOUTS, search_cases
from lckd.patients.folder_case import FolderCase
from lckd.patients.manifest import is_manifest, read_rows

if TYPE_CHECKING:
    from lckd.dicom.study import Study


@dataclass(frozen=True)
class BatchPatient:
    """A patient of a batch.

    Attributes:
        name: Name of the patient.
        files: What the images are read from, by modality: when it changes, the patient is segmented anew.
        case: Reads the images when they are needed.
        study: The DICOM study that the images come from, or None.
    """

    name: str
    files: Mapping[Modality, tuple[Path, ...]]
    case: Case
    study: "Study | None" = None

    @property
    def names(self) -> dict[Modality, str]:
        """What to call each image in a sentence and in the record."""
        return self.study.names if self.study else {modality: str(paths[0]) for modality, paths in self.files.items()}

    def read(self) -> "tuple[BatchPatient, dict[Modality, sitk.Image]]":
        """Read the images, and give the patient as they are, since a study may have been read without what is damaged.

        Raises:
            InputError: They cannot be used.
        """
        if self.study is None:
            return self, self.case.load().images
        study, images = self.study.read()
        return replace(self, study=study), images

    def origin(self, images: Mapping[Modality, sitk.Image]) -> Origin:
        """Describe for a record where images of this patient come from."""
        return self.study.origin(images) if self.study else origin_of(images, self.names)


def find_patients(root: Path, *, modalities: Subset) -> list[BatchPatient]:
    """Find the patients of a batch; one who cannot be used is among them, and says so when it is loaded.

    Args:
        root: A folder in any layout that `lckd.patients` knows, or of DICOM files, or a manifest.
        modalities: Modalities that may be used.

    Returns:
        Patients by name; names may repeat.

    Raises:
        InputError: There is no such folder or manifest, or no patient in it.
    """
    if not root.exists():
        message = f"There is neither a folder nor a manifest '{root}': give one that holds or names patients."
        raise InputError(message)
    patients = [_patient_of(case, modalities) for case in _cases_of(root)] or _studies_of(root, modalities)
    return sorted(patients, key=lambda patient: patient.name)


def _cases_of(root: Path) -> list[FolderCase | UnusableCase]:
    if is_manifest(root):
        return read_rows(root, with_labels=False)
    return list(search_cases(root, with_labels=False))


def _patient_of(case: FolderCase | UnusableCase, modalities: Subset) -> BatchPatient:
    if isinstance(case, UnusableCase):
        return BatchPatient(case.name, {}, case)
    chosen = {modality: path for modality, path in case.image_paths.items() if modality in modalities}
    if not chosen:
        return BatchPatient(case.name, {}, UnusableCase(case.name, _say_none(case.image_paths, modalities)))
    files = {modality: (path.absolute(),) for modality, path in chosen.items()}
    images = case.image_paths if case.channels else chosen  # one file of all modalities is read whole
    absolute = {modality: path.absolute() for modality, path in images.items()}
    return BatchPatient(case.name, files, replace(case, image_paths=absolute, label_path=None))


def _studies_of(root: Path, modalities: Subset) -> list[BatchPatient]:
    """Find the studies of a folder of DICOM files.

    Raises:
        InputError: There is none.
    """
    missing = f"No patient in '{root}': expected files named like {LAYOUTS}; or give a manifest, or DICOM."
    if not root.is_dir():
        raise InputError(missing)
    try:
        studies = find_studies(root)
    except InputError as error:
        message = f"{missing} {error}"
        raise InputError(message) from error
    return [_patient_of_study(study, modalities) for study in studies]


def _patient_of_study(study: "Study", modalities: Subset) -> BatchPatient:
    used = study.restricted_to(modalities)
    if study.choices and not used.choices:
        return BatchPatient(study.name, {}, UnusableCase(study.name, _say_none(study.choices, modalities)))
    files = {modality: tuple(path.absolute() for path in used.files(modality)) for modality in used.choices}
    return BatchPatient(study.name, files, used, study=used)


def _say_none(present: Iterable[Modality], modalities: Subset) -> str:
    has, wanted = (", ".join(DISPLAY_NAMES[modality] for modality in names) for names in (present, modalities))
    return f"There is only {has or 'nothing'}, and {wanted} may be used: allow more modalities."
