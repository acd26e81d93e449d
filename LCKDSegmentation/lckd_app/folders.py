"""Folders that only this user may enter, and that are gone at the end."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lckd.files import writing


@contextmanager
def private_folder(prefix: str, *, parent: Path | None = None) -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it.

    Args:
        prefix: How its name begins.
        parent: Where it lies; None is the system's folder for temporary files.

    Raises:
        OutputError: It cannot be made.
    """
    parent = parent or Path(tempfile.gettempdir())
    with writing(parent):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
