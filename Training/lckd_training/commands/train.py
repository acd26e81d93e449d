"""`lckd train` and `Training/train.py`: what they are told."""

import argparse
import time
from pathlib import Path

from lckd.arguments import add_device_argument
from lckd_training.commands.data_arguments import add_labels_argument, add_split_argument
from lckd_training.settings.recipes import RECIPES

HELP = "train weights on folders of patients, synthetic patients or both"
EPILOG = (
    "It leaves weights/, elections.json, log.csv, run.json and a checkpoint in the folder given by --out, and curves "
    "where TensorBoard is installed. On several GPUs: torchrun --nproc-per-node COUNT Training/train.py ARGUMENTS."
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `train` to the command line."""
    parser = subparsers.add_parser("train", help=HELP, description=HELP, epilog=EPILOG)
    add_arguments(parser)
    parser.set_defaults(run=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a training."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the training (default: runs/RECIPE)")
    parser.add_argument(
        "--recipe",
        choices=sorted(RECIPES),
        default="base",
        help="tiny: 4 mm, seconds, to try; base (default): 2 mm, 90 minutes on a core; paper: 1 mm, days on a GPU",
    )
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="JSON file of settings that differ from those of the recipe"
    )
    _add_patients(parser)
    _add_course(parser)
    add_device_argument(parser)


def _add_patients(parser: argparse.ArgumentParser) -> None:
    """Add whom it is trained on, and who votes."""
    parser.add_argument(
        "--data",
        nargs="+",
        default=[],
        metavar="DIR|FILE[@WEIGHT]",
        help="cohorts in any known layout, or manifests (CSV, JSON); DIR@3 is drawn three times as often, case by case",
    )
    parser.add_argument("--synthetic", type=int, default=0, metavar="COUNT", help="number of synthetic patients")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keep prepared patients here: the next training, --resume too, begins at once, and memory holds thousands",
    )
    parser.add_argument(
        "--elect",
        nargs="+",
        metavar="DIR|FILE",
        help="cohorts for the election (default: those that a manifest or split file says, else every fifth patient of "
        "--data, else synthetic ones)",
    )
    add_split_argument(parser)
    add_labels_argument(parser)


def _add_course(parser: argparse.ArgumentParser) -> None:
    """Add where it begins, how long it takes and how it goes on."""
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="optimiser steps of the whole training; fixed once begun (default: recipe's)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="seed of weights and samples (default: recipe's, 0)")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument(
        "--time-limit",
        type=float,
        metavar="MINUTES",
        help="stop this long after the start, preparation included, and leave weights; --resume goes on",
    )
    parser.add_argument(
        "--save-every",
        type=float,
        default=10.0,
        metavar="MINUTES",
        help="time between two checkpoints (default: 10); SIGTERM and Ctrl-C leave one as well",
    )
    parser.add_argument(
        "--init-from", metavar="NAME|DIR", help="installed weights or a folder to begin from instead of random weights"
    )


def run(arguments: argparse.Namespace) -> None:
    """Train weights on folders of patients, synthetic patients or both.

    Raises:
        LckdError: The arguments, a case or the output folder cannot be used; the sentence says which.
    """
    begun_s = time.monotonic()
    from lckd_training.engine.training import train  # noqa: PLC0415 - torch is slow to import, and the parser needs none

    train(arguments, begun_s=begun_s)
