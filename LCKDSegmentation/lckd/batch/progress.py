"""How far a batch is: one line a patient, with the time left."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lckd.batch.job import Outcome
from lckd.batch.measures import measures_of
from lckd.measure import describe_volumes
from lckd.region import REGIONS

Report = Callable[[str], None]
MINUTE_S, HOUR_S = 60, 3600


@dataclass
class Lines:
    """Tells a line for each patient.

    Attributes:
        total: Number of patients.
        report: Receives the lines.
        begin_s: When the first patient began.
        seen: Patients that were told.
        computed: Those of them that took the time of a segmentation.
    """

    total: int
    report: Report
    begin_s: float = field(default_factory=time.monotonic)
    seen: int = 0
    computed: int = 0

    def __call__(self, outcome: Outcome) -> None:
        """Tell what became of a patient."""
        self.seen += 1
        self.computed += outcome.status == "done"
        self.report(f"[{self.seen}/{self.total}] {outcome.name}: {_describe(outcome)}{self._left()}")

    def _left(self) -> str:
        left = self.total - self.seen
        if not left or not self.computed:
            return ""
        pace_s = (time.monotonic() - self.begin_s) / self.computed
        return f" About {duration(pace_s * left)} left."


def duration(seconds: float) -> str:
    """Say a time as people do."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds / HOUR_S:.1f} h"


def _describe(outcome: Outcome) -> str:
    if outcome.record is None:
        return f"failed. {outcome.sentence}"
    if outcome.status == "kept":
        return "done before."
    figures = measures_of(outcome.record)
    volumes = {region: figures[f"{region}_volume_cm3"] or 0.0 for region in REGIONS}
    return f"{describe_volumes(volumes)} {outcome.usage.seconds:.1f} s."
