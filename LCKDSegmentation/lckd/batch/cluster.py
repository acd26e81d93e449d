"""A batch on several processes, here or on other machines, by Dask.

Every worker takes one patient at a time and loads the weights once. A worker that dies loses the patient that it was
at, who is given to another one; one who is done is recognised by its record, and not done again.
"""

import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from lckd.batch.job import Job, Outcome, Usage
from lckd.batch.source import BatchPatient
from lckd.batch.work import process
from lckd.errors import BatchError, DeviceError

LOOPBACK = "127.0.0.1"
CONNECT_S, WORKERS_S = 15, 60
"""How long a scheduler is waited for, and its first worker."""

KILLED = (
    "The process that segmented it ended {times} times, and nobody knows why: there may be too little memory, so use "
    "fewer processes."
)


@dataclass(frozen=True)
class Cluster:
    """Where a batch is computed; one of both is given.

    Attributes:
        workers: Number of processes to start on this machine, or None.
        scheduler: Address of a Dask scheduler that runs already, or None.
    """

    workers: int | None = None
    scheduler: str | None = None


def process_on_cluster(patients: Sequence[BatchPatient], job: Job, cluster: Cluster) -> Generator[Outcome, None, None]:
    """Process patients on a cluster, in whichever order they end; leaving early ends what was started.

    Args:
        patients: The patients.
        job: What to do.
        cluster: Where.

    Yields:
        What became of each patient, once.

    Raises:
        DeviceError: There is no such scheduler, or it has no workers.
        BatchError: The cluster was lost.
    """
    from distributed import as_completed  # noqa: PLC0415 - an extra, and slow to import

    with ExitStack() as stack:
        client = _connect(cluster, stack)
        names = [f"lckd-{job.run}-{number}" for number in range(len(patients))]
        by_key = dict(zip(names, patients, strict=True))
        futures = [client.submit(process, patient, job, key=key, pure=False) for key, patient in by_key.items()]
        for future in as_completed(futures):
            outcome = _outcome_of(future, by_key)
            future.release()  # so that a record is not kept in three processes
            yield outcome


def _connect(cluster: Cluster, stack: ExitStack) -> Any:  # noqa: ANN401 - a distributed.Client, which has no types
    """Connect to a scheduler; what is started ends with the stack.

    Raises:
        DeviceError: There is no such scheduler, or it has no workers.
    """
    from distributed import Client  # noqa: PLC0415 - as above

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # outcomes say what matters, in sentences
    if cluster.scheduler is None:
        return stack.enter_context(Client(stack.enter_context(_local(cluster.workers or 1))))
    try:
        client = stack.enter_context(Client(cluster.scheduler, timeout=CONNECT_S))
        client.wait_for_workers(1, timeout=WORKERS_S)
    except (OSError, ValueError, TypeError) as error:  # a TimeoutError is an OSError
        message = (
            f"No Dask scheduler with workers answers at '{cluster.scheduler}': start 'dask scheduler' and 'dask "
            "worker', and give the address that the scheduler tells."
        )
        raise DeviceError(message) from error
    return client


def _local(workers: int) -> Any:  # noqa: ANN401 - a distributed.LocalCluster, which has no types
    """Start processes on this machine that nobody can reach from another one."""
    from distributed import LocalCluster  # noqa: PLC0415 - as above

    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host=LOOPBACK,
        dashboard_address=None,
        worker_dashboard_address=None,
        memory_limit=0,  # patients are checked before they are computed; Dask would kill at a share of its own
        silence_logs=logging.CRITICAL,
    )


def _outcome_of(future: Any, patients: Mapping[str, BatchPatient]) -> Outcome:  # noqa: ANN401 - a distributed.Future
    """Give what became of a patient.

    Raises:
        BatchError: The cluster was lost, or its workers cannot compute.
    """
    from distributed import KilledWorker  # noqa: PLC0415 - as above

    error = None if future.cancelled() else future.exception()
    if isinstance(error, KilledWorker):
        nothing = Usage(seconds=0.0, cpu_seconds=0.0, peak_bytes=None, process="")
        sentence = KILLED.format(times=error.allowed_failures + 1)
        return Outcome(patients[future.key].name, "failed", nothing, sentence=sentence)
    if error is not None or future.cancelled():
        reason = f"{type(error).__name__}: {error}" if error else "the scheduler ended"
        message = f"The cluster cannot go on ({reason}): see that its workers have this software, and start again."
        raise BatchError(message)
    outcome: Outcome = future.result()
    return outcome
