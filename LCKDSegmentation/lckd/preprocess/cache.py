"""Costly steps, kept by what went into them: the same images and settings are never computed twice.

A folder of the user's own holds registrations (JSON) and brain masks (NRRD), not the images. Nobody else can read it.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import SimpleITK as sitk

from lckd.errors import OutputError
from lckd.files import replace_file, write_text
from lckd.fingerprint import image_sha256
from lckd.quiet import quiet_c_libraries

FOLDER_VARIABLE = "LCKD_CACHE_DIR"
VERSION = 1
"""Goes up when a step computes something else from the same input."""
LARGEST_BYTES = 500_000_000
"""What was not used for longest is thrown away beyond this: about a thousand patients."""
ENDINGS = (".json", ".nrrd")

Thing = TypeVar("Thing")
Files: TypeAlias = tuple[Callable[[Path], Thing], Callable[[Thing, Path], None]]
"""How a thing is read from a file, and how it is written to one."""


def user_cache() -> Path | None:
    """Return where programs keep what they can make again, or None where the user has no home."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).absolute()
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "lckd"
    name, usual = ("LOCALAPPDATA", "AppData/Local") if sys.platform == "win32" else ("XDG_CACHE_HOME", ".cache")
    told = Path(os.environ.get(name, ""))
    return (told if told.is_absolute() else home / usual) / "lckd"


def key_of(folder: Path | None, step: str, images: Sequence[sitk.Image], *, version: str) -> str:
    """Name the result of a step by all that it depends on; nothing is hashed where nothing is kept.

    Args:
        folder: The cache, or None for none.
        step: What is computed.
        images: What goes in.
        version: Of the library that computes it.
    """
    if folder is None:
        return ""
    told = json.dumps([VERSION, step, [image_sha256(image) for image in images], version])
    return f"{step}-{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def kept_values(folder: Path | None, key: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Recall values, or compute and keep them.

    Args:
        folder: The cache, or None for none.
        key: From `key_of`.
        compute: Called when there is nothing to recall.
    """

    def recall(path: Path) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return values

    return _kept(folder, f"{key}.json", compute, (recall, lambda values, path: write_text(json.dumps(values), path)))


def kept_image(folder: Path | None, key: str, compute: Callable[[], sitk.Image]) -> sitk.Image:
    """Recall an image, or compute and keep it; arguments as in `kept_values`."""

    def recall(path: Path) -> sitk.Image:
        with quiet_c_libraries():
            return sitk.ReadImage(str(path))

    def write(image: sitk.Image, path: Path) -> None:
        replace_file(path, lambda beside: sitk.WriteImage(image, str(beside), useCompression=True))

    return _kept(folder, f"{key}.nrrd", compute, (recall, write))


def _kept(folder: Path | None, name: str, compute: Callable[[], Thing], files: Files[Thing]) -> Thing:
    """Recall a thing, or compute and keep it; what is missing or damaged is computed again."""
    recall, write = files
    if folder is None:
        return compute()
    path = folder / name
    with suppress(OSError, RuntimeError, ValueError):
        found = recall(path)
        os.utime(path)
        return found
    made = compute()
    with suppress(OutputError, OSError):  # a full disk must not cost the result
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(made, path)
        _prune(folder)
    return made


def _prune(folder: Path) -> None:
    """Throw away what was not used for longest, until the rest is small enough."""
    files = [(entry.stat(), entry) for entry in folder.iterdir() if entry.suffix in ENDINGS]
    total = sum(status.st_size for status, _ in files)
    for status, path in sorted(files, key=lambda one: one[0].st_mtime):
        if total <= LARGEST_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= status.st_size
