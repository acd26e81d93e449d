"""Where results may go, so that they never take the place of somebody's file."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from lckd.errors import OutputError


def require_ending(path: Path, ending: str, *, option: str) -> None:
    """Refuse an output file whose name says that it is something else, such as a label map.

    Args:
        path: Where the file would go.
        ending: How its name must end, in any case of letters.
        option: What the user called it.

    Raises:
        OutputError: The name ends otherwise.
    """
    if path.suffix.lower() != ending:
        message = f"{option} '{path}' does not end in '{ending}': give the name of the file that is to be written."
        raise OutputError(message)


def require_no_input(out: Path, results: Collection[str], inputs: Iterable[str | Path]) -> None:
    """Refuse a folder for results in which one of them would replace a file that is read.

    Args:
        out: The folder.
        results: Names of the files that will lie in it.
        inputs: What the command reads; folders are in no danger.

    Raises:
        OutputError: A file that is read would be replaced.
    """
    for path in map(Path, inputs):
        real = Path(os.path.realpath(path))  # unlike Path.resolve, it bears a link to itself
        if real.name in results and real.is_file() and real.parent == Path(os.path.realpath(out)):
            message = f"A result would replace '{path}', which is read: give another folder as --out."
            raise OutputError(message)
