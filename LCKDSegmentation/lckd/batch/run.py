"""Running a batch: patient by patient in this process, or on a cluster."""

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from lckd.batch.bids import describe_derivative
from lckd.batch.cluster import Cluster, process_on_cluster
from lckd.batch.job import Job, Outcome
from lckd.batch.out import clear_partial
from lckd.batch.page import write_page
from lckd.batch.progress import Lines, Report
from lckd.batch.source import BatchPatient
from lckd.batch.summary import Summary, summarise
from lckd.batch.table import write_table
from lckd.batch.unique import one_of_each
from lckd.batch.work import process
from lckd.errors import BatchError


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to.

    Attributes:
        outcomes: What became of each patient, by name.
        summary: Counts and costs.
    """

    outcomes: tuple[Outcome, ...]
    summary: Summary


def run_batch(patients: Sequence[BatchPatient], job: Job, *, cluster: Cluster | None, report: Report) -> BatchResult:
    """Segment all patients; leave table and page.

    Args:
        patients: The patients, from `lckd.batch.source.find_patients`.
        job: What to do; its folder is prepared.
        cluster: Where to compute; None is this process.
        report: Told a line a patient.

    Returns:
        What became of them.

    Raises:
        BatchError: Going on has no point, since what failed a patient would fail all.
        OutputError: Table or page cannot be written.
    """
    begin_s = time.perf_counter()
    try:
        outcomes = _all(one_of_each(patients, job), job, cluster=cluster, report=report)
    finally:
        clear_partial(job.out)  # of processes that were stopped or killed
    outcomes.sort(key=lambda outcome: outcome.name)
    summary = summarise(outcomes, wall_seconds=time.perf_counter() - begin_s)
    write_table(outcomes, job)
    write_page(outcomes, job, summary)
    if job.layout == "bids":
        describe_derivative(job.out)
    return BatchResult(tuple(outcomes), summary)


def _all(patients: Sequence[BatchPatient], job: Job, *, cluster: Cluster | None, report: Report) -> list[Outcome]:
    """Process all patients.

    Raises:
        BatchError: See `run_batch`.
    """
    outcomes: list[Outcome] = []
    tell = Lines(len(patients), report)
    work = _process_here(patients, job) if cluster is None else process_on_cluster(patients, job, cluster)
    with closing(work):
        for outcome in work:
            outcomes.append(outcome)
            tell(outcome)
            if outcome.ends_all:
                message = f"{outcome.sentence} The batch ended at patient {len(outcomes)} of {len(patients)}."
                raise BatchError(message)
    return outcomes


def _process_here(patients: Sequence[BatchPatient], job: Job) -> Generator[Outcome, None, None]:
    for patient in patients:
        yield process(patient, job)
