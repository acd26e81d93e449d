"""Measure and print tables: ``python -m Testing.benchmarks [NAME ...] [--out FILE.md]``."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import SimpleITK as sitk
import torch

from Testing.benchmarks import batches, cohort, gpu, growth, memory_to_memory, page, stages, starts, steps, subsets
from Testing.benchmarks.child import CLOCK, PROCESSOR
from Testing.benchmarks.machine import describe_machine
from Testing.benchmarks.options import Options
from Testing.benchmarks.table import Table

THREADS = "OMP_NUM_THREADS"

BENCHMARKS: dict[str, Callable[[Options], list[Table]]] = {
    "segment": memory_to_memory.measure,
    "stages": stages.measure,
    "subsets": subsets.measure,
    "training": steps.measure,
    "start": starts.measure,
    "growth": growth.measure,
    "synthetic": cohort.measure,
    "batch": batches.measure,
    "page": page.measure,
    "gpu": gpu.measure,
}


def main() -> None:
    """Make the tables that were asked for."""
    arguments = checked_arguments(make_parser())
    names = arguments.names or [name for name in BENCHMARKS if name != "gpu"]
    os.environ[CLOCK] = arguments.clock
    _limit_threads(arguments.threads)
    torch.set_num_threads(arguments.threads)
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        options = Options(
            folder=arguments.folder or Path(temporary),
            runs=arguments.runs,
            slow_runs=arguments.slow_runs,
            tiles=arguments.tiles,
            seed=arguments.seed,
            threads=arguments.threads,
            device=arguments.device,
        )
        parts = [f"# Benchmarks\n\n{describe_machine(options)}"]
        for name in names:
            parts += [table.markdown() for table in BENCHMARKS[name](options)]
            sys.stderr.write(f"{name} is measured.\n")
            sys.stderr.flush()
    text = "\n\n".join(parts) + "\n"
    sys.stdout.write(text)
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")


def _limit_threads(threads: int) -> None:
    """Begin again with the number of threads in the environment, where the libraries read it when they are loaded."""
    if os.environ.get(THREADS) != str(threads):
        os.environ[THREADS] = str(threads)
        os.execv(sys.executable, [sys.executable, "-m", "Testing.benchmarks", *sys.argv[1:]])  # noqa: S606 - no shell


def checked_arguments(parser: argparse.ArgumentParser, words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the arguments; what cannot be measured or written is refused before hours of measuring, in a sentence."""
    arguments = parser.parse_args(words)
    if arguments.folder and arguments.folder.exists() and not arguments.folder.is_dir():
        parser.error(f"--folder '{arguments.folder}' is a file: give a folder")
    if arguments.out and (arguments.out.is_dir() or not arguments.out.absolute().parent.is_dir()):
        parser.error(f"--out '{arguments.out}' cannot be a file: give one in a folder that is there")
    return arguments


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m Testing.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="also write the tables to a file")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep patients there, for another run")
    parser.add_argument("--runs", type=_positive, default=3, help="rounds of what is fast (default: 3)")
    parser.add_argument("--slow-runs", type=_positive, default=1, help="runs of ways that take minutes (default: 1)")
    parser.add_argument(
        "--tiles", type=_natural, default=0, help="tiles of slow ways to time, for all (default: time all)"
    )
    parser.add_argument("--seed", type=_natural, default=0, help="of the synthetic patients (default: 0)")
    parser.add_argument(
        "--threads", type=_positive, default=os.cpu_count() or 1, help="of each process (default: all cores)"
    )
    parser.add_argument("--clock", choices=["wall", PROCESSOR], default="wall", help="what counts (default: wall)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where to compute (default: cpu)")
    return parser


def _natural(text: str, *, least: int = 0) -> int:
    """Read a whole number from the command line.

    Raises:
        argparse.ArgumentTypeError: It is none, or too small.
    """
    if not text.isdecimal() or int(text) < least:
        message = f"'{text}' is no whole number from {least} on"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _positive(text: str) -> int:
    return _natural(text, least=1)


if __name__ == "__main__":
    main()
