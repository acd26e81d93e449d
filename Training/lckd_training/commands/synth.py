"""`lckd synth`: synthetic patients as NIfTI in the naming of BraTS 2020, and contact sheets of patients."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.errors import TrainingError
from lckd_training.commands.outputs import require_ending
from lckd_training.settings.config import LARGEST_SEED

if TYPE_CHECKING:
    from lckd.patients.case import Case

LARGEST_SHEET = 100
"""Patients on a sheet, at most: more make a picture that no viewer opens."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `synth` to the command line."""
    parser = subparsers.add_parser("synth", help="make synthetic patients, or draw patients on a contact sheet")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the first patient (default: 0)")
    parser.add_argument("--count", type=int, default=1, metavar="K", help="number of patients (default: 1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where each patient's folder is made")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="picture of the patients, slices of all modalities")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="draw --count patients of this cohort instead, evenly chosen"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write or draw the patients of consecutive seeds, or draw those of a cohort.

    Raises:
        TrainingError: The arguments do not fit together, or a number is out of range.
        InputError: A patient of the cohort cannot be read.
        OutputError: A file cannot be written, or the sheet is not called a PNG.
    """
    from lckd_training.cohorts.case import SyntheticCase, write_case  # noqa: PLC0415 - the parser needs none of it

    _require_sense(arguments)
    if arguments.sheet:
        require_ending(arguments.sheet, ".png", option="--sheet")
    cases: Sequence[Case] = [SyntheticCase(seed) for seed in range(arguments.seed, arguments.seed + arguments.count)]
    if arguments.data:
        cases = _chosen(arguments.data, arguments.count)
    if arguments.out:
        for case in cases:
            sys.stdout.write(f"{write_case(case, arguments.out)}\n")
    if arguments.sheet:
        _draw(cases, arguments)


def _draw(cases: "Sequence[Case]", arguments: argparse.Namespace) -> None:
    from lckd_training.pictures.contact_sheet import draw_sheet  # noqa: PLC0415 - matplotlib is slow to import

    source = arguments.data or f"Synthetic patients from seed {arguments.seed}"
    draw_sheet(cases, title=str(source), path=arguments.sheet)
    sys.stdout.write(f"{arguments.sheet}\n")


def _chosen(folder: Path, count: int) -> "Sequence[Case]":
    """Choose patients evenly from a cohort."""
    from lckd.patients.find import find_cases  # noqa: PLC0415 - the parser needs none of it

    cases = find_cases(folder)
    count = min(count, len(cases))
    return [cases[index * len(cases) // count] for index in range(count)]


def _require_sense(arguments: argparse.Namespace) -> None:
    if not 0 <= arguments.seed <= LARGEST_SEED or arguments.count < 1:
        message = f"--seed must be from 0 to {LARGEST_SEED} and --count at least 1."
        raise TrainingError(message)
    if not arguments.out and not arguments.sheet:
        message = "There is nothing to do: give --out DIR to write patients, --sheet PNG to draw them, or both."
        raise TrainingError(message)
    if arguments.data and (arguments.out or not arguments.sheet):
        message = "--data goes with --sheet alone: patients on disk are drawn, not written again."
        raise TrainingError(message)
    if arguments.sheet and arguments.count > LARGEST_SHEET:
        message = f"A sheet holds at most {LARGEST_SHEET} patients: give a smaller --count."
        raise TrainingError(message)
