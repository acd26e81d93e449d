"""Two results against each other: begun by two names, ended by a third result."""

from unittest.mock import MagicMock

import pytest

from lckd.errors import InputError
from lckd_app import comparing
from lckd_app.comparing import Comparison

FIRST, SECOND, THIRD = "FLAIR", "FLAIR + T1", "T2"


@pytest.fixture
def comparison(monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """Of three results, the first two are compared."""
    for name in ("agreement", "put_difference", "show_difference"):
        monkeypatch.setattr(comparing, name, MagicMock())
    replies = {title: object() for title in (FIRST, SECOND, THIRD)}

    def reply_of(title: str) -> object:
        if title not in list(replies):
            message = f"'{title}' was not segmented yet."
            raise InputError(message)
        return replies[title]

    comparison = Comparison(MagicMock(), MagicMock(reply_of=reply_of), MagicMock())
    comparison.choose(FIRST, SECOND, "WT")
    return comparison


def pair(comparison: Comparison) -> tuple[str, str]:
    return comparison.first, comparison.second


def test_another_result_ends_it(comparison: Comparison) -> None:
    comparison.meet(THIRD, is_other=True)
    assert pair(comparison) == ("", "")
    assert comparison.agreement is None


def test_a_map_of_the_result_that_was_shown_before_does_not(comparison: Comparison) -> None:
    comparison.meet(THIRD, is_other=False)
    assert pair(comparison) == (FIRST, SECOND)


def test_one_of_the_two_does_not(comparison: Comparison) -> None:
    comparison.meet(SECOND, is_other=True)
    assert pair(comparison) == (FIRST, SECOND)


@pytest.mark.parametrize("title", ["T1", 7, ["x"]])
def test_what_was_not_run_leaves_what_is_compared(comparison: Comparison, title: str) -> None:
    with pytest.raises(InputError, match="not segmented"):
        comparison.choose(FIRST, title, "TC")
    assert (pair(comparison), comparison.region) == ((FIRST, SECOND), "WT")
