"""Progress of a command that measures."""

import sys

LOG_LINES = 20
"""How many lines a log gets in all."""


def tell_progress(stage: str, done: int, total: int) -> None:
    """Show progress on stderr: on one line of a terminal, or now and then a line in a log."""
    if sys.stderr.isatty():
        print(f"\r\033[K[{done}/{total}] {stage}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done * LOG_LINES // total > (done - 1) * LOG_LINES // total:
        print(f"[{done}/{total}] {stage}", file=sys.stderr, flush=True)
