"""How fast synthetic patients are made."""

from statistics import median

from lckd_training.cohorts.case import SyntheticCase
from Testing.benchmarks.child import timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.table import Table, seconds

SPACINGS_MM = (2.0, 1.0)
FIRST = 100
"""Seeds from here on, so that no other benchmark has made these patients."""


def measure(options: Options) -> list[Table]:
    """Make patients at the spacing of a training and at that of BraTS."""
    rows = []
    for spacing_mm in SPACINGS_MM:
        cases = [
            SyntheticCase(options.seed + FIRST + number, spacing_mm=spacing_mm) for number in range(options.runs + 1)
        ]
        cases[0].load()
        times = [timed(case.load) for case in cases[1:]]
        rows.append([f"{spacing_mm} mm", seconds(times), f"{1 / median(times):.2f}"])
    return [Table("Synthetic patients", ["spacing", "one patient", "patients a second"], rows)]
