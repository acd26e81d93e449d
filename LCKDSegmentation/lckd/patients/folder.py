"""One folder per patient, with a file per modality: BraTS 2018 to 2024, UCSF-PDGM, UPenn-GBM."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from lckd.modality import Modality
from lckd.patients.files import in_order, is_image, only_one, stem_of
from lckd.patients.folder_case import FolderCase
from lckd.region import BRATS, BRATS_2023, BRATS_2024, LabelConvention

SUFFIXES: dict[str, Modality] = {
    "_flair": "flair", "_t1": "t1", "_t1ce": "t1ce", "_t2": "t2",
    "-t2f": "flair", "-t1n": "t1", "-t1c": "t1ce", "-t2w": "t2",
    "_t1c": "t1ce", "_t1gd": "t1ce",
}  # fmt: skip
"""How names end, in any case of letters: BraTS 2018 to 2021, BraTS 2023 and 2024, UCSF-PDGM and UPenn-GBM."""

BIAS_CORRECTED = "_bias"
"""UCSF-PDGM has each image twice; the one without its bias field is taken."""

LABEL_SUFFIXES = ("_seg", "-seg", "_tumor_segmentation")

UPENN_IMAGES, UPENN_LABELS, UPENN_LABEL_SUFFIX = "images_structural", "images_segm", "_segm"
UCSF_FOLDER_SUFFIX = "_nifti"

CONVENTIONS_BY_NAME: tuple[tuple[str, LabelConvention], ...] = (
    (r"brats-gli-\d+-1\d\d", BRATS_2024),
    (r"brats-gli-.*", BRATS_2023),
    (r"ucsf-pdgm-.*", BRATS),
    (r"upenn-gbm-.*", BRATS),
)
"""Names of cases that declare the label values; time points from 100 on are those after treatment."""

NAMING_OF_BRATS_2018 = {"_flair", "_t1", "_t1ce", "_t2"}
"""File names that declare the label values of BraTS 2018 to 2021, whatever the case is called."""


def claims(_: Path, names: Iterable[str]) -> bool:
    """Tell whether a folder with files of these names is a patient."""
    return any(is_image(name) and _suffix_of(Path(name)) for name in names)


def read(place: Path) -> list[FolderCase]:
    """Describe the patient of a folder; a file that is missing is a missing modality.

    Args:
        place: Folder for which `claims` is true.

    Raises:
        InputError: Two files claim one modality or to be the label map.
    """
    paths = sorted(path for path in place.iterdir() if is_image(path.name))
    claims = {path: suffix for path in paths if (suffix := _suffix_of(path))}
    modalities = {SUFFIXES[suffix] for suffix in claims.values()}
    images = {modality: _choose(modality, claims) for modality in modalities}
    labels = [path for path in paths if stem_of(path).lower().endswith(LABEL_SUFFIXES)]
    known = {*claims, *labels}
    name = place.resolve().name.removesuffix(UCSF_FOLDER_SUFFIX)
    case = FolderCase(
        name=name,
        image_paths=in_order(images),
        label_path=only_one(labels, what="label maps") or _label_of_upenn(place, name),
        convention=_convention(name, set(claims.values())),
        ignored=tuple(path.name for path in paths if path not in known),
    )
    return [case]


def _suffix_of(path: Path) -> str | None:
    stem = stem_of(path).lower().removesuffix(BIAS_CORRECTED)
    return next((suffix for suffix in SUFFIXES if stem.endswith(suffix)), None)


def _choose(modality: Modality, claims: dict[Path, str]) -> Path:
    """Choose the file of a modality, which some file claims.

    Raises:
        InputError: Several files claim it.
    """
    mine: Sequence[Path] = [path for path, suffix in claims.items() if SUFFIXES[suffix] == modality]
    corrected = [path for path in mine if stem_of(path).lower().endswith(BIAS_CORRECTED)]
    chosen = only_one(corrected or mine, what=f"files claim {modality}")
    return chosen or mine[0]


def _label_of_upenn(place: Path, name: str) -> Path | None:
    """Find the label map of UPenn-GBM, which lies in a folder beside that of the images."""
    if place.parent.name != UPENN_IMAGES:
        return None
    folder = place.parent.parent / UPENN_LABELS
    return only_one(folder.glob(f"{name}{UPENN_LABEL_SUFFIX}.nii*"), what="label maps")


def _convention(name: str, suffixes: set[str]) -> LabelConvention | None:
    for pattern, convention in CONVENTIONS_BY_NAME:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return convention
    return BRATS if suffixes <= NAMING_OF_BRATS_2018 else None
