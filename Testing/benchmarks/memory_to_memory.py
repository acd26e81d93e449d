"""From volumes in memory to labels in memory, by several ways, and from files to a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk

from lckd.modality import MODALITIES, Subset
from Testing.benchmarks.child import Measured, in_child
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder, read_patient
from Testing.benchmarks.table import Table, gibibytes, ratio, seconds
from Testing.benchmarks.ways import WAYS, Images, InTiles, Way

SUBSETS: dict[int, Subset] = {1: ("t1ce",), 2: ("flair", "t1ce"), 3: ("flair", "t1ce", "t2"), 4: MODALITIES}
RUNS_PER_ROUND = 3


def measure(options: Options) -> list[Table]:
    """Compare the ways, which take turns in processes of their own."""
    folder = patient_folder(options)
    ours: dict[int, list[Measured]] = {count: [] for count in SUBSETS}
    slow: dict[str, list[Measured]] = {name: [] for name in WAYS if name != "ours"}
    for turn in range(max(options.runs, options.slow_runs)):
        for count, subset in SUBSETS.items():
            if turn < options.runs:
                ours[count].append(_measured("ours", folder, subset, options))
        for name, measured in slow.items():
            if turn < options.slow_runs:
                measured.append(_measured(name, folder, MODALITIES, options))
    return [_table(ours, slow, options)]


@dataclass(frozen=True)
class Segmenting:
    """One patient, to be segmented in one way.

    Attributes:
        way: The way.
        images: The patient.
    """

    way: Way
    images: Images

    def __call__(self) -> object:
        """Segment."""
        return self.way(self.images)

    @property
    def missing_s(self) -> float:
        """Time of what is left out, in seconds."""
        return self.way.missing_s if isinstance(self.way, InTiles) else 0.0


def prepare(name: str, folder: Path, subset: Subset, options: Options) -> Callable[[], object]:
    """Make ready to segment a patient that is in memory."""
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(options.threads)
    way = WAYS[name](options.device)
    if isinstance(way, InTiles):
        way.limit = options.tiles
    return Segmenting(way, read_patient(folder, subset))


def _measured(name: str, folder: Path, subset: Subset, options: Options) -> Measured:
    is_fast = name == "ours"
    runs = RUNS_PER_ROUND if is_fast else 1
    return in_child(prepare, name, folder, subset, options, warm_ups=int(is_fast), runs=runs)


def _table(ours: dict[int, list[Measured]], slow: dict[str, list[Measured]], options: Options) -> Table:
    rows = []
    for count, measured in ours.items():
        fast = _times(measured)
        against = [ratio(_times(other), fast) for other in slow.values()]
        rows.append([f"ours, {count} of 4", seconds(fast), _peak(measured), *against])
    for name, measured in slow.items():
        rows.append([f"{name}, any", seconds(_times(measured)), _peak(measured), *[""] * len(slow)])
    columns = ["way, modalities", "time", "peak memory", *(f"{name} takes" for name in slow)]
    return Table("From memory to memory, one patient of 240 x 240 x 155", columns, rows, _READ + _about_tiles(options))


def _about_tiles(options: Options) -> str:
    return f" Of the tiles of the others {options.tiles} was computed, and counted for all." if options.tiles else ""


def _times(measured: list[Measured]) -> list[float]:
    return [time for one in measured for time in one.seconds]


def _peak(measured: list[Measured]) -> str:
    return gibibytes(max(one.peak_bytes for one in measured))


_READ = (
    "How many times as long as ours the others take, which compute the same whatever is there. Reference: the network "
    "of the preset `paper`, zeros encoded for absent modalities, 1 mm, tiles of 80 x 160 x 160, overlap 1/3, uniform "
    "weights, single precision as published. SegResNet (8 filters) and DynUNet (16/32/64/128): tiles of 128³, overlap "
    "1/4, single precision. Peak memory of a process, images and libraries included."
)
