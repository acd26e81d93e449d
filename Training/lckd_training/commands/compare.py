"""`lckd compare`: two or more arms of an experiment on the same patients, with a paired test."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lckd.arguments import add_device_argument
from lckd.errors import InputError
from lckd.files import folder_for_results
from lckd.text import repeated
from lckd.weights.card import CARD_NAME
from lckd_training.commands.data_arguments import add_measured_arguments
from lckd_training.commands.outputs import require_no_input

if TYPE_CHECKING:
    from lckd.patients.case import Case
    from lckd_training.measuring.arms import Arm

FindPatients: TypeAlias = "Callable[[], tuple[list[Case], str]]"
"""Gives the patients to measure on, and what a table calls them."""

RESULTS = ("comparison.json", "comparison.md")
HELP = "compare tables of `lckd evaluate`, or weights, on the same patients with a paired test"
EPILOG = (
    "An arm is a table.json, the folder that holds one, or several with commas between them: one for each training of "
    "the arm. With --data, an arm may name weights folders, which are measured first. The first arm is the one that "
    "the others are held against. Example: lckd compare without=a0/table,a1/table with=b0/table,b1/table --out result. "
    f"It leaves {' and '.join(RESULTS)} in the folder given by --out."
)
TABLES_FOLDER = "tables"
"""Where the tables of measured weights go, below the folder given by --out."""


@dataclass(frozen=True)
class ArmPlaces:
    """An arm as it was named on the command line.

    Attributes:
        name: What the comparison calls it.
        places: A table or a weights folder for each of its trainings.
    """

    name: str
    places: tuple[Path, ...]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `compare` to the subcommands of `lckd`."""
    parser = subparsers.add_parser("compare", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("arms", nargs="+", type=parse_arm, metavar="[NAME=]PLACE[,PLACE...]", help="two or more arms")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the comparison")
    parser.add_argument("--data", metavar="DIR|FILE|synthetic:test[:K]", help="patients to measure weights folders on")
    add_measured_arguments(parser)
    add_device_argument(parser)
    parser.set_defaults(run=run)


def parse_arm(text: str) -> ArmPlaces:
    """Read ``[NAME=]PLACE[,PLACE...]``; without a name the arm is called after its first folder.

    Raises:
        ArgumentTypeError: The text names no place.
    """
    match = None if Path(text).exists() else re.fullmatch(r"([^=/\\]+)=(.+)", text)
    words = (match[2] if match else text).split(",")
    if not all(words):
        message = f"'{text}' is no arm: write NAME=PLACE, or NAME=PLACE,PLACE for several trainings"
        raise argparse.ArgumentTypeError(message)
    first = Path(words[0])
    folder = first.parent if first.suffix == ".json" else first
    name = os.path.basename(os.path.realpath(folder))  # noqa: PTH119 - unlike Path.resolve, it bears a link to itself
    return ArmPlaces(match[1] if match else name, tuple(map(Path, words)))


def run(arguments: argparse.Namespace) -> None:
    """Compare tables of `lckd evaluate`, or weights, on the same patients with a paired test.

    Raises:
        InputError: An arm cannot be read or is given twice, or the arms were measured on different patients.
        LckdError: Weights, patients or the folder to write to cannot be used.
    """
    from lckd_training.measuring.arms import read_arm  # noqa: PLC0415 - numpy and scipy are slow to import
    from lckd_training.measuring.comparison import compare_arms, require_own_names  # noqa: PLC0415
    from lckd_training.reports.comparison import write_comparison  # noqa: PLC0415

    asked: Sequence[ArmPlaces] = arguments.arms
    require_own_names([arm.name for arm in asked])
    require_own_tables(asked, arguments.out)
    inputs = [arguments.data, arguments.split, *(place for arm in asked for place in arm.places)]
    require_no_input(arguments.out, RESULTS, filter(None, inputs))
    find = cache(partial(_find_patients, arguments))  # once for all weights: label maps are read to check them
    with folder_for_results(arguments.out):
        arms: list[Arm] = [read_arm(arm.name, measured_places(arm, arguments, find)) for arm in asked]
        comparison = compare_arms(arms)
        write_comparison(comparison, arguments.out)
    for sentence in comparison["conclusions"]:
        print(sentence)
    print(f"Comparison: {arguments.out}")


def require_own_tables(arms: Sequence[ArmPlaces], out: Path) -> None:
    """Refuse a table that is given twice, under two names or as two trainings: it would be compared with itself.

    Args:
        arms: The arms.
        out: Folder below which weights leave their tables.

    Raises:
        InputError: A table is given twice.
    """
    from lckd_training.measuring.arms import table_path  # noqa: PLC0415 - numpy is slow to import

    places = [
        _tables_folder(place, arm, number, out) or place
        for arm in arms
        for number, place in enumerate(arm.places, start=1)
    ]
    twice = repeated(os.path.realpath(table_path(place)) for place in places)
    if twice:
        message = (
            f"The table '{twice[0]}' is given twice: give each arm, and each of its trainings, a table of its own."
        )
        raise InputError(message)


def measured_places(arm: ArmPlaces, arguments: argparse.Namespace, find: FindPatients) -> list[Path]:
    """Measure the weights folders of an arm, so that every place holds a table.

    Args:
        arm: The arm.
        arguments: Arguments of `lckd compare`.
        find: Finds the patients of ``--data``; called where weights are measured.

    Raises:
        InputError: There are weights and no patients to measure them on.
        LckdError: Weights or patients cannot be used.
    """
    tables = []
    for number, place in enumerate(arm.places, start=1):
        out = _tables_folder(place, arm, number, arguments.out)
        tables.append(_measured(place, out, arguments, find) if out else place)
    return tables


def _tables_folder(place: Path, arm: ArmPlaces, number: int, out: Path) -> Path | None:
    """Return where weights leave their table, or None where there is a table already."""
    return out / TABLES_FOLDER / f"{arm.name}-{number}" if (place / CARD_NAME).is_file() else None


def _measured(weights: Path, out: Path, arguments: argparse.Namespace, find: FindPatients) -> Path:
    if not arguments.data:
        message = f"'{weights}' holds weights, not a table: add --data DIR to measure them, or evaluate them first."
        raise InputError(message)
    from lckd.weights.load import load_model  # noqa: PLC0415 - torch is slow to import
    from lckd_training.commands.evaluate import measure  # noqa: PLC0415

    cases, title = find()
    measure(load_model(weights), cases, cohort_name=title, device=arguments.device, out=out)
    return out


def _find_patients(arguments: argparse.Namespace) -> "tuple[list[Case], str]":
    from lckd_training.commands.evaluate import cases_and_title  # noqa: PLC0415

    return cases_and_title([arguments.data], arguments)
