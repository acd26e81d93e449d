"""Arguments about cohorts that several commands share."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.region import CONVENTIONS

if TYPE_CHECKING:
    from lckd.patients.folder_case import Part


def add_labels_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--labels``."""
    parser.add_argument(
        "--labels",
        choices=list(CONVENTIONS),
        help="what label values mean where layout or manifest does not say so (BIDS); brats: 1 NCR, 2 ED, 4 ET; "
        "brats2023: 1 NCR, 2 ED, 3 ET; brats2024: the same and 4 cavity; msd: 1 ED, 2 NCR, 3 ET",
    )


def add_split_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--split``."""
    parser.add_argument("--split", type=Path, metavar="FILE", help="split file of 'lckd split': who is on which side")


def add_measured_arguments(parser: argparse.ArgumentParser, *, part: "Part" = "test") -> None:
    """Add what tells the cases to measure apart from others: ``--split``, ``--part`` and ``--labels``.

    Args:
        parser: Gets the arguments.
        part: Side that is measured by default.
    """
    add_split_argument(parser)
    parser.add_argument(
        "--part",
        choices=["train", "elect", "test"],
        default=part,
        help=f"side to measure, where --split or a manifest tells sides apart (default: {part})",
    )
    add_labels_argument(parser)
