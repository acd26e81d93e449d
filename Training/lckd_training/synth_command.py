"""`lckd synth`: synthetic patients as NIfTI in the naming of BraTS 2020."""

import argparse
import sys
from pathlib import Path

from lckd.errors import TrainingError
from lckd_training.config import LARGEST_SEED


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `synth` to the command line."""
    parser = subparsers.add_parser("synth", help="make synthetic patients")
    parser.add_argument("--seed", type=int, required=True, metavar="N", help="seed of the first patient")
    parser.add_argument("--count", type=int, default=1, metavar="K", help="number of patients (default: 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where each patient's folder is made")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write the patients of consecutive seeds.

    Raises:
        TrainingError: The seed is negative or the count below 1.
        OutputError: The folder cannot be written.
    """
    from lckd_training.cohort import SyntheticCase, write_case  # noqa: PLC0415 - the parser needs none of it

    if not 0 <= arguments.seed <= LARGEST_SEED or arguments.count < 1:
        message = f"--seed must be from 0 to {LARGEST_SEED} and --count at least 1."
        raise TrainingError(message)
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        sys.stdout.write(f"{write_case(SyntheticCase(seed), arguments.out)}\n")
