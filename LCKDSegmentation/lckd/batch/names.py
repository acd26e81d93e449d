"""Names of patients as names of files: under every system, and inside the folder of the results."""

import re
import unicodedata

from lckd.errors import InputError

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
"""What some system does not take in the name of a file, path separators among them."""

RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names of devices under Windows."""

LONGEST_BYTES = 200
"""File systems end at 255, and an ending follows."""


def require_safe_name(name: str) -> None:
    """Refuse a patient whose name cannot name files.

    Spaces and letters of any alphabet are welcome; the first character is a letter or digit, so that no name is hidden,
    leads out of its folder, or is a formula to a spreadsheet.

    Raises:
        InputError: The name is unsafe.
    """
    problem = _problem_of(name)
    if problem:
        message = f"The patient name {name[:80]!r} {problem}: rename the folder, or name the patient in a manifest."
        raise InputError(message)


def same_file_key(name: str) -> str:
    """Give what is equal for names that some systems take for one: capitals and composed letters do not count."""
    return unicodedata.normalize("NFC", name).casefold()


def _problem_of(name: str) -> str:
    """Say what is wrong with a name, or nothing."""
    if not name:
        return "is empty"
    if not name[0].isalnum():
        return "does not begin with a letter or digit"
    if FORBIDDEN.search(name) or not name.isprintable():
        return "holds characters that no file may have everywhere"
    if name[-1] in ". " or RESERVED.fullmatch(name):
        return "is none that every system takes"
    return "is too long" if len(name.encode(errors="surrogateescape")) > LONGEST_BYTES else ""
