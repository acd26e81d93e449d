"""Curves for TensorBoard, where it is installed: the columns of the log, and the Dice of every election."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lckd_training.engine.log import Row
from lckd_training.method.election import Election

CURVES_FOLDER = "tensorboard"
NOT_INSTALLED = "TensorBoard is not installed (extra 'tensorboard'): no curves are drawn; log.csv holds all figures."


class Curves:
    """Takes what a training measures.

    Args:
        writer: A `SummaryWriter`, or None where TensorBoard is missing.
    """

    def __init__(self, writer: Any | None) -> None:  # noqa: ANN401 - a class of an optional package
        self._writer = writer

    def add_step(self, row: Row) -> None:
        """Draw a point of each column of the log."""
        for name, value in row.items():
            if self._writer and name != "step":
                self._writer.add_scalar(f"step/{name}", value, int(row["step"]))

    def add_election(self, election: Election) -> None:
        """Draw the Dice of each modality alone and of all together, per region."""
        for name, dice in [*election.dice.items(), ("all", election.full_set_dice)]:
            for region, value in dice.items():
                if self._writer:
                    self._writer.add_scalar(f"election/{region}/{name}", value, election.step)


@contextmanager
def open_curves(out: Path, *, steps_done: int, report: Callable[[str], None]) -> Iterator[Curves]:
    """Open the curves of a training that goes on after some steps.

    Args:
        out: Folder of the training; the curves go to `tensorboard` in it.
        steps_done: Steps that the checkpoint holds; points of later ones are hidden.
        report: Is told how to see them, or that TensorBoard is missing.

    Yields:
        What takes steps and elections.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - an optional package, slow to import
    except ImportError:
        report(NOT_INSTALLED)
        yield Curves(None)
        return
    folder = out / CURVES_FOLDER
    report(f"To see the curves: tensorboard --logdir {shlex.quote(str(folder))}")
    with SummaryWriter(str(folder), purge_step=steps_done + 1) as writer:
        yield Curves(writer)
