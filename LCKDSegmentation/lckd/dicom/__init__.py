"""DICOM in and out: which series of a study are FLAIR, T1, T1ce and T2; segmentation objects and reports.

The packages that it needs come with the extra `dicom`; nothing here imports them before they are needed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from lckd.dicom.extra import READING, require_packages

if TYPE_CHECKING:
    from lckd.dicom.study import Study

__all__ = ["find_studies"]


def find_studies(root: Path) -> "list[Study]":
    """Find the studies below a folder, and in each the best series of every modality.

    Args:
        root: A folder, however deep and whatever its files are called.

    Returns:
        All studies, in the order of their UIDs; one without a usable series says why when it is loaded.

    Raises:
        InputError: The folder does not exist or holds no DICOM, or the package that reads it is not installed.
    """
    require_packages(READING)  # whoever writes DICOM asks for more before anything is read
    from lckd.dicom.search import search  # noqa: PLC0415 - needs the extra

    return search(root)
