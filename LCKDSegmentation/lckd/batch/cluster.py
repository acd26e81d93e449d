"""A batch on several processes, here or on other machines, by Dask.

Every worker takes one patient at a time and loads the weights once. A worker that dies loses the patient that it was
at, who is given to another one; one who is done is recognised by its record, and not done again.
"""

import asyncio
import logging
import multiprocessing
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from lckd.batch.job import Job, Outcome, Usage
from lckd.batch.source import BatchPatient
from lckd.batch.tls import require_certificates
from lckd.batch.work import process
from lckd.errors import BatchError, DeviceError

LOOPBACK = "127.0.0.1"
LOCAL: dict[str, Any] = {
    "threads_per_worker": 1,
    "processes": True,
    "host": LOOPBACK,
    "dashboard_address": None,
    "worker_dashboard_address": None,
    "scheduler_kwargs": {"dashboard_address": f"{LOOPBACK}:0"},
    "memory_limit": 0,
    "silence_logs": logging.CRITICAL,
}
"""How processes are started here. They have no limit of memory: a patient is checked before it is computed, while Dask
would end a process at a share of its own reckoning. There is no dashboard, and the server that would show it takes any
port, so that two batches do not quarrel over one."""

PATIENT = {"distributed.scheduler.worker-ttl": None, "distributed.comm.timeouts.connect": "120s"}
"""A process that computes may be silent for long, and the machine busy; one that ended is noticed anyway."""

CONNECT_S, WORKERS_S, CLOSE_S = 60, 300, 15
"""How long a scheduler is waited for, its first worker, and the end of either."""

TIMEOUTS = (OSError, asyncio.TimeoutError)
"""What Dask raises when nobody answers; only since Python 3.11 is the second among the first."""

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

    with _client_of(cluster) as client:
        names = [f"lckd-{job.run}-{number}" for number in range(len(patients))]
        by_key = dict(zip(names, patients, strict=True))
        futures = [client.submit(process, patient, job, key=key, pure=False) for key, patient in by_key.items()]
        for future in as_completed(futures):
            outcome = _outcome_of(future, by_key)
            future.release()  # so that a record is not kept in three processes
            yield outcome


@contextmanager
def _client_of(cluster: Cluster) -> Iterator[Any]:
    """Connect to a scheduler; what is started here ends here, however busy the machine is.

    Yields:
        A `distributed.Client`, which has no types.

    Raises:
        DeviceError: There is no such scheduler, it has no workers, or asks for certificates that are not at hand.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # outcomes say what matters, in sentences
    if cluster.scheduler is None:
        with _local_scheduler(cluster.workers or 1) as scheduler, _connected(scheduler) as client:
            yield client
    else:
        require_certificates(cluster.scheduler)
        with _connected(cluster.scheduler) as client:
            yield client


@contextmanager
def _connected(scheduler: Any) -> Iterator[Any]:  # noqa: ANN401 - an address or a distributed.LocalCluster
    """Connect to a scheduler.

    Raises:
        DeviceError: There is no such scheduler, or it has no workers.
    """
    from distributed import Client  # noqa: PLC0415 - as above

    missing = (
        f"No Dask scheduler with workers answers at '{scheduler}': start 'dask scheduler' and 'dask worker', and give "
        "the address that the scheduler tells."
    )
    with _in_time(missing):
        client = Client(scheduler, timeout=CONNECT_S)
    with _closing(client):
        with _in_time(missing):
            client.wait_for_workers(1, timeout=WORKERS_S)
        yield client


@contextmanager
def _local_scheduler(workers: int) -> Iterator[Any]:
    """Start processes on this machine that nobody can reach from another one."""
    import dask.config  # noqa: PLC0415 - as above
    from distributed import LocalCluster  # noqa: PLC0415 - as above

    others = multiprocessing.active_children()
    try:
        with dask.config.set(PATIENT):
            with _in_time(f"{workers} processes did not start here: close other programs, or use fewer processes."):
                cluster = LocalCluster(n_workers=workers, **LOCAL)
            with _closing(cluster):
                yield cluster
    finally:
        for child in multiprocessing.active_children():
            if child not in others:
                child.kill()


@contextmanager
def _in_time(message: str) -> Iterator[None]:
    """Say in a sentence that nobody answered in time.

    Raises:
        DeviceError: Nobody did.
    """
    try:
        yield
    except (*TIMEOUTS, RuntimeError, TypeError, ValueError) as error:  # the last two of an address that is none
        raise DeviceError(message) from error


@contextmanager
def _closing(thing: Any) -> Iterator[None]:  # noqa: ANN401 - a client or a cluster
    """Close in the end; a machine too busy to answer in time must not cost the results that are there."""
    try:
        yield
    finally:
        with suppress(*TIMEOUTS):
            thing.close(timeout=CLOSE_S)


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
