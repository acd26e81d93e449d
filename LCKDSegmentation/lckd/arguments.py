"""Arguments that many commands share, and what they mean."""

import argparse
from pathlib import Path

from lckd.weights.folder import default_weights
from lckd.weights.store import find


def add_weights_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--weights``; see `weights_of`."""
    parser.add_argument(
        "--weights", metavar="NAME|DIR", help="installed weights or a folder (default: those that came along)"
    )


def add_device_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--device``, which `lckd.device.choose_device` understands."""
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto", help="where to compute (default: auto)"
    )


def weights_of(arguments: argparse.Namespace) -> Path:
    """Find the weights that a command was told to use, or those that came along.

    Raises:
        LckdError: There are none of that name; see `lckd.weights.store.find`.
    """
    return default_weights() if arguments.weights is None else find(arguments.weights)
