"""Finding the patients of a folder, whatever the layout."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from lckd.errors import InputError
from lckd.patients import bids, msd
from lckd.patients import folder as per_patient
from lckd.patients.case import UnusableCase
from lckd.patients.folder_case import FolderCase, require_usable
from lckd.patients.problems import repeated
from lckd.region import LabelConvention

LAYOUTS = (
    "NAME_flair.nii.gz, NAME_t1.nii.gz, NAME_t1ce.nii.gz, NAME_t2.nii.gz (BraTS 2018 to 2021), NAME-t2f.nii.gz, "
    "NAME-t1n.nii.gz, NAME-t1c.nii.gz, NAME-t2w.nii.gz (BraTS 2023 and 2024), NAME_FLAIR, NAME_T1, NAME_T1c or "
    "NAME_T1GD, NAME_T2 (UCSF-PDGM, UPenn-GBM), dataset.json with imagesTr (Decathlon), or sub-NAME/anat (BIDS)"
)


def find_cases(folder: Path, *, labels: LabelConvention | None = None) -> list[FolderCase]:
    """Find the patients below a folder, in any layout that this package knows, or several.

    A file that is missing is a missing modality.

    Args:
        folder: A cohort, or a single patient.
        labels: What label values mean where the layout does not declare it.

    Returns:
        Patients by name.

    Raises:
        InputError: There is no such folder, no patient in it, two of one name, or one whose files are ambiguous.
    """
    if not folder.is_dir():
        message = f"There is no folder '{folder}': give the folder of a patient or of a cohort."
        raise InputError(message)
    cases = require_usable(search_cases(folder, labels=labels), what="in the folder cannot be told apart")
    if not cases:
        message = f"No patient in '{folder}': expected files named like {LAYOUTS}; or give a manifest."
        raise InputError(message)
    _require_unique([case.name for case in cases], folder)
    return sorted(cases, key=lambda case: case.name)


def search_cases(
    folder: Path, *, labels: LabelConvention | None = None, with_labels: bool = True
) -> Iterator[FolderCase | UnusableCase]:
    """Search a folder for patients; one who cannot be used is no reason to stop.

    Args:
        folder: See `find_cases`.
        labels: See `find_cases`.
        with_labels: Whether to look for label maps.

    Yields:
        Patients in the order of their places; names may repeat.
    """
    for layout, place in _places(folder):
        if layout is None:
            yield UnusableCase(place.name, _loop_sentence(place))
            continue
        try:
            cases = layout.read(place, with_labels=with_labels)
        except InputError as error:
            yield UnusableCase(layout.name_of(place), str(error))
            continue
        yield from (replace(case, convention=case.convention or labels) for case in cases)


def _places(folder: Path) -> Iterator[tuple[ModuleType | None, Path]]:
    """Walk a folder, through links too.

    Yields:
        Each place that holds patients, with the module that reads them; None for a link that leads back to a folder
        that holds it, below which every patient would be found again and again.
    """
    for where, folders, names in os.walk(folder, followlinks=True):
        place = Path(where)
        if _leads_back(place):
            folders.clear()
            yield None, place
            continue
        folders.sort()
        for layout in (msd, bids, per_patient):
            if layout.claims(place, names):
                yield layout, place
                break
        if any(name.startswith(bids.SUBJECT) for name in folders):
            folders[:] = [name for name in folders if name not in bids.NO_RAW_DATA]


def _leads_back(place: Path) -> bool:
    return place.is_symlink() and place.resolve() in {above.resolve() for above in place.absolute().parents}


def _loop_sentence(place: Path) -> str:
    return f"The link '{place}' leads back to '{place.resolve()}', which holds it: remove the link."


def _require_unique(names: list[str], folder: Path) -> None:
    """Refuse patients of one name.

    Raises:
        InputError: There are such.
    """
    twice = sorted(repeated(names))
    if twice:
        message = f"Patients with the same name in '{folder}': {', '.join(twice)}; rename or remove one of each."
        raise InputError(message)
