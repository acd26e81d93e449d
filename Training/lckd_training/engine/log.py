"""`log.csv`: one row per training step, each step once, also after an interruption."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from lckd.files import replace_file

LOG_NAME = "log.csv"
COLUMNS = ("step", "loss", "segmentation", "distillation", "learning_rate", "seconds")


Row = Mapping[str, float]
"""A value for each of `COLUMNS`."""


class StepLog(Protocol):
    """Takes the rows of a log."""

    def writerow(self, row: Row, /) -> object:
        """Write one row with a value for each of `COLUMNS`."""


@contextmanager
def open_log(path: Path, *, steps_done: int) -> Iterator[StepLog]:
    """Open the log of a training that goes on after some steps.

    Args:
        path: The file; rows of later steps, which will be done again, are dropped from it.
        steps_done: Steps that the checkpoint holds.

    Yields:
        A writer of rows; each row is on disk when the call returns.

    Raises:
        OutputError: The file cannot be written.
    """
    rows: list[dict[str, str]] = []
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if (row["step"] or "").isdigit()]
    kept = [row for row in rows if int(row["step"]) <= steps_done]
    replace_file(path, lambda temporary: _write(temporary, kept))
    with path.open("a", buffering=1, newline="", encoding="utf-8") as stream:
        yield csv.DictWriter(stream, COLUMNS)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
