"""The packages of the extra `dicom`: there, or named in one sentence."""

from importlib.util import find_spec

from lckd.errors import InputError

READING, WRITING = "pydicom", "highdicom"


def require_packages(*names: str) -> None:
    """Refuse to go on without the packages that read and write DICOM.

    Args:
        names: Those that are needed; none stands for both.

    Raises:
        InputError: One is not installed.
    """
    missing = [name for name in names or (READING, WRITING) if not is_installed(name)]
    if missing:
        message = f"DICOM needs the Python package '{missing[0]}': install this software with its extra 'dicom'."
        raise InputError(message)


def is_installed(name: str) -> bool:
    """Tell whether a package can be imported."""
    try:
        return find_spec(name) is not None
    except ValueError:  # it was barred from this process
        return False
