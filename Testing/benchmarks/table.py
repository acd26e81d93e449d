"""A table of measurements, in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

GIBIBYTE = 1024.0**3


@dataclass(frozen=True)
class Table:
    """What was measured.

    Attributes:
        title: Heading.
        columns: Names of the columns.
        rows: Cells, row by row.
        read: Sentences below it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    read: str = ""

    def markdown(self) -> str:
        """Write the table with its heading."""
        numbers = ["---", *["--:"] * (len(self.columns) - 1)]
        lines = [_row(self.columns), _row(numbers), *(_row(row) for row in self.rows)]
        return "\n".join([f"## {self.title}", "", *lines, *(["", self.read] if self.read else [])])


def seconds(values: Sequence[float]) -> str:
    """Write the median of some times, with the fastest and the slowest and how many there are."""
    digits = 2 if median(values) < 10 else 0
    if len(values) == 1:
        return f"{values[0]:.{digits}f} s (n 1)"
    return f"{median(values):.{digits}f} s ({min(values):.{digits}f}–{max(values):.{digits}f}, n {len(values)})"


def ratio(slow: Sequence[float], fast: Sequence[float]) -> str:
    """Write how many times longer one takes than the other, by their medians."""
    return f"{median(slow) / median(fast):.1f}"


def gibibytes(count: float) -> str:
    """Write an amount of memory."""
    return f"{count / GIBIBYTE:.2f} GB"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
