"""Saying what is wrong with many cases, so that a user hears of all of it at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lckd.errors import InputError

NAMED = 3
"""Names that a sentence gives at most."""


def some_of(names: Sequence[str]) -> str:
    """Name the first few of several."""
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest


class Problems:
    """The sentences of all cases that cannot be used."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    @contextmanager
    def noted(self, name: str = "") -> Iterator[None]:
        """Note the `InputError` of one case instead of raising it.

        Args:
            name: Case to name before its sentence.
        """
        try:
            yield
        except InputError as error:
            self.sentences.append(f"{name}: {error}" if name else str(error))

    def require_none(self, what: str) -> None:
        """Raise all problems as one error; a single one is raised as it is.

        Args:
            what: What is wrong with them, after ``N patients``.

        Raises:
            InputError: There are problems.
        """
        lines = [line for sentence in self.sentences for line in sentence.split("\n")]  # a manifest has some of its own
        if len(self.sentences) == 1:
            raise InputError(lines[0], lines=lines[1:])
        if self.sentences:
            message = f"{len(self.sentences)} patients {what}:"
            raise InputError(message, lines=lines)
