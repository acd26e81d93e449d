"""What a batch came to, and what it cost."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lckd.batch.job import Outcome
from lckd.batch.progress import duration

GIBIBYTE = 1024.0**3


@dataclass(frozen=True)
class Summary:
    """Counts and costs.

    Attributes:
        patients: Number of patients.
        done: Segmented in this run.
        kept: Segmented in a run before.
        failed: Not segmented.
        wall_seconds: Time of the clock.
        cpu_seconds: Time of all cores of all processes.
        median_seconds: Of a patient of this run; None where there was none.
        longest_seconds: The same.
        peak_bytes: Most memory of one process; None where the system does not say.
        processes: How many processes segmented.
        devices: Where it was computed.
    """

    patients: int
    done: int
    kept: int
    failed: int
    wall_seconds: float
    cpu_seconds: float
    median_seconds: float | None
    longest_seconds: float | None
    peak_bytes: int | None
    processes: int
    devices: tuple[str, ...]

    def sentences(self) -> tuple[str, ...]:
        """Say it in short sentences."""
        counts = f"{self.done} segmented, {self.kept} done before, {self.failed} failed"
        first = f"{self.patients} patient{'s' * (self.patients != 1)} in {duration(self.wall_seconds)}: {counts}."
        if self.median_seconds is None or self.longest_seconds is None:
            return (first,)
        memory = "" if self.peak_bytes is None else f", at most {self.peak_bytes / GIBIBYTE:.1f} GB of memory in each"
        where = f"{self.processes} process{'es' * (self.processes != 1)} on {' and '.join(self.devices)}{memory}"
        pace = f"{self.median_seconds:.1f} s a patient (median), {self.longest_seconds:.1f} s the longest"
        return first, f"{pace}; {where}; {duration(self.cpu_seconds)} of all cores together."


def summarise(outcomes: Sequence[Outcome], *, wall_seconds: float) -> Summary:
    """Sum up the outcomes of a batch.

    Args:
        outcomes: What became of the patients.
        wall_seconds: How long all of it took.
    """
    counts = Counter(outcome.status for outcome in outcomes)
    made = [outcome for outcome in outcomes if outcome.status == "done"]
    seconds = [outcome.usage.seconds for outcome in made]
    return Summary(
        patients=len(outcomes),
        done=counts["done"],
        kept=counts["kept"],
        failed=counts["failed"],
        wall_seconds=wall_seconds,
        cpu_seconds=sum(outcome.usage.cpu_seconds for outcome in outcomes),
        median_seconds=statistics.median(seconds) if seconds else None,
        longest_seconds=max(seconds, default=None),
        peak_bytes=max((outcome.usage.peak_bytes for outcome in outcomes if outcome.usage.peak_bytes), default=None),
        processes=len({outcome.usage.process for outcome in made}),
        devices=tuple(sorted({outcome.record["device"] for outcome in made if outcome.record})),
    )
