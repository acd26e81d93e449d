"""Which patient does the name of a volume speak of? Told from numbers before the modality, else not at all."""

import re

from lckd.series_name import SEQUENCES

_MODALITY = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(SEQUENCES.values())})[a-z]*(?![a-z0-9])")
_SERIES_NUMBER = r"^\s*[1-9]\d{0,3}\b"
"""Slicer and converters of DICOM put it first; it differs from series to series."""
_MEASURE = r"\b\d+(?:\.\d+)?\s?(?:d|t|mm|iso)\b"
"""2D, 3T, 1.5 mm: how an image was taken."""


def patient_in_name(name: str) -> str:
    """Read what tells patients apart in a name: the words with digits before the modality, as in BraTS2021_00006_flair.

    Args:
        name: Name of a volume or of a file.

    Returns:
        These words, in small letters; empty where there are none, which says nothing.
    """
    plain = name.casefold().replace("_", " ")
    modality = _MODALITY.search(plain)
    before = plain[: modality.start()] if modality else ""
    words = re.findall(r"[a-z0-9]+", re.sub(f"{_SERIES_NUMBER}|{_MEASURE}", "", before))
    return " ".join(word for word in words if re.search(r"\d", word))


def is_modality_folder(name: str) -> bool:
    """Tell whether a folder is named after a modality, so that those of one patient lie in several."""
    return _MODALITY.search(name.casefold().replace("_", " ")) is not None
