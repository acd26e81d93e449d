"""Patients whose results would have one name: nothing tells which of them is meant, so none is segmented."""

from collections.abc import Sequence
from pathlib import Path

from lckd.batch.job import Job
from lckd.batch.names import same_file_key
from lckd.batch.places import places_of
from lckd.batch.source import BatchPatient
from lckd.errors import InputError
from lckd.patients.case import UnusableCase
from lckd.patients.problems import some_of


def one_of_each(patients: Sequence[BatchPatient], job: Job) -> list[BatchPatient]:
    """Make those patients unusable whose results would have one name, capitals and composed letters aside.

    Args:
        patients: All patients of a batch.
        job: Says where results lie.

    Returns:
        As many patients, in the same order.
    """
    groups: dict[str, list[BatchPatient]] = {}
    for patient in patients:
        groups.setdefault(_key(patient, job), []).append(patient)
    return [_made_unusable(patient, groups[_key(patient, job)]) for patient in patients]


def _key(patient: BatchPatient, job: Job) -> str:
    """Give what is equal for equal files; a name that cannot name files is refused later, as it stands."""
    try:
        return same_file_key(str(places_of(patient.name, job.out, job.layout).record))
    except InputError:
        return str(id(patient))


def _made_unusable(patient: BatchPatient, group: Sequence[BatchPatient]) -> BatchPatient:
    if len(group) == 1:
        return patient
    names = some_of([f"'{_where(one) or one.name}'" for one in group])
    sentence = f"{len(group)} patients would have results of one name, {names}: rename or remove all but one."
    return BatchPatient(patient.name, {}, UnusableCase(patient.name, sentence))


def _where(patient: BatchPatient) -> Path | None:
    """Give the first file of a patient, which tells it from another of the same name."""
    return next((path for paths in patient.files.values() for path in paths), None)
