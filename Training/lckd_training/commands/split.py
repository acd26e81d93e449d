"""`lckd split`: deal the patients of cohorts into those to learn from, to elect on and to measure on."""

import argparse
from pathlib import Path

from lckd.errors import TrainingError
from lckd_training.commands.data_arguments import add_labels_argument
from lckd_training.commands.outputs import require_ending

HELP = "deal patients at random into a split file: to train, to elect, to test; no patient is on two sides"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `split` to the command line."""
    parser = subparsers.add_parser("split", help=HELP, description=HELP)
    parser.add_argument("--data", nargs="+", required=True, metavar="DIR|FILE", help="cohorts: folders or manifests")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="split file (.json)")
    parser.add_argument("--elect", type=float, default=0.15, metavar="SHARE", help="share to elect on (default: 0.15)")
    parser.add_argument("--test", type=float, default=0.2, metavar="SHARE", help="share to measure on (default: 0.2)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="decides who (default: 0)")
    add_labels_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Check all cases, deal them and write the split file.

    Raises:
        TrainingError: A share or the seed is out of range.
        InputError: Cases cannot be used.
        OutputError: The file cannot be written, or is another one than a split file.
    """
    from lckd_training.cohorts.checks import check_cases  # noqa: PLC0415 - the parser needs none of it
    from lckd_training.cohorts.leakage import same_patients  # noqa: PLC0415
    from lckd_training.cohorts.sources import find_all  # noqa: PLC0415
    from lckd_training.cohorts.split import deal, require_replaceable, write_split  # noqa: PLC0415

    require_ending(arguments.out, ".json", option="--out")
    require_replaceable(arguments.out)
    elect, test = arguments.elect, arguments.test
    if not (elect >= 0 and test >= 0 and elect + test < 1 and arguments.seed >= 0):
        message = "--elect and --test must be shares of 0 or more that leave some to train, and --seed 0 or more."
        raise TrainingError(message)
    cases = find_all(arguments.data, labels=arguments.labels)
    groups = [[case.name for case in group] for group in same_patients(cases, check_cases(cases))]
    sides = deal(groups, elect=elect, test=test, seed=arguments.seed)
    write_split(sides, arguments.out)
    counts = ", ".join(f"{len(names)} to {part}" for part, names in sides.items())
    print(f"{len(cases)} cases of {len(groups)} patients: {counts}. Split file: {arguments.out}")
