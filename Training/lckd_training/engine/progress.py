"""How far a training is: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from lckd_training.engine.log import Row

TELL_EVERY_S = 60.0
SPEED_OVER_S = 300.0
"""The time left is told from the pace of the last minutes."""

Report = Callable[[str], None]


@contextmanager
def open_progress(*, done: int, steps: int, report: Report) -> Iterator[Callable[[Row], None]]:
    """Show the progress of a training.

    Args:
        done: Steps done before.
        steps: Steps of the whole training.
        report: Receives the lines where there is no terminal.

    Yields:
        What takes the row of each step.
    """
    console = Console()
    if not console.is_terminal:
        yield Lines(done, steps, report)
        return
    columns = (
        TextColumn("Training"), BarColumn(), MofNCompleteColumn(), TextColumn("loss {task.fields[loss]:.3f}"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, speed_estimate_period=SPEED_OVER_S) as bar:
        task = bar.add_task("", total=steps, completed=done, loss=float("nan"))
        yield lambda row: bar.update(task, completed=row["step"], loss=row["loss"])


@dataclass
class Lines:
    """Tell the progress in a line now and then.

    Attributes:
        first: Steps done before.
        steps: Steps of the whole training.
        report: Receives the lines.
        begin_s: When this sitting began.
        told_s: When a line was told last.
    """

    first: int
    steps: int
    report: Report
    begin_s: float = field(default_factory=time.monotonic)
    told_s: float = field(default_factory=time.monotonic)

    def __call__(self, row: Row) -> None:
        """Take the row of a step."""
        now = time.monotonic()
        if now - self.told_s < TELL_EVERY_S:
            return
        self.told_s = now
        step = int(row["step"])
        pace_s = (now - self.begin_s) / (step - self.first)
        left_min = pace_s * (self.steps - step) / 60
        self.report(f"Step {step} of {self.steps}, {pace_s:.2f} s a step, about {left_min:.0f} min left.")
