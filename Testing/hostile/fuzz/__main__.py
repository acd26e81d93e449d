"""Use the command `lckd` on thousands of hostile files, names, weights and tables.

usage: python -m Testing.hostile.fuzz OUT [--kind KIND ...] [--seed N] [--times N] [--only MAKER/NUMBER]
It prints a summary in JSON and ends with 1 if anything was not as it must be; OUT keeps it, and the last attempt.
"""

import argparse
import gc
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path

import matplotlib.font_manager  # noqa: F401 - writes down the fonts of this machine, once

from lckd.cli import build_parser, main, run_command
from Testing.hostile.fuzz import headers, images, names, tables, weights
from Testing.hostile.fuzz.attempt import Attempt, Maker, Place
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.good import make_good
from Testing.hostile.fuzz.judge import complaints
from Testing.hostile.fuzz.watch import Guard, Outcome, observe

KINDS = {
    "images": images.MAKERS,
    "headers": headers.MAKERS,
    "names": names.MAKERS,
    "weights": weights.MAKERS,
    "tables": tables.MAKERS,
}
EVERY_AS_PROCESS = 40
"""Of so many attempts, one runs as a process of its own; the first of each kind in a new Python."""

ENDS_AFTER_S = 300
"""On the clock: whoever waits for what never comes takes no time of a processor."""
SPARE_BYTES = 3 << 30
"""Address space beyond what the libraries take: a net for this machine, far above what `judge` allows."""


@dataclass
class Summary:
    """What a run has seen.

    Attributes:
        attempts: Number of attempts of each maker.
        refused: How many of each were refused.
        accepted: How many of each ended well.
        processes: How many ran as a process of their own.
        slowest_s: The longest that one took.
        grown_mib: The most memory that one took.
        failures: What was not as it must be.
    """

    attempts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    accepted: dict[str, int] = field(default_factory=dict)
    processes: int = 0
    slowest_s: float = 0.0
    grown_mib: float = 0.0
    failures: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, attempt: Attempt, outcome: Outcome) -> None:
        """Count an attempt and judge it."""
        maker = name.partition("/")[0]
        for counts, is_one in (
            (self.attempts, True), (self.refused, outcome.status == 2), (self.accepted, outcome.status == 0),
        ):  # fmt: skip
            counts[maker] = counts.get(maker, 0) + is_one
        self.slowest_s = max(self.slowest_s, outcome.seconds)
        self.grown_mib = max(self.grown_mib, outcome.grown_mib)
        wrong = complaints(attempt, outcome)
        if wrong:
            self.failures.append({"name": name, "wrong": wrong, "words": attempt.words, **asdict(outcome)})


def attempts(kinds: Sequence[str], times: float) -> Iterator[tuple[str, Maker, int]]:
    """Name all attempts of a run: kind, maker and number."""
    for kind in kinds:
        for maker, count in KINDS[kind].items():
            for number in range(max(1, round(count * times))):
                yield kind, maker, number


def clear(place: Place) -> None:
    """Make the folders of a place anew."""
    os.chdir(place.root.parent)
    shutil.rmtree(place.root, ignore_errors=True)
    for folder in (place.files, place.out, place.own, place.temporary):
        folder.mkdir(parents=True)
    os.chdir(place.files)


@cache
def the_parser() -> argparse.ArgumentParser:
    """Build the parser once."""
    return build_parser()


def in_this_process(words: Sequence[str]) -> int:
    """Run the command here, for speed."""
    signal.alarm(ENDS_AFTER_S)  # nobody handles it: a command that hangs ends the whole run
    try:
        return run_command(the_parser(), words)
    except BaseException:  # noqa: BLE001 - what no command may raise
        traceback.print_exc()
        return 1
    finally:
        signal.alarm(0)


def in_a_process(words: Sequence[str]) -> int:
    """Run the command as a process that has the libraries already."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.alarm(ENDS_AFTER_S)
    sys.argv = ["lckd", *words]
    status = 1
    try:
        main()
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - as the interpreter would
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def in_a_new_python(words: Sequence[str]) -> int:
    """Run the command as a person does."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "lckd", *words], check=False, timeout=2 * ENDS_AFTER_S
    ).returncode


def run(out: Path, kinds: Sequence[str], *, seed: int, times: float, only: str) -> Summary:
    """Make all attempts, one after the other."""
    good, place = out / "good", Place(out / "case", out / "good")
    good.mkdir(parents=True)
    make_good(good)
    os.environ.update(LCKD_WEIGHTS_DIR=str(place.own), TMPDIR=str(place.temporary))
    tempfile.tempdir = str(place.temporary)
    guard, summary = Guard(), Summary()
    the_parser()
    _limit_memory()
    gc.freeze()
    for count, (kind, maker, number) in enumerate(attempts(kinds, times)):
        name = f"{maker.__name__}/{number}"
        if only and name != only:
            continue
        clear(place)
        (out / "current").write_text(name, encoding="utf-8")
        attempt = maker(Chance(seed, f"{kind}/{maker.__name__}", number), place)
        way = in_this_process if count % EVERY_AS_PROCESS else in_a_process if count else in_a_new_python
        outcome = observe(partial(way, attempt.words), place, guard)
        summary.processes += not count % EVERY_AS_PROCESS
        summary.add(name, attempt, outcome)
        (out / "summary.json").write_text(json.dumps(asdict(summary), indent=1), encoding="utf-8")
    return summary


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + SPARE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m Testing.hostile.fuzz", description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--kind", nargs="+", choices=list(KINDS), default=list(KINDS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--times", type=float, default=1.0)
    options.add_argument("--only", default="")
    given = options.parse_args()
    done = run(given.out.absolute(), given.kind, seed=given.seed, times=given.times, only=given.only)
    sys.stdout.write(json.dumps(asdict(done), indent=1) + "\n")
    sys.exit(bool(done.failures))
