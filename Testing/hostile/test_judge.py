"""What the judge of hostile attempts must not overlook."""

import pytest

from Testing.hostile.fuzz.attempt import Attempt
from Testing.hostile.fuzz.judge import complaints
from Testing.hostile.fuzz.watch import Outcome

ACCEPTED, REFUSED = 0, 2
TOLD = {ACCEPTED: "", REFUSED: "lckd: The file 'scan.nhdr' is damaged.\n"}


def outcome_of(status: int) -> Outcome:
    """Make what an attempt ends in that leaves nothing to complain about but its status."""
    return Outcome(
        status, TOLD[status], printed="", seconds=0.1, grown_mib=1.0, strays=(), changed=(), left=(), temporary=()
    )


@pytest.mark.parametrize("status", [ACCEPTED, REFUSED])
def test_input_that_may_be_usable_or_not_can_end_in_either_way(status: int) -> None:
    assert complaints(Attempt(("segment",), ("scan.nhdr",)), outcome_of(status)) == []


def test_input_that_must_be_refused_may_not_end_well() -> None:
    attempt = Attempt(("segment",), ("scan.nhdr",), must_be_refused=True)
    assert complaints(attempt, outcome_of(ACCEPTED)) == ["was accepted"]
    assert complaints(attempt, outcome_of(REFUSED)) == []


def test_good_input_may_not_be_refused() -> None:
    attempt = Attempt(("segment",), ("scan.nhdr",), must_be_accepted=True)
    assert complaints(attempt, outcome_of(REFUSED)) == ["was refused"]
    assert complaints(attempt, outcome_of(ACCEPTED)) == []
