"""Which patient does the name of a volume speak of? Told from what stands before the modality, if it has digits."""

import re

from lckd.series.series_name import HEADS, SEQUENCES, TAILS

_MODALITY = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(SEQUENCES.values())})[a-z]*(?![a-z0-9])")
_SERIES_NUMBER = r"^\s*[1-9]\d{0,3}\b"
"""Slicer and converters of DICOM put it first; it differs from series to series."""
_MEASURE = r"\b\d+(?:\.\d+)?\s?(?:d|t|mm|iso)\b"
"""2D, 3T, 1.5 mm: how an image was taken."""
_ENTITY = r"\b(?:acq|ce|desc|dir|echo|inv|part|rec|res|run|space)-[a-z0-9]+"
"""What BIDS says of a single image."""
_OF_IMAGES = {*HEADS, *TAILS, "head", "neuro", "wip"}
"""Words about images, not about people."""


def patient_in_name(name: str) -> str:
    """Read what tells patients apart in a name: what stands before the modality, as in BraTS2021_00006_flair.

    Args:
        name: Name of a volume or of a file.

    Returns:
        Its words, in small letters; empty where none has a digit, which says nothing.
    """
    plain = name.casefold().replace("_", " ")
    modality = _MODALITY.search(plain)
    before = plain[: modality.start()] if modality else ""
    words = re.findall(r"[a-z0-9]+", re.sub(f"{_SERIES_NUMBER}|{_MEASURE}|{_ENTITY}", "", before))
    telling = [word for word in words if word not in _OF_IMAGES]
    return " ".join(telling) if re.search(r"\d", " ".join(telling)) else ""


def is_modality_folder(name: str) -> bool:
    """Tell whether a folder is named after a modality, so that those of one patient lie in several."""
    return _MODALITY.search(name.casefold().replace("_", " ")) is not None
