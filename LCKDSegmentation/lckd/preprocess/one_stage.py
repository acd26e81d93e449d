"""The steps of the preparation as one stage, for whoever shows progress in a single bar; needs no heavy library."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lckd.preprocess.steps import Progress

STAGE = "preprocess"
STEPS = ("register", "strip", "bias")
PARTS = 100
"""The stage is told in hundredths."""


def in_one_stage(report: "Progress") -> "Progress":
    """Give what turns the progress of steps into that of one stage.

    Args:
        report: Told of the stage `STAGE`; each step is an equal part of it, whether there is anything to do or not.
    """

    def tell(step: str, done: int, total: int) -> None:
        report(STAGE, round(PARTS * (STEPS.index(step) + done / max(total, 1)) / len(STEPS)), PARTS)

    return tell
