"""`measurements.csv`: one row a patient, whatever became of it."""

import csv
import io
from collections.abc import Sequence

from lckd.batch.job import Job, Outcome
from lckd.batch.measures import columns, measures_of, subset_of
from lckd.batch.places import places_of
from lckd.files import write_text
from lckd.modality import subset_name

NAME = "measurements.csv"
DECIMALS = 3
HEAD, TAIL = (
    ("patient", "modalities", "reference"),
    ("notes", "preprocessing_seconds", "seconds", "device", "label_map", "error"),
)


def write_table(outcomes: Sequence[Outcome], job: Job) -> None:
    """Write the table.

    Args:
        outcomes: What became of the patients.
        job: What was done.

    Raises:
        OutputError: It cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*HEAD, *columns(), *TAIL], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(outcome, job) for outcome in outcomes)
    write_text(text.getvalue(), job.out / NAME)


def _row(outcome: Outcome, job: Job) -> dict[str, object]:
    row: dict[str, object] = {"patient": outcome.name, "error": outcome.sentence}
    record = outcome.record
    if record is None:
        return row
    figures = {name: None if value is None else round(value, DECIMALS) for name, value in measures_of(record).items()}
    told = {
        "modalities": subset_name(subset_of(record)),
        "reference": record["reference"],
        "notes": " ".join(record["notes"]),
        "preprocessing_seconds": record["preprocessing_seconds"],
        "seconds": record["seconds"],
        "device": record["device"],
        "label_map": places_of(outcome.name, job.out, job.layout).label_map.relative_to(job.out).as_posix(),
    }
    return {**row, **figures, **told}
