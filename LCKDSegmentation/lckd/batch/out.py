"""The folder of the results: new or of a batch, apart from the patients, and without what killed processes left."""

import json
from collections.abc import Iterable
from pathlib import Path

from lckd.batch.failure import require_writable
from lckd.batch.job import Layout
from lckd.batch.source import BatchPatient
from lckd.errors import OutputError
from lckd.files import make_folder, write_text, writing
from lckd.text import read_json

MARKER = ".lckd-batch.json"
"""Tells the results of a batch from a folder of somebody's files."""


def prepare_out(out: Path, root: Path, patients: Iterable[BatchPatient], *, layout: Layout) -> None:
    """Make the folder of the results, or make sure that it may be one.

    Args:
        out: The folder.
        root: Folder of the patients, or their manifest.
        patients: The patients, whose files may lie anywhere.
        layout: How files will be arranged.

    Raises:
        OutputError: It lies among the patients or they in it, holds somebody's files, or cannot be written.
    """
    _require_apart(out, root, patients)
    make_folder(out)
    _require_ours(out, layout)
    require_writable(out)
    write_text(json.dumps({"layout": layout}) + "\n", out / MARKER)
    clear_partial(out)


def clear_partial(out: Path) -> None:
    """Remove what processes that were killed left half-written."""
    for path in out.rglob(".partial-*"):
        if path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)


def _require_apart(out: Path, root: Path, patients: Iterable[BatchPatient]) -> None:
    """Keep results and patients apart: else the next search would find the one among the other.

    Raises:
        OutputError: They are not.
    """
    real = out.resolve()
    if root.is_dir() and real.is_relative_to(root.resolve()):
        message = f"The folder of the results '{out}' lies in that of the patients '{root}': give one outside of it."
        raise OutputError(message)
    files = (path for patient in patients for paths in patient.files.values() for path in paths)
    inside = next((path for path in files if path.resolve().is_relative_to(real)), None)
    if inside:
        message = f"The folder of the results '{out}' holds '{inside}', which is read: give another folder."
        raise OutputError(message)


def _require_ours(out: Path, layout: Layout) -> None:
    """Refuse a folder with files that no batch wrote, which a patient of the same name would replace.

    Raises:
        OutputError: It is one, or its files are arranged in another way.
    """
    with writing(out):
        has_files = any(out.iterdir())
    if not has_files:
        return
    try:
        found = read_json(out / MARKER)["layout"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"The folder '{out}' holds files that are not of a batch: give a new or an empty folder."
        raise OutputError(message) from error
    if found != layout:
        message = f"The folder '{out}' holds results in the layout {found}: give another folder, or --layout {found}."
        raise OutputError(message)
