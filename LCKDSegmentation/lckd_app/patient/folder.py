"""Whose images lie in a folder: those of one patient, in a known layout, in files, or as DICOM."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.errors import InputError
from lckd.origin import Origin
from lckd.series.patient_tags import PatientTags
from lckd_app.patient.files import ENDINGS, Found, read, stem_of
from LCKDSegmentationLib.sample import SAMPLE_FOLDER

if TYPE_CHECKING:
    from lckd.dicom.choice import Choice
    from lckd.dicom.study import Study

LABEL_MAP_ENDINGS = ("_seg", "-seg", "_label", "-label", "_mask", "-mask", ".seg")

MOST_IMAGES = 16
"""More images than this lie in no folder of one patient that was prepared for segmentation."""

MOST_TOLD = 8
"""Images that are named, of those that were left out."""

DICOM_LEFT_OUT = "Left out: the DICOM files, since other images lie in the folder: give that of DICOM alone."


@dataclass(frozen=True)
class Contents:
    """What a folder holds.

    Attributes:
        name: What to call the patient.
        found: The images.
        left_out: Sentences about what was not taken.
        whose: What a study says of its patient; never shown or kept.
        origin: What a record tells of a study.
    """

    name: str
    found: list[Found]
    left_out: tuple[str, ...] = ()
    whose: PatientTags = field(default=PatientTags(), repr=False)
    origin: Origin = field(default_factory=lambda: Origin({}))


def sample_folder() -> Path:
    """Give the folder of the synthetic patient; an installed package carries it within itself."""
    installed = Path(__file__).parents[1] / "sample"
    return installed if installed.is_dir() else SAMPLE_FOLDER


def read_folder(folder: Path) -> Contents:
    """Read the images of one patient.

    Args:
        folder: Of a patient in any layout of `lckd.patients`, or one in which images simply lie, or one with a study as
            DICOM files, however deep.

    Raises:
        InputError: There is no such folder, no image in it, more than one patient, or an image that cannot be used.
    """
    if not folder.is_dir():
        what = f"'{folder}' is a file" if folder.exists() else f"There is no folder '{folder}'"
        message = f"{what}: give the folder of one patient."
        raise InputError(message)
    paths, plain = _images_by_layout(folder), _plain_images(folder)
    if not paths and not plain and _has_dicom(folder):
        return _read_study(folder)
    _require_one_patient(paths or plain, folder)
    others = [path.name for path in plain if path not in paths] if paths else []
    told = (*_about_others(others), *_about_label_maps(folder), *_about_dicom(folder))
    return Contents(folder.resolve().name, read(paths or plain), told)


def _require_one_patient(paths: list[Path], folder: Path) -> None:
    """Refuse no image, and too many.

    Raises:
        InputError: It is so.
    """
    if not paths:
        message = f"There is no image in '{folder}': give a folder that holds files such as flair.nii.gz, or DICOM."
        raise InputError(message)
    if len(paths) > MOST_IMAGES:
        message = f"There are {len(paths)} images in '{folder}': give the folder of one patient."
        raise InputError(message)


def _images_by_layout(folder: Path) -> list[Path]:
    """List the files of the only patient in a layout that is known; empty where none is.

    Raises:
        InputError: There are several patients.
    """
    from lckd.patients.find import search_cases
    from lckd.patients.folder_case import FolderCase

    cases = [case for case in search_cases(folder, with_labels=False) if isinstance(case, FolderCase)]
    if len(cases) > 1:
        raise InputError(_several("patients", [case.name for case in cases], folder))
    return [path for case in cases if not case.channels for path in case.image_paths.values()]


def _several(what: str, names: list[str], folder: Path) -> str:
    """Say that a folder holds more than one patient or study."""
    some = ", ".join(sorted(names)[:3])
    return f"There are {len(names)} {what} in '{folder}' ({some}, ...): give the folder of one of them."


def _plain_images(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if not is_label_map(stem_of(path))]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS) and path.is_file())


def is_label_map(name: str) -> bool:
    """Tell from its name whether an image is a label map."""
    return name.lower().endswith(LABEL_MAP_ENDINGS)


def _about_others(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"Left out: '{name}', whose name tells none of the four modalities." for name in names)[:MOST_TOLD]


def _about_label_maps(folder: Path) -> tuple[str, ...]:
    names = [path.name for path in _files(folder) if is_label_map(stem_of(path))]
    return tuple(about_label_map(name) for name in names)[:MOST_TOLD]


def about_label_map(name: str) -> str:
    """Say that a label map was not taken for an image."""
    return f"Left out: '{name}', a label map by its name."


def _about_dicom(folder: Path) -> tuple[str, ...]:
    """Say that a study beside other images was not taken; too many files to look at are no reason to refuse those."""
    with suppress(InputError):
        return (DICOM_LEFT_OUT,) if _has_dicom(folder) else ()
    return ()


def _has_dicom(folder: Path) -> bool:
    from lckd.dicom.files import files_below, looks_like_dicom

    return any(looks_like_dicom(path) for path in files_below(folder))


def _read_study(folder: Path) -> Contents:
    """Read the only study in a folder that can be used.

    Raises:
        InputError: There is none, or several, or the package that reads DICOM is not installed.
    """
    from lckd.dicom import find_studies

    study, images = _only(find_studies(folder), folder).read()
    found = [
        Found(_name_of(choice), folder / f"{modality}.dcm", images[modality], modality, choice.reason)
        for modality, choice in study.choices.items()
    ]
    refused = [f"Left out: {refusal.name}: {refusal.reason}" for refusal in study.refused]
    told = (*study.notes, *refused[:MOST_TOLD])
    return Contents(_title(study), found, told, study.patient, study.provenance)


def _name_of(choice: "Choice") -> str:
    """Call a series as Slicer does: by its number and its description."""
    texts = choice.volume.stack.head.texts
    parts = (texts["SeriesNumber"], texts["SeriesDescription"] or texts["ProtocolName"])
    return ": ".join(part for part in parts if part) or choice.volume.stack.name


def _only(studies: "list[Study]", folder: Path) -> "Study":
    """Give the only study that can be used.

    Raises:
        InputError: There are several.
    """
    usable = [study for study in studies if study.choices] or studies
    if len(usable) > 1:
        raise InputError(_several("studies", [_title(study) for study in usable], folder))
    return usable[0]


def _title(study: "Study") -> str:
    """Name a study by its day: a name or number of the patient is not shown."""
    day = study.date
    return f"study of {day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == len("YYYYMMDD") else "study without a date"
