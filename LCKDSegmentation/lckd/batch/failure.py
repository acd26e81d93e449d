"""What went wrong with a patient, in one sentence, and whether the others would fare the same."""

import secrets
from pathlib import Path

from lckd.errors import LckdError, OutputError, WeightsError, is_out_of_memory
from lckd.files import writing

TOO_LITTLE_MEMORY = "There is too little memory for this patient: close other programs, or use fewer processes."
UNFORESEEN = "This should not have happened ({error}): please report it with the command."
PROBE_BYTES = 1 << 20
"""What must fit on the disk for the next result to have a chance."""


def describe_failure(error: Exception, out: Path) -> tuple[str, bool]:
    """Describe a failure.

    Args:
        error: What was raised.
        out: Folder of the results.

    Returns:
        The sentence, and whether there is no point in going on.
    """
    if isinstance(error, OutputError):
        return str(error), not _is_writable(out)
    if isinstance(error, LckdError):
        return str(error), isinstance(error, WeightsError)
    if is_out_of_memory(error):
        return TOO_LITTLE_MEMORY, False
    if isinstance(error, OSError) and error.filename:
        return f"'{error.filename}' cannot be used: {error.strerror}.", False
    return UNFORESEEN.format(error=" ".join(f"{type(error).__name__}: {error}".split())), False


def require_writable(out: Path) -> None:
    """Make sure that a folder takes a file, before the work and not after it.

    Raises:
        OutputError: It does not.
    """
    probe = out / f".partial-{secrets.token_hex(4)}"
    try:
        with writing(out):
            probe.write_bytes(bytes(PROBE_BYTES))
    finally:
        probe.unlink(missing_ok=True)


def _is_writable(out: Path) -> bool:
    try:
        require_writable(out)
    except OutputError:
        return False
    return True
