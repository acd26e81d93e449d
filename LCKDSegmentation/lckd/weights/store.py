"""The installed weights: those that come with this software, and those in a folder of the user's own.

Needs neither torch nor any other library, so that the panel can show and change them before those are installed.
"""

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lckd.errors import OutputError, WeightsError
from lckd.weights.card import CARD_NAME, TENSORS_NAME, Card
from lckd.weights.folder import FOLDER_VARIABLE, check_folder, own_folder, shipped_weights
from lckd.weights.source import copy_weights

SAFE_NAME = re.compile(
    r"(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.IGNORECASE | re.ASCII
)
"""What is a folder under every system, shown in every console and typed on every keyboard."""


PARTIAL = ".partial-"
"""Beginning of the name of a folder that is being made or removed; such a folder is never listed."""

ABANDONED_S = 3600.0
"""Nobody works this long on one."""


@dataclass(frozen=True)
class InstalledWeights:
    """Weights that can be chosen by name, or were meant to be.

    Attributes:
        name: Name of their folder, which may be another than the card's; the whole path of one that somebody put
            there under a name of weights that came with this software.
        directory: Their folder.
        is_shipped: Whether they came with this software.
        size_bytes: What their files take on the disk.
        card: Their card, or None if they cannot be used.
        problem: The sentence that says why they cannot be used, or nothing.
    """

    name: str
    directory: Path
    is_shipped: bool
    size_bytes: int
    card: Card | None
    problem: str = ""


def installed() -> list[InstalledWeights]:
    """Look at all installed weights; tensors are compared with their checksum, which takes a second per gigabyte.

    Returns:
        Those that came with this software, then the user's own, both by name; broken ones with their problem.

    Raises:
        OutputError: The system does not know the user's home.
        WeightsError: The folder of the user's own weights cannot be read.
    """
    return shipped() + [_look(name, path, is_shipped=False) for name, path in _own_weights().items()]


def shipped() -> list[InstalledWeights]:
    """Look at the weights that came with this software, by name."""
    return [_look(name, path, is_shipped=True) for name, path in shipped_weights().items()]


def install(source: Path, *, name: str | None = None) -> InstalledWeights:
    """Copy weights into the folder of the user's own: whole and checked, or not at all.

    Args:
        source: A weights folder, or a zip file of one.
        name: What to call them; by default what their card does.

    Returns:
        The weights as installed.

    Raises:
        WeightsError: The source cannot be used, or the name is taken or unsafe.
        OutputError: The folder of the user's own weights cannot be written.
    """
    folder = own_folder()
    with _changing(folder):
        temporary = _temporary_in(folder)
        try:
            temporary.mkdir()
            copy_weights(source, temporary)
            card = _check_copy(temporary, source)
            name = card.name if name is None else name
            _require_free_name(name, folder)
            target = temporary.rename(folder / name)
        finally:
            _discard(temporary)
    return InstalledWeights(name, target, is_shipped=False, size_bytes=_size_bytes(target), card=card)


def remove(name: str) -> None:
    """Remove weights of the user's own, broken or not.

    Args:
        name: Their name.

    Raises:
        WeightsError: They came with this software, or there are none of that name.
        OutputError: They cannot be removed.
    """
    path = _own_weights().get(name)
    if path is None and name in shipped_weights():
        message = f"The weights '{name}' came with this software: only weights that you installed can be removed."
        raise WeightsError(message)
    if path is None:
        message = f"You have installed no weights '{name}': choose from {_listed(_own_weights())}."
        raise WeightsError(message)
    with _changing(path.parent):
        _discard(path.rename(_temporary_in(path.parent)))  # at one stroke, so that no half of it is left


def find(name_or_path: str | Path) -> Path:
    """Find a weights folder by what a person calls it.

    Args:
        name_or_path: A weights folder, or the name of installed weights; a folder that has a card wins.

    Returns:
        The folder, not checked.

    Raises:
        OutputError: The system does not know the user's home.
        WeightsError: There is neither, or the folder of the user's own weights cannot be read.
    """
    path, name = Path(name_or_path), str(name_or_path)
    if (path / CARD_NAME).is_file():
        return path
    known = shipped_weights() | _own_weights()
    if name not in known and not path.is_dir():
        message = (
            f"There are no weights '{name}': give a folder that holds {CARD_NAME} and {TENSORS_NAME}, "
            f"or one of {_listed(known)}."
        )
        raise WeightsError(message)
    return known.get(name, path)


def _own_weights() -> dict[str, Path]:
    """Find the folders of the user's own weights, by name and in its order.

    One that is called like weights that came with this software goes by its path, so that each name means one thing.

    Raises:
        OutputError: The system does not know the user's home.
        WeightsError: Their folder cannot be read.
    """
    folder, shipped = own_folder(), shipped_weights()
    try:
        paths = [path for path in folder.iterdir() if path.is_dir() or path.is_symlink()]
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = error.strerror or error
        message = f"The folder of weights '{folder}' cannot be read ({reason}): mend it or set {FOLDER_VARIABLE}."
        raise WeightsError(message) from error
    own = [path for path in sorted(paths) if path not in shipped.values() and path.name[0] != "."]
    return {str(path) if path.name in shipped else path.name: path for path in own}


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """Clear away what a killed process left in a folder, and say in a sentence why it cannot be changed.

    Raises:
        OutputError: It cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{PARTIAL}*"):
            if time.time() - left.lstat().st_mtime > ABANDONED_S:
                _discard(left)
        yield
    except OSError as error:
        message = (
            f"The folder '{folder}' cannot be changed ({error.strerror or error}): check that it may be written and "
            "that its disk has room."
        )
        raise OutputError(message) from error


def _temporary_in(folder: Path) -> Path:
    return folder / f"{PARTIAL}{secrets.token_hex(4)}"


def _discard(path: Path) -> None:
    """Remove a folder, or a link to one; what cannot be removed now is left to a later change."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _look(name: str, directory: Path, *, is_shipped: bool) -> InstalledWeights:
    card, problem = None, ""
    try:
        card = check_folder(directory)
    except WeightsError as error:
        problem = str(error)
    except OSError as error:
        problem = f"The weights in '{directory}' cannot be read ({error.strerror or error}): install them again."
    return InstalledWeights(name, directory, is_shipped, _size_bytes(directory), card, problem)


def _size_bytes(directory: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in directory.iterdir() if path.is_file())
    return 0


def _check_copy(copy: Path, source: Path) -> Card:
    """Check a copy; a refusal names the source, which is what a person can mend.

    Raises:
        WeightsError: It cannot be used.
    """
    try:
        return check_folder(copy)
    except WeightsError as error:
        raise WeightsError(str(error).replace(str(copy), str(source))) from error


def _require_free_name(name: str, folder: Path) -> None:
    """Refuse a name that is taken, in capitals or not, or that is no good name of a folder.

    Raises:
        WeightsError: It is.
    """
    if not SAFE_NAME.fullmatch(name):
        message = (
            f"The name '{name[:80]}' does not fit every system: install the weights under another name, of at most 64 "
            "letters from a to z, digits, dots, dashes and underscores, with a letter or digit at both ends."
        )
        raise WeightsError(message)
    if name.casefold() in map(str.casefold, shipped_weights()):
        message = f"Weights '{name}' came with this software, and stay: install these under another name."
        raise WeightsError(message)
    if name.casefold() in (path.name.casefold() for path in folder.iterdir()):
        message = f"There is a '{name}' in '{folder}' already: remove it first, or install these under another name."
        raise WeightsError(message)


def _listed(names: dict[str, Path]) -> str:
    return ", ".join(names) or "none"
