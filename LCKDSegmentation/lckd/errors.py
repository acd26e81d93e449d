"""The one family of errors that a user is meant to read.

A message says what is wrong, with which file or value, and what to do. The command line prints it and exits with
code 2, the panel shows it; nothing inside `lckd` prints or exits.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lckd.modality import Modality, Subset


STEERING = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of what ends a line, steers a terminal, or cannot be written at all."""

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Unicode's classes of what turns the rest of a line around, so that a name looks like another one."""

LONGEST_REASON = 300

WANT_OF_MEMORY = re.compile(r"allocat|bad_alloc|alloc_failed|out of memory|not enough memory", re.IGNORECASE)
"""How torch and ITK say in a RuntimeError that memory is lacking."""


def on_one_line(text: str) -> str:
    """Write what somebody named, such as a file, so that it can neither break a line nor steer a terminal."""
    return "".join(sign.encode("unicode_escape").decode() if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in STEERING or unicodedata.bidirectional(sign) in TURNING


def brief(reason: object) -> str:
    """Give the beginning of what a library says, which may quote a whole file."""
    text = str(reason)
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error is for want of memory, which torch and ITK say in a RuntimeError, by its words only."""
    if isinstance(error, RuntimeError):
        return WANT_OF_MEMORY.search(str(error)) is not None
    return isinstance(error, MemoryError)


class LckdError(Exception):
    """Base of every error that carries a sentence for the user.

    Args:
        message: The sentence.
        lines: Further ones, each on a line of its own, where several things are wrong at once.

    Attributes:
        exit_code: What a command ends with.
    """

    exit_code = 2

    def __init__(self, message: str, *, lines: Sequence[str] = ()) -> None:
        super().__init__("\n".join(map(on_one_line, (message, *lines))))


class InputError(LckdError):
    """An image, a label map or a folder of them cannot be used.

    Args:
        message: The sentence.
        modalities: Modalities whose images are at fault, for those who know their files.
        lines: See `LckdError`.
    """

    def __init__(self, message: str, modalities: "Subset" = (), *, lines: Sequence[str] = ()) -> None:
        super().__init__(message, lines=lines)
        self.modalities = modalities


class MissingPackageError(InputError):
    """A Python package that these images need is not installed.

    Args:
        message: The sentence.
        package: The package.
    """

    def __init__(self, message: str, package: str) -> None:
        super().__init__(message)
        self.package = package


@contextmanager
def naming(names: "Mapping[Modality, str]") -> Iterator[None]:
    """Put the files at fault in front of the sentence of an error that knows its modalities only.

    Args:
        names: What to call the image of each modality.

    Raises:
        InputError: One was raised inside.
    """
    try:
        yield
    except InputError as error:
        if not error.modalities:
            raise
        at_fault = " and ".join(f"'{names[modality]}'" for modality in error.modalities)
        message = f"{at_fault}: {error}"
        raise InputError(message, error.modalities) from error


class WeightsError(LckdError):
    """A weights folder is missing, incomplete, altered or of an unknown format."""


class OutputError(LckdError):
    """A result cannot be written."""


class DeviceError(LckdError):
    """The requested device does not exist here or has too little memory."""


class TrainingError(LckdError):
    """A training cannot start, go on or be resumed."""


class BatchError(LckdError):
    """A batch ran, and some or all of its patients could not be segmented; the sentence names them."""

    exit_code = 1


class StoppedError(LckdError):
    """Somebody asked a command to stop; what it reached is saved.

    Args:
        message: The sentence.
        exit_code: 128 and the number of the signal.
    """

    def __init__(self, message: str, *, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
