"""Reading the header of one file: its slices, or why it cannot be used. Pixels are not touched."""

import struct
import warnings
from pathlib import Path

from pydicom import Dataset, FileDataset, dcmread
from pydicom.dataelem import RawDataElement
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from lckd.dicom.files import MAGIC, PREAMBLE
from lckd.dicom.frames import frames_of, is_multiframe
from lckd.dicom.slices import TEXT_KEYWORDS, Slice
from lckd.dicom.values import place_of, rescale_of, text_of, whole_number
from lckd.errors import InputError
from lckd.series.patient_tags import PatientTags

MOST_FRAMES = 20_000
LONGEST_VALUE = 65_536
"""Bytes; a name or a number is far shorter."""

GROUP_OF_FRAMES = 0x5200
UNDEFINED = 0xFFFFFFFF
"""Length of a sequence that ends where it says so; it was read."""

MOST_BYTES_OF_FRAMES = 256 * 2**20
"""What is said of all frames of one file takes some MB at most."""

READ_KEYWORDS = [
    *TEXT_KEYWORDS, "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID",
    "PatientName", "IssuerOfPatientID", "PatientBirthDate", "Rows", "Columns", "NumberOfFrames",
    "ImagePositionPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept", "ContrastBolusAgentSequence",
    "EchoPulseSequence", "InversionRecovery", "EchoPlanarPulseSequence", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
]  # fmt: skip
PATIENT_KEYWORDS = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")
"""Of the attributes of `PatientTags`, in their order."""

DAMAGE = (
    ArithmeticError, AttributeError, EOFError, InvalidDicomError, LookupError, MemoryError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError, struct.error,
)  # fmt: skip
"""What a damaged or hostile file makes a reader raise."""


def read_slices(path: Path) -> list[Slice]:
    """Read the slices that a file holds.

    Args:
        path: A file that looks like DICOM.

    Returns:
        One slice, or one for each frame; none for a directory of files (DICOMDIR).

    Raises:
        InputError: The file is damaged, or claims to hold what no image holds.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about values that break the standard: they are taken as they are
            return _slices(path, _read_header(path))
    except InputError:
        raise
    except DAMAGE as error:
        message = f"The header of the file '{path}' is damaged: export it again."
        raise InputError(message) from error


def _read_header(path: Path) -> FileDataset:
    """Read what is looked at, and no more.

    Raises:
        InputError: The header is compressed, or holds a value of an absurd length.
    """
    with path.open("rb") as file:
        has_preamble = file.read(PREAMBLE + len(MAGIC))[PREAMBLE:] == MAGIC
    if has_preamble and read_file_meta_info(path).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        message = f"The header of the file '{path}' is compressed: export it again in another transfer syntax."
        raise InputError(message)
    header: FileDataset = dcmread(
        path, stop_before_pixels=True, force=not has_preamble, defer_size=LONGEST_VALUE, specific_tags=[*READ_KEYWORDS]
    )
    _require_short_values(header, path)
    return header


def _require_short_values(header: Dataset, path: Path) -> None:
    """Refuse a header that would take the memory when it is looked at.

    Raises:
        InputError: It would.
    """
    for tag in header.keys():  # noqa: SIM118 - its values would be read
        raw = header.get_item(tag, keep_deferred=True)
        if isinstance(raw, RawDataElement) and raw.value is None and raw.length != UNDEFINED:
            limit = MOST_BYTES_OF_FRAMES if raw.tag.group == GROUP_OF_FRAMES else LONGEST_VALUE
            if raw.length > limit:
                message = f"The header of the file '{path}' holds a value of {raw.length} bytes: export it again."
                raise InputError(message)


def _slices(path: Path, header: FileDataset) -> list[Slice]:
    """Turn a header into slices.

    Raises:
        InputError: It is cut off before it says what it is, names no series, or claims too many frames.
    """
    if "SOPClassUID" not in header:
        _require_directory(header, path)
        return []
    if not text_of(header, "SeriesInstanceUID"):
        message = f"The header of the file '{path}' names no series: export it again."
        raise InputError(message)
    if not is_multiframe(header):
        return [_slice(path, header, None)]
    count = whole_number(header, "NumberOfFrames")
    if count > MOST_FRAMES:
        message = f"The file '{path}' claims to hold {count} frames, more than {MOST_FRAMES}: export it again."
        raise InputError(message)
    return [_slice(path, frame, number) for number, frame in enumerate(frames_of(header))]


def _require_directory(header: FileDataset, path: Path) -> None:
    """Refuse what is marked as DICOM, says not what it is, and is no directory; without the mark it may be anything.

    Raises:
        InputError: It is cut off.
    """
    is_marked = header.preamble is not None
    if is_marked and header.file_meta.get("MediaStorageSOPClassUID") != MediaStorageDirectoryStorage:
        message = f"The header of the file '{path}' is damaged: export it again."
        raise InputError(message)


def _slice(path: Path, header: Dataset, frame: int | None) -> Slice:
    return Slice(
        path=path,
        frame=frame,
        study_uid=text_of(header, "StudyInstanceUID"),
        series_uid=text_of(header, "SeriesInstanceUID"),
        sop_uid=text_of(header, "SOPInstanceUID"),
        sop_class=text_of(header, "SOPClassUID"),
        size=(whole_number(header, "Columns"), whole_number(header, "Rows")),
        place=place_of(header),
        rescale=rescale_of(header),
        texts={keyword: text_of(header, keyword) for keyword in TEXT_KEYWORDS},
        patient=PatientTags(*(text_of(header, keyword) for keyword in PATIENT_KEYWORDS)),
    )
