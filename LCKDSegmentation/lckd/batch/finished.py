"""Is a patient done already? Only if a complete record says so, of the same inputs, weights and options."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lckd
from lckd.batch.job import Job
from lckd.batch.measures import measures_of
from lckd.batch.places import Places
from lckd.batch.source import BatchPatient
from lckd.errors import InputError
from lckd.files import write_text, writing
from lckd.text import read_json

KEY = "batch"
"""What a batch adds to a record."""

Made = Mapping[str, Any]
"""What a result is made from, in values that JSON can hold."""


def made_from(patient: BatchPatient, job: Job) -> dict[str, Any]:
    """Describe what the result of a patient is made from: by content, so that files may be moved.

    The device is left out: it decides where it is computed, not what. Options count by what they mean for this patient.

    Raises:
        InputError: A file cannot be read.
    """
    return {
        "inputs": {modality: [_digest(path) for path in paths] for modality, paths in patient.files.items()},
        "tensors_sha256": job.tensors_sha256,
        "card_sha256": job.card_sha256,
        "reference": job.reference or next(iter(patient.files), None),
        "preparation": asdict(job.preparation),
        "lckd": lckd.__version__,
    }


def read_finished(places: Places, made: Made) -> dict[str, Any] | None:
    """Read the record of a patient who is done.

    Args:
        places: Where the results lie.
        made: What they must be made from.

    Returns:
        The record, or None where anything is missing, changed or of something else.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, InputError):
        record = read_json(places.record)
        measures_of(record)
        files = {path.name: _sha256(path) for path in (places.label_map, places.thumbnail)}
        if record[KEY]["made_from"] == made and record[KEY]["files"] == files:
            return dict(record)
    return None


def write_finished(record: Mapping[str, Any], places: Places, *, made: Made, run: str) -> dict[str, Any]:
    """Write the record of a patient whose other files are written.

    Args:
        record: What `lckd.record` says of the segmentation.
        places: Where the files lie.
        made: What they are made from.
        run: Which run made them.

    Returns:
        The record as written.

    Raises:
        OutputError: It cannot be written.
    """
    with writing(places.record):
        files = {path.name: _sha256(path) for path in (places.label_map, places.thumbnail)}
    full = {**record, "Manual": False, KEY: {"run": run, "made_from": dict(made), "files": files}}
    write_text(json.dumps(full, indent=2, ensure_ascii=False) + "\n", places.record)
    return full


def remove_stale(places: Places) -> None:
    """Remove what was made from something else, so that it is never taken for the result.

    Raises:
        OutputError: It cannot be removed.
    """
    for path in places.in_order():
        with writing(path):
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    """Hash an input.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return _sha256(path)
    except OSError as error:
        message = (
            f"The file '{path}' cannot be read ({error.strerror or error}): copy it again, or mend its permissions."
        )
        raise InputError(message) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
