"""What all written objects share: the source that they refer to, who made them, and how they get into a file."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from lckd.dicom.stack import Volume
from lckd.errors import OutputError
from lckd.files import replace_file
from lckd.weights.card import Card

MANUFACTURER = "LCKDSegmentation"
MODEL = "lckd"

WANTED_KEYWORDS = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName", "PositionReferenceIndicator", "Manufacturer",
)  # fmt: skip
"""Tags of patient and study that an object must have, empty if its source has none."""

UNWRITABLE = (AttributeError, KeyError, IndexError, TypeError, ValueError)
"""What is raised over sources whose headers break the standard."""


def read_sources(volume: Volume) -> list[Dataset]:
    """Read the headers of the files of a volume, in its order, completed by what an object must take over.

    Args:
        volume: The volume that an object refers to.
    """
    paths = dict.fromkeys(one.path for one in volume.stack.slices)
    sources: list[Dataset] = [dcmread(path, stop_before_pixels=True, force=True) for path in paths]
    frame_of_reference = next((str(one.FrameOfReferenceUID) for one in sources if _has_frame(one)), generate_uid())
    for source in sources:
        for keyword in WANTED_KEYWORDS:
            if keyword not in source:
                setattr(source, keyword, "")
        if not _has_frame(source):
            source.FrameOfReferenceUID = frame_of_reference
        _complete_geometry(source, volume)
    return sources


def _complete_geometry(source: Dataset, volume: Volume) -> None:
    """Say once for all frames what may be said of each, and how thick a slice is; the file stays as it is."""
    frame = volume.stack.head.frame
    if frame is None:
        if not source.get("SliceThickness"):
            source.SliceThickness = round(volume.geometry.spacing_mm[2], 4)
        return
    shared, own = source.SharedFunctionalGroupsSequence[0], source.PerFrameFunctionalGroupsSequence[frame]
    for name in ("PixelMeasuresSequence", "PlaneOrientationSequence"):
        if name not in shared and name in own:
            setattr(shared, name, own[name].value)


def _has_frame(source: Dataset) -> bool:
    return bool(source.get("FrameOfReferenceUID"))


def algorithm_parameters(card: Card) -> dict[str, str]:
    """Say which weights computed a result."""
    return {"weights": card.name, "sha256": card.tensors_sha256}


@contextmanager
def making(what: str, volume: Volume) -> Iterator[None]:
    """Say in one sentence that an object cannot be made of a source.

    Raises:
        OutputError: It cannot.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about values of the source that break the standard: they stay as they are
            yield
    except UNWRITABLE as error:
        message = (
            f"No {what} can refer to {volume.stack.name} ({' '.join(str(error).split())[:200]}): "
            "write .nii.gz or .seg.nrrd instead."
        )
        raise OutputError(message) from error


def write_object(dataset: Dataset, path: Path, *, is_same: Callable[[Dataset], bool]) -> None:
    """Write an object beside its place, read it back and rename it.

    Args:
        dataset: The object.
        path: Where it goes.
        is_same: Tells whether what was read back holds what matters.

    Raises:
        OutputError: It cannot be written there, or cannot be read back.
    """

    def write(temporary: Path) -> None:
        dataset.save_as(temporary, enforce_file_format=True)
        again = dcmread(temporary)
        if again.SOPInstanceUID != dataset.SOPInstanceUID or not is_same(again):
            message = f"{path} does not hold what was written"
            raise OSError(message)

    replace_file(path, write)
