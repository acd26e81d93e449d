"""Where the time of one segmentation goes, from files to a file."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import SimpleITK as sitk

from lckd.grid import working_grid
from lckd.modality import Modality, Subset
from lckd.output import write_segmentation
from lckd.parallel import in_parallel
from lckd.segment import encode_patient
from lckd.weights.load import Model, load_model
from Testing.benchmarks.child import now, timed
from Testing.benchmarks.memory_to_memory import SUBSETS
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder, read_patient
from Testing.benchmarks.table import Table

STAGES = ("read", "resample", "normalise", "encode", "decode", "restore", "write", "checks and notes")
"""Restore: back to the voxels of the scan."""


class StageClock:
    """Listens to the progress of a segmentation, and knows how long each stage took."""

    def __init__(self) -> None:
        self._spans: dict[str, list[float]] = defaultdict(list)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note a step; see `lckd.segment.Progress`."""
        del done, total
        self._spans[stage].append(now())

    def seconds(self, stage: str) -> float:
        """Give the time between the first and the last that was heard of a stage."""
        times = self._spans[stage]
        return times[-1] - times[0] if times else 0.0


def measure(options: Options) -> list[Table]:
    """Split the time of our way for one to four modalities."""
    folder, model = patient_folder(options), load_model()
    rows = []
    for count, subset in SUBSETS.items():
        split_once(folder, subset, model, options)
        splits = [split_once(folder, subset, model, options) for _ in range(options.runs)]
        cells = [median(split[stage] for split in splits) for stage in STAGES]
        rows.append([f"{count} of 4", *(f"{cell:.3f}" for cell in cells), f"{sum(cells):.2f}"])
    read = f"Seconds, medians of n {options.runs} in one warm process. Expected to be read from the page cache."
    return [Table("Where the time goes, from files to a file", ["modalities", *STAGES, "sum"], rows, read)]


def split_once(folder: Path, subset: Subset, model: Model, options: Options) -> Mapping[str, float]:
    """Segment a patient from files to a file, and give the seconds of each of `STAGES`."""
    images: dict[Modality, sitk.Image] = {}
    spent = {"read": timed(lambda: images.update(read_patient(folder, subset)))}
    clock, begin = StageClock(), now()
    encoding = encode_patient(images, model, device=options.device, progress=clock)
    result = encoding.segment(subset, progress=clock)
    whole = now() - begin
    spent |= {stage: clock.seconds(stage) for stage in ("encode", "decode", "restore")}
    spent["resample"] = min(timed(_resampling(images, model)), clock.seconds("prepare"))
    spent["normalise"] = clock.seconds("prepare") - spent["resample"]
    spent["write"] = timed(write_segmentation, result, folder.parent / "labels.nii.gz")
    spent["checks and notes"] = whole - sum(clock.seconds(name) for name in ("prepare", "encode", "decode", "restore"))
    return spent


def _resampling(images: Mapping[Modality, sitk.Image], model: Model) -> Callable[[], object]:
    grid = working_grid(images, reference=next(iter(images)), spacing_mm=model.card.spacing_mm)
    return lambda: list(in_parallel(grid.sample, images.values()))
