"""What a run of the benchmarks was asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What all benchmarks share.

    Attributes:
        folder: For files of this run; it is removed at the end.
        runs: Rounds of what is fast, in each of which the ways that are compared take turns.
        slow_runs: Runs of what takes minutes.
        tiles: Tiles that ways with tiles compute, whose time is then taken for all of theirs; 0: all of them.
        seed: Seed of the first synthetic patient.
        threads: Threads of each process.
        device: Where to compute: ``cpu`` or ``cuda``.
    """

    folder: Path
    runs: int = 3
    slow_runs: int = 1
    tiles: int = 0
    seed: int = 0
    threads: int = 2
    device: str = "cpu"
