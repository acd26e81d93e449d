"""A sheet of paper: where things stand on it, and how they are written."""

import textwrap
from collections.abc import Sequence
from typing import Any, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

MM_PER_INCH = 25.4
PAGE_MM = (210.0, 297.0)
"""A4, upright; what is laid out leaves enough at the sides for American paper."""

LEFT_MM, RIGHT_MM, TOP_MM = 18.0, 192.0, 16.0
LINE_MM, CELL_MM, SECTION_MM = 4.2, 4.6, 7.5
SMALL, NORMAL, LARGE = 7.0, 8.0, 15.0
CHARACTERS = 125
"""Of the smaller type that surely fit on a line."""

INK, QUIET, RULE = "#1a1a1e", "#5c5c66", "#c9c9d1"

Row: TypeAlias = Sequence[str]


class Paper:
    """A sheet of paper that is written on from top to bottom.

    Attributes:
        figure: What it becomes.
        y_mm: How far from the top the next thing stands.
    """

    def __init__(self) -> None:
        size = (PAGE_MM[0] / MM_PER_INCH, PAGE_MM[1] / MM_PER_INCH)
        self.figure = Figure(figsize=size, dpi=150, facecolor="white")
        self.y_mm = TOP_MM

    def write(self, x_mm: float, text: str, **style: Any) -> None:  # noqa: ANN401 - matplotlib's own
        """Write at the current height."""
        options = {"fontsize": NORMAL, "color": INK, "va": "top", "parse_math": False, **style}
        self.figure.text(x_mm / PAGE_MM[0], 1 - self.y_mm / PAGE_MM[1], text, **options)

    def axes(self, x_mm: float, width_mm: float, height_mm: float) -> Axes:
        """Give a place for a picture below the current height."""
        bottom_mm = PAGE_MM[1] - self.y_mm - height_mm
        wide, high = PAGE_MM
        return self.figure.add_axes((x_mm / wide, bottom_mm / high, width_mm / wide, height_mm / high))

    def rule(self) -> None:
        """Draw a thin line across."""
        y = 1 - self.y_mm / PAGE_MM[1]
        ends = [LEFT_MM / PAGE_MM[0], RIGHT_MM / PAGE_MM[0]]
        self.figure.add_artist(Line2D(ends, [y, y], color=RULE, linewidth=0.6))

    def section(self, title: str) -> None:
        """Begin a part."""
        self.y_mm += SECTION_MM - LINE_MM
        self.write(LEFT_MM, title, weight="bold", fontsize=NORMAL + 1)
        self.y_mm += LINE_MM + 1.2

    def lines(self, text: str, **style: Any) -> None:  # noqa: ANN401 - matplotlib's own
        """Write a text over as many lines as it takes."""
        for line in textwrap.wrap(text, CHARACTERS):
            self.write(LEFT_MM, line, fontsize=SMALL, **style)
            self.y_mm += LINE_MM - 0.6

    def table(self, rows: Sequence[Row], *, columns_mm: Sequence[float]) -> None:
        """Write a table, its heads quiet, the first column to the left and the others to the right of their places."""
        heads, *others = rows
        self._row(heads, columns_mm, color=QUIET, fontsize=SMALL)
        self.y_mm += (LINE_MM - 1.0) * max(head.count("\n") for head in heads) - 0.6
        self.rule()
        self.y_mm += 1.2
        for row in others:
            self._row(row, columns_mm)

    def _row(self, row: Row, columns_mm: Sequence[float], **style: Any) -> None:  # noqa: ANN401 - matplotlib's own
        for column, (x_mm, text) in enumerate(zip(columns_mm, row, strict=True)):
            self.write(x_mm, text, ha="right" if column else "left", **style)
        self.y_mm += CELL_MM
