"""BIDS: `sub-01/[ses-1/]anat/sub-01_T1w.nii.gz`, label maps below `derivatives`."""

from collections.abc import Iterable
from pathlib import Path

from lckd.modality import Modality
from lckd.patients.files import in_order, is_image, only_one, stem_of
from lckd.patients.folder_case import FolderCase

SUFFIXES: dict[str, Modality] = {"FLAIR": "flair", "T1w": "t1", "T2w": "t2"}
CONTRAST_ENTITY = "ce-"
"""A T1w image with this entity was taken after contrast medium."""

SUBJECT = "sub-"
FOLDER = "anat"
DERIVATIVES = "derivatives"
LABEL_SUFFIX = "dseg"
NO_RAW_DATA = {DERIVATIVES, "sourcedata", "code"}
"""Folders beside the subjects that hold no images as they were taken."""


def claims(place: Path, names: Iterable[str]) -> bool:
    """Tell whether a folder with files of these names holds the images of a subject."""
    return place.name == FOLDER and any(_modality_of(name) for name in names)


def read(place: Path) -> list[FolderCase]:
    """Describe the subject, at one session if there are sessions, whose images a folder holds.

    BIDS does not say what label values mean, so the convention is left open.

    Args:
        place: Folder for which `claims` is true.

    Raises:
        InputError: Two files claim one modality or to be the label map.
    """
    names = sorted(path.name for path in place.iterdir() if _modality_of(path.name))
    where = _folders_of_subject(place)
    images: dict[Modality, Path] = {}
    for modality in {found for name in names if (found := _modality_of(name))}:
        chosen = only_one(
            (place / name for name in names if _modality_of(name) == modality), what=f"files claim {modality}"
        )
        if chosen:
            images[modality] = chosen
    others = [path.name for path in place.iterdir() if is_image(path.name) and path.name not in names]
    case = FolderCase(
        name="_".join(where),
        image_paths=in_order(images),
        label_path=_label_of(place, where),
        convention=None,
        ignored=tuple(sorted(name for name in others if not _is_label(name))),
    )
    return [case]


def _modality_of(name: str) -> Modality | None:
    if not (name.startswith(SUBJECT) and is_image(name)):
        return None
    *entities, suffix = stem_of(Path(name)).split("_")
    has_contrast = any(entity.startswith(CONTRAST_ENTITY) for entity in entities)
    if suffix == "T1w" and has_contrast:
        return "t1ce"
    return None if has_contrast else SUFFIXES.get(suffix)


def _is_label(name: str) -> bool:
    return is_image(name) and stem_of(Path(name)).endswith(f"_{LABEL_SUFFIX}")


def _folders_of_subject(place: Path) -> tuple[str, ...]:
    """Return the names of the folders from the subject down to, and without, `anat`."""
    place = place.resolve()
    above = place.parent.name
    return (above,) if above.startswith(SUBJECT) else (place.parent.parent.name, above)


def _label_of(place: Path, where: tuple[str, ...]) -> Path | None:
    """Find the label map: beside the images, or in the same place of a derivative.

    Raises:
        InputError: There are several.
    """
    root = place.resolve().parents[len(where)]
    folders = [place, *(pipeline.joinpath(*where, FOLDER) for pipeline in sorted(root.glob(f"{DERIVATIVES}/*")))]
    found = [path for folder in folders if folder.is_dir() for path in folder.iterdir() if _is_label(path.name)]
    return only_one(found, what="label maps")
