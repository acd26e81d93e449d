"""What must hold of every attempt, whatever it was."""

import re
import unicodedata
from collections.abc import Iterator

from lckd.errors import on_one_line
from Testing.hostile.fuzz.attempt import Attempt
from Testing.hostile.fuzz.watch import Outcome

LONGEST_S = 5.0
"""Time of a processor."""

LARGEST_MIB = 300.0
"""Memory that a command may take on top of its libraries, for files whose content fits into a hundredth of it."""

LONGEST_REFUSAL = 900
"""Signs of a sentence that a person can still read, the names of files in it left out of the count."""

CONTROLS = {"Cc", "Cs", "Zl", "Zp"}


def complaints(attempt: Attempt, outcome: Outcome) -> list[str]:
    """Say what is wrong with an outcome; nothing if all is as it must be."""
    return [*_about_words(attempt, outcome), *_about_files(outcome), *_about_cost(outcome)]


def _about_words(attempt: Attempt, outcome: Outcome) -> Iterator[str]:
    if outcome.status not in {0, 2}:
        yield f"ended with {outcome.status}"
    if attempt.must_be_refused and outcome.status == 0:
        yield "was accepted"
    if attempt.must_be_accepted and outcome.status == 2:
        yield "was refused"
    if "Traceback" in outcome.told or "Warning" in outcome.told + outcome.printed:
        yield "a traceback or a warning"
    if outcome.status == 2:
        yield from _about_refusal(attempt, outcome)
    elif outcome.told:
        yield "something on stderr without a failure"
    shown = (outcome.told + outcome.printed).replace("\n", "")
    if any(unicodedata.category(sign) in CONTROLS for sign in shown):
        yield "control characters"


def _about_refusal(attempt: Attempt, outcome: Outcome) -> Iterator[str]:
    if outcome.told.startswith("usage: lckd"):  # what argparse says of words that it does not understand
        return
    if not is_one_refusal(outcome.told):
        yield "not exactly one sentence"
    if not any(on_one_line(name) in outcome.told for name in attempt.naming):
        yield "names none of " + ", ".join(map(repr, attempt.naming))
    if max(map(len, outcome.told.split("\n"))) > LONGEST_REFUSAL + max(map(len, attempt.naming)):
        yield "too long to read"
    if outcome.printed:
        yield "something on stdout before a failure"


def is_one_refusal(told: str) -> bool:
    """Tell whether a text is one sentence, or a heading with one sentence below it for each patient."""
    head, *lines = told.removesuffix("\n").split("\n")
    several = re.fullmatch(r"lckd: (\d+) patients .*:", head)
    if several:
        return len(lines) >= int(several[1]) and all(line.endswith((".", ":")) for line in lines)
    return not lines and re.fullmatch(r"lckd: \S.+ .+\.", head) is not None


def _about_files(outcome: Outcome) -> Iterator[str]:
    if outcome.strays:
        yield f"wrote outside: {outcome.strays}"
    if outcome.changed:
        yield f"changed its input: {outcome.changed}"
    kept = outcome.left if outcome.status else [path for path in outcome.left if ".partial" in path]
    kept = (*kept, *outcome.temporary)
    if kept:
        yield f"left behind: {kept}"


def _about_cost(outcome: Outcome) -> Iterator[str]:
    if outcome.seconds > LONGEST_S:
        yield f"took {outcome.seconds:.1f} s"
    if outcome.grown_mib > LARGEST_MIB:
        yield f"took {outcome.grown_mib:.0f} MiB of memory"
