"""What a training tells while it runs: the log, the progress and the curves."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lckd.files import write_text
from lckd.modality import DISPLAY_NAMES
from lckd_training.engine.curves import open_curves
from lckd_training.engine.log import LOG_NAME, Row, StepLog
from lckd_training.engine.progress import open_progress
from lckd_training.method.election import Election

ELECTIONS_NAME = "elections.json"


class Journal:
    """Takes steps and elections; by itself it keeps nothing, as in a process that does not lead."""

    def add_step(self, row: Row) -> None:
        """Take the row of a step."""

    def add_elections(self, elections: Sequence[Election]) -> None:
        """Take all elections so far, after a new one."""


class WrittenJournal(Journal):
    """A journal that is kept.

    Args:
        out: Folder of the training.
        steps: Whoever wants the row of each step.
        elections: Whoever wants each election.
    """

    def __init__(
        self, out: Path, steps: Sequence[Callable[[Row], object]], elections: Sequence[Callable[[Election], object]]
    ) -> None:
        self._out, self._steps, self._elections = out, steps, elections

    def add_step(self, row: Row) -> None:
        """Pass on the row of a step."""
        for take in self._steps:
            take(row)

    def add_elections(self, elections: Sequence[Election]) -> None:
        """Write the history and pass on the newest election."""
        history = [election.as_dict() for election in elections]
        write_text(json.dumps(history, indent=2) + "\n", self._out / ELECTIONS_NAME)
        for take in self._elections:
            take(elections[-1])


@contextmanager
def open_journal(out: Path, *, done: int, steps: int, report: Callable[[str], None]) -> Iterator[Journal]:
    """Open the journal of a training that goes on after some steps.

    Args:
        out: Folder of the training.
        done: Steps that the checkpoint holds.
        steps: Steps of the whole training.
        report: Receives a sentence whenever there is news.

    Yields:
        The journal.

    Raises:
        TrainingError: The log of the steps before cannot be read.
        OutputError: The folder cannot be written.
    """
    log = StepLog(out / LOG_NAME, steps_done=done)
    with ExitStack() as stack:
        curves = stack.enter_context(open_curves(out, steps_done=done, report=report))
        show = stack.enter_context(open_progress(done=done, steps=steps, report=report))
        tell = [curves.add_election, lambda election: report(describe_election(election))]
        yield WrittenJournal(out, [log.add, curves.add_step, show], tell)


def describe_election(election: Election) -> str:
    """Describe an election in a few lines: the teachers, and Dice from 0 to 1 in a table with a heading."""
    rows = [(f"{DISPLAY_NAMES[modality]} alone", row) for modality, row in election.dice.items()]
    rows.append(("all four", election.full_set_dice))
    lines = [f"{'mean Dice of':>14}" + "".join(f"{region:>7}" for region in election.full_set_dice)]
    lines += [f"{name:>14}" + "".join(f"{dice:7.3f}" for dice in row.values()) for name, row in rows]
    teachers = ", ".join(f"{region} {DISPLAY_NAMES[modality]}" for region, modality in election.teachers.items())
    head = f"Election at step {election.step} on {election.cases} cases; teachers: {teachers}"
    return "\n".join([head, *lines])
