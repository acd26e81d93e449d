"""Weights folders as they lie on disk, looked at without torch: where are they, and is one whole?"""

import hashlib
import os
import sys
from pathlib import Path

from lckd.errors import OutputError, WeightsError
from lckd.weights.card import CARD_NAME, TENSORS_NAME, Card, read_card, require_usual_size

DEFAULT_NAME = "base"
FOLDER_VARIABLE = "LCKD_WEIGHTS_DIR"
# An installed package carries the default weights within itself (see pyproject.toml), a checkout in Slicer's place.
_INSTALLED = Path(__file__).parent / "default_weights"
_SOURCE_TREE = Path(__file__).parents[2] / "Resources" / "Weights"


def default_weights() -> Path:
    """Return the folder of the weights that are used when nobody chose others."""
    return _INSTALLED if (_INSTALLED / CARD_NAME).is_file() else _SOURCE_TREE / DEFAULT_NAME


def shipped_weights() -> dict[str, Path]:
    """Return the folders of all weights that come with this software, by name."""
    cards = sorted(_SOURCE_TREE.glob(f"*/{CARD_NAME}"))
    return {DEFAULT_NAME: default_weights()} | {card.parent.name: card.parent for card in cards}


def own_folder() -> Path:
    """Return where the user's own weights lie; it need not exist.

    Raises:
        OutputError: The system does not know the user's home.
    """
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).absolute()
    try:
        return _data_folder() / "lckd" / "weights"
    except RuntimeError as error:
        message = f"This user has no home folder for weights: set the environment variable {FOLDER_VARIABLE}."
        raise OutputError(message) from error


def _data_folder() -> Path:
    """Return where programs keep what belongs to a user.

    Raises:
        RuntimeError: The user has no home.
    """
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    name, usual = ("LOCALAPPDATA", "AppData/Local") if sys.platform == "win32" else ("XDG_DATA_HOME", ".local/share")
    told = Path(os.environ.get(name, ""))
    return told if told.is_absolute() else Path.home() / usual


def check_folder(directory: Path) -> Card:
    """Check as much of a weights folder as can be without torch; `lckd.weights.load.verify` checks all of it.

    Args:
        directory: The weights folder.

    Returns:
        Its card.

    Raises:
        WeightsError: A file is missing, altered or of an unknown format, or the card names an unknown network.
    """
    card = read_card(directory)
    read_tensors(directory, card)
    return card


def read_tensors(directory: Path, card: Card) -> bytes:
    """Read the tensors of a weights folder as they lie on disk, if they are those of the card.

    Args:
        directory: The weights folder.
        card: Its card.

    Returns:
        The content of `model.safetensors`.

    Raises:
        WeightsError: The file is missing or far too large, or its SHA256 is not the one on the card.
    """
    path = require_tensors(directory)
    require_usual_size(path)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != card.tensors_sha256:
        message = (
            f"The weights '{directory / TENSORS_NAME}' are not those of their card (SHA256 {found[:12]}... instead of "
            f"{card.tensors_sha256[:12]}...): copy the folder again from its source."
        )
        raise WeightsError(message)
    return content


def require_tensors(directory: Path) -> Path:
    """Return where the tensors of a weights folder lie.

    Raises:
        WeightsError: They are missing.
    """
    path = directory / TENSORS_NAME
    if not path.is_file():
        message = f"No weights at '{path}': give a folder that holds {CARD_NAME} and {TENSORS_NAME}."
        raise WeightsError(message)
    return path
