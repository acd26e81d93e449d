"""Task01 of the Medical Segmentation Decathlon: a list of cases, and all modalities of a case in one 4-D file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lckd.errors import InputError, brief
from lckd.modality import MODALITIES, Modality
from lckd.patients.files import stem_of
from lckd.patients.folder_case import FolderCase
from lckd.region import MSD
from lckd.text import read_json

LIST_NAME = "dataset.json"
IMAGE_FOLDER = "imagesTr"

CHANNELS: dict[str, Modality] = {"flair": "flair", "t1w": "t1", "t1gd": "t1ce", "t2w": "t2"}
"""What the list calls the modalities, in any case of letters."""

LABELS = {"1": "edema", "2": "non-enhancing tumor", "3": "enhancing tumour"}
"""What the list calls the label values (sic)."""


def claims(place: Path, names: Iterable[str]) -> bool:
    """Tell whether a folder with files of these names is a task of the Decathlon."""
    return LIST_NAME in names and (place / IMAGE_FOLDER).is_dir()


def read(place: Path, *, with_labels: bool = True) -> list[FolderCase]:
    """Describe the training cases that the list names; those of the challenge's test have no labels and are left out.

    Args:
        place: Folder for which `claims` is true.
        with_labels: Whether to look for a label map.

    Raises:
        InputError: The list is not that of Task01, or names files that are not there.
    """
    content = _read_list(place / LIST_NAME)
    channels = tuple(content["channels"])
    cases = [
        FolderCase(
            name=stem_of(place / pair["image"]),
            image_paths=dict.fromkeys(MODALITIES, place / pair["image"]),
            label_path=place / pair["label"] if with_labels else None,
            convention=MSD,
            channels=channels,
        )
        for pair in content["training"]
    ]
    missing = [str(case.label_path) for case in cases if case.label_path and not case.label_path.is_file()]
    missing += [str(path) for case in cases for path in set(case.image_paths.values()) if not path.is_file()]
    if missing:
        message = f"'{place / LIST_NAME}' names files that are not there: {', '.join(missing)}; complete the copy."
        raise InputError(message)
    return cases


def name_of(place: Path) -> str:
    """Name a task of the Decathlon whose patients are not known."""
    return place.resolve().name


def _read_list(path: Path) -> dict[str, Any]:
    """Read and check the list; ``channels`` are its modalities in our names.

    Raises:
        InputError: It is not that of Task01.
    """
    try:
        content = read_json(path)
        channels = [CHANNELS[content["modality"][str(number)].lower()] for number in range(len(MODALITIES))]
        pairs = [{"image": str(pair["image"]), "label": str(pair["label"])} for pair in content["training"]]
        labels = {value: str(name).lower() for value, name in content["labels"].items() if value != "0"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = brief(repr(error))
        message = f"'{path}' is not the list of Task01 of the Decathlon ({reason}): copy it again, or give a manifest."
        raise InputError(message) from error
    if labels != LABELS or len(set(channels)) != len(MODALITIES):
        message = f"'{path}' declares other labels or modalities than Task01 of the Decathlon: give a manifest instead."
        raise InputError(message)
    return {"channels": channels, "training": pairs}
