"""Starting: the command, a first result, another subset in the panel's background process."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from lckd.images.read_write import write_plainly
from lckd.modality import MODALITIES, Modality, Subset
from lckd.weights.folder import default_weights
from Testing.benchmarks.child import timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import files_of, patient_folder, read_patient
from Testing.benchmarks.table import Table, seconds

IMPORTS = "import torch, SimpleITK"
TOGGLED: Subset = ("flair", "t1ce")


class Panel:
    """Speaks to `lckd.worker` as the panel does.

    Args:
        folder: Of the files that are exchanged.
        options: Of this run.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        self._folder, self._options = folder, options
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lckd.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()

    def answer(self, files: dict[Modality, str]) -> None:
        """Hand over a patient, and ask for a segmentation from all four modalities."""
        names = dict.fromkeys(files, "scan")
        given = {"images": files, "names": names, "notes": {}, "application": "benchmark", "reference": MODALITIES[0]}
        self._ask(do="encode", weights=str(default_weights()), device=self._options.device, **given)
        self.segment(MODALITIES)

    def segment(self, subset: Subset) -> None:
        """Ask for a segmentation."""
        labels = str(self._folder / "labels.nrrd")
        self._ask(do="segment", subset=subset, reference=MODALITIES[0], labels=labels, maps={})

    def close(self) -> None:
        """End the process by closing its input."""
        self._process.communicate()

    def _ask(self, **request: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": 1, **request}) + "\n")
        self._process.stdin.flush()
        while (answer := self._answer())["is"] == "progress":
            pass
        assert answer["is"] == "done", answer

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def measure(options: Options) -> list[Table]:
    """Measure the command and the background process."""
    return [_commands(options), _panel(options)]


def _commands(options: Options) -> Table:
    folder, output = patient_folder(options), options.folder / "labels.nii.gz"
    python = [sys.executable]
    commands: dict[str, Sequence[str]] = {
        "`lckd --help`": [*python, "-m", "lckd", "--help"],
        f"Python with `{IMPORTS}`, to compare": [*python, "-c", IMPORTS],
    }
    for subset in (("t1ce",), MODALITIES):
        words = [word for name, path in files_of(folder, subset).items() for word in (f"--{name}", str(path))]
        rest = ["-o", str(output), "--device", options.device, "--register", "no", "--skull-stripped", "yes"]
        commands[f"`lckd segment`, {len(subset)} of 4, file to file"] = [
            *python,
            "-m",
            "lckd",
            "segment",
            *words,
            *rest,
        ]
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            times[name].append(timed(subprocess.run, command, check=True, capture_output=True))
    return Table("Starting", ["command", "time"], [[name, seconds(one)] for name, one in times.items()])


def _panel(options: Options) -> Table:
    times: dict[str, list[float]] = {}
    for _ in range(options.runs):
        for name, spent in _session(options).items():
            times.setdefault(name, []).append(spent)
    first = times["first result: start, four modalities encoded, one subset"]
    rows = [[name, seconds(one), f"{100 * median(one) / median(first):.0f} %"] for name, one in times.items()]
    toggled = median(times["toggled modality"]) / median(times["again, all of it, warm"])
    read = f"A toggled modality takes {toggled:.0%} of a warm run of all of it. Always by the clock on the wall."
    return Table("The panel's background process", ["what", "time", "of the first"], rows, read)


def _session(options: Options) -> dict[str, float]:
    """Start the process, segment, toggle a modality, and do it all again."""
    files: dict[Modality, str] = {}
    for modality, image in read_patient(patient_folder(options)).items():
        files[modality] = str(options.folder / f"{modality}.nrrd")
        write_plainly(image, Path(files[modality]))
    begin = time.perf_counter()
    with _opened(options) as panel:
        ready = time.perf_counter() - begin
        first = _on_the_wall(panel.answer, files)
        toggled = _on_the_wall(panel.segment, TOGGLED)
        warm = _on_the_wall(panel.answer, files)
    return {
        "ready to listen": ready,
        "first result: start, four modalities encoded, one subset": ready + first,
        "toggled modality": toggled,
        "again, all of it, warm": warm,
    }


def _on_the_wall(work: Callable[..., object], *arguments: object) -> float:
    """Time a request: what another process works is known only when it ends."""
    begin = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begin


@contextmanager
def _opened(options: Options) -> Iterator[Panel]:
    panel = Panel(options.folder, options)
    try:
        yield panel
    finally:
        panel.close()
