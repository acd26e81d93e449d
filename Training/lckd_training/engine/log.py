"""`log.csv`: one row per training step, each step once, also after an interruption."""

import csv
from collections.abc import Mapping
from pathlib import Path

from lckd.errors import TrainingError
from lckd.files import replace_file, writing

LOG_NAME = "log.csv"
COLUMNS = ("step", "loss", "segmentation", "distillation", "learning_rate", "seconds")


Row = Mapping[str, float]
"""A value for each of `COLUMNS`."""


class StepLog:
    """The log of a training that goes on after some steps.

    Args:
        path: The file; rows of later steps, which will be done again, are dropped from it.
        steps_done: Steps that the checkpoint holds.

    Raises:
        TrainingError: The file is there, and no such log.
        OutputError: The file cannot be written.
    """

    def __init__(self, path: Path, *, steps_done: int) -> None:
        kept = _read(path, steps_done)
        replace_file(path, lambda temporary: _write(temporary, kept))
        self._path = path

    def add(self, row: Row) -> None:
        """Write one row with a value for each of `COLUMNS`; it is on disk when the call returns.

        Raises:
            OutputError: The file cannot be written.
        """
        with writing(self._path), self._path.open("a", newline="", encoding="utf-8") as stream:
            csv.DictWriter(stream, COLUMNS).writerow(row)


def _read(path: Path, steps_done: int) -> list[dict[str, str]]:
    """Read the rows of the steps that a checkpoint holds; one that was cut off is left out.

    Raises:
        TrainingError: The file is no such log.
    """
    if not path.is_file():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = [{name: row[name] for name in COLUMNS} for row in csv.DictReader(stream)]
        whole = [row for row in rows if None not in row.values() and row["step"].isdecimal()]
        return [row for row in whole if int(row["step"]) <= steps_done]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        message = f"The log '{path}' cannot be read: remove it, and --resume goes on with a new one."
        raise TrainingError(message) from error


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
