"""How many patients an hour `lckd batch` segments."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from Testing.benchmarks.child import timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder
from Testing.benchmarks.table import Table, seconds

PATIENTS = 6
WORKERS: dict[str, list[str]] = {
    "one after the other": [],
    "one worker": ["--workers", "1"],
    "two workers": ["--workers", "2"],
}


def measure(options: Options) -> list[Table]:
    """Segment a folder of patients by the command, which starts anew each time."""
    root = _cohort(patient_folder(options), options)
    times: dict[str, list[float]] = {name: [] for name in WORKERS}
    for turn in range(options.slow_runs):
        for name, words in WORKERS.items():
            out = options.folder / f"batch-{turn}-{len(times[name])}-{len(words)}-{words[-1:]}"
            times[name].append(timed(_run, root, out, words, options))
    rows = [[name, seconds(one), f"{3600 * PATIENTS / median(one):.0f}"] for name, one in times.items()]
    read = "The start of Python, of the workers and the page about the batch are included."
    return [
        Table(f"`lckd batch` of {PATIENTS} patients, four modalities", ["how", "time", "patients an hour"], rows, read)
    ]


def _cohort(folder: Path, options: Options) -> Path:
    """Copy one patient under several names."""
    root = options.folder / "cohort"
    for number in range(PATIENTS):
        name = f"BraTS20_Training_{number + 1:03d}"
        (root / name).mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.nii.gz"):
            shutil.copy(file, root / name / file.name.replace(folder.name, name))
    return root


def _run(root: Path, out: Path, words: list[str], options: Options) -> None:
    command = [sys.executable, "-m", "lckd", "batch", str(root), "-o", str(out), "--device", options.device, *words]
    threads = max(1, options.threads // int(words[-1])) if words else options.threads
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": str(threads)})
