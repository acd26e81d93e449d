"""What may be done to clinical scans, as values and as arguments of a command; needs no heavy library."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from lckd.errors import OutputError

Choice: TypeAlias = Literal["auto", "yes", "no"]
CHOICES: tuple[Choice, ...] = get_args(Choice)


@dataclass(frozen=True)
class PreprocessOptions:
    """What is done before a patient is segmented.

    Attributes:
        register: Whether the modalities are brought into one position; ``auto`` leaves alone what was visibly
            prepared together: the same voxels, skulls off.
        skull_stripped: Whether the skull is already off; ``auto`` looks, ``no`` removes it, ``yes`` believes you.
        correct_bias: Whether slow changes of brightness across an image are evened out (N4).
    """

    register: Choice = "auto"
    skull_stripped: Choice = "auto"
    correct_bias: bool = False


AS_NEEDED = PreprocessOptions()
"""Whatever looks necessary is done."""

NOTHING = PreprocessOptions(register="no", skull_stripped="yes", correct_bias=False)
"""Images are taken as they are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `PreprocessOptions`, and where costly steps are kept, to a command."""
    group = parser.add_argument_group(
        "clinical scans", "what is done before the segmentation; nothing where not needed"
    )
    group.add_argument(
        "--register",
        choices=CHOICES,
        default="auto",
        help="bring all images into the position of the reference (auto: unless they are stripped and on one grid)",
    )
    group.add_argument(
        "--skull-stripped",
        choices=CHOICES,
        default="auto",
        help="whether the skull is off already (auto: look; no: remove it, which needs the extra 'clinical')",
    )
    group.add_argument("--correct-bias", action="store_true", help="even out slow changes of brightness (N4)")
    group.add_argument(
        "--cache", type=Path, metavar="DIR", help="where registrations and brain masks are kept (default: your cache)"
    )
    group.add_argument("--no-cache", action="store_true", help="keep none of them")


def options_from(parsed: argparse.Namespace) -> PreprocessOptions:
    """Read the options that `add_arguments` added."""
    return PreprocessOptions(
        register=cast("Choice", parsed.register),
        skull_stripped=cast("Choice", parsed.skull_stripped),
        correct_bias=bool(parsed.correct_bias),
    )


def cache_from(parsed: argparse.Namespace) -> Path | None:
    """Tell where costly steps are kept: the folder that was given, else the user's own, else nowhere.

    Raises:
        OutputError: It is a file.
    """
    from lckd.preprocess.cache import user_cache  # noqa: PLC0415 - a parser needs none of it

    if parsed.no_cache:
        return None
    folder = cast("Path | None", parsed.cache) or user_cache()
    if folder and folder.exists() and not folder.is_dir():
        message = f"The cache '{folder}' is a file: give --cache a folder, or say --no-cache."
        raise OutputError(message)
    return folder
