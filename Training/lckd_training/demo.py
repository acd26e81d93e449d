"""The demonstration: one patient, segmented from four subsets of modalities, with a figure of each.

`python -m lckd_training.demo [--out DIR] [--patient DIR] [--weights DIR]`
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from lckd.cli import run_command
from lckd.errors import InputError
from lckd.files import folder_for_results, write_text
from lckd.grid import same_grid
from lckd.images.read_write import write_atomically
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality, Subset, subset_name, subset_title
from lckd.patients.find import find_cases
from lckd.pictures.planes import backgrounds
from lckd.region import REGIONS, Region
from lckd.segment import segment
from lckd.segmentation import Segmentation
from lckd.weights.card import Card
from lckd.weights.load import Model, load_model
from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.measuring.overlap import compare_dice
from lckd_training.pictures.segmentation import Panel, draw_overview, draw_segmentation
from lckd_training.synthetic import SEED_RANGES

DEFAULT_OUT = Path("demo")

DEMO_SEED = SEED_RANGES["test"][5]
"""Chosen among the first seven because it shows what the table of the real test split shows on average."""

HELP = "Segment one patient from four subsets of modalities, with pictures."


@dataclass(frozen=True)
class NamedPatient:
    """The patient of a demonstration, read once.

    Attributes:
        name: What pictures and the table call the patient.
        images: The modalities that exist.
        truth: An expert's label map with the values of `lckd.region.BRATS`, or None.
        ignored: Names of images in the folder that were left out.
    """

    name: str
    images: dict[Modality, sitk.Image]
    truth: sitk.Image | None
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What came out for one subset; Dice is None where there is no truth."""

    segmentation: Segmentation
    dice: dict[Region, float] | None

    @property
    def title(self) -> str:
        """Name of the subset for people."""
        subset = self.segmentation.subset
        return "All four" if subset == MODALITIES else subset_title(subset) + (" alone" if len(subset) == 1 else "")

    @property
    def score(self) -> str:
        """Dice in one line, empty without a truth."""
        return "  ".join(f"{region} {value:.2f}" for region, value in (self.dice or {}).items())


def run_demo(out: Path, patient: Path | None, weights: Path | None = None) -> list[dict[str, Any]]:
    """Segment one patient from four subsets; leave label maps, figures and `demo.json`.

    Args:
        out: Folder for everything that is written.
        patient: Folder of one patient in any BraTS layout, with or without a label map; None makes a synthetic one.
        weights: Weights folder; None takes the one that is shipped.

    Returns:
        What `demo.json` holds: for each subset its modalities, Dice per region or null, seconds, and its files.

    Raises:
        InputError: The folder does not hold exactly one patient, or a file in it cannot be used.
    """
    with folder_for_results(out):
        _remove_earlier(out)
        model = load_model(weights)
        person = read_patient(_synthetic_patient(out) if patient is None else patient)
        results = [_segment(person, subset, model) for subset in demo_subsets(tuple(person.images), model.card)]
        rows = [_write(result, person, out) for result in results]
        _draw_overview(results, person, out / "overview.png")
        write_text(json.dumps(rows, indent=1) + "\n", out / "demo.json")
    return rows


def demo_subsets(present: Subset, card: Card) -> list[Subset]:
    """Choose what to show: all, without T1ce, without FLAIR, and the elected teacher of WT alone.

    Args:
        present: Modalities of the patient, in the order of `MODALITIES`.
        card: Names the teacher; FLAIR stands in where none was elected.

    Returns:
        Each subset once; fewer than four where modalities are missing.
    """
    alone = card.teachers.get("WT", "flair")
    wanted = [
        present,
        tuple(modality for modality in present if modality != "t1ce"),
        tuple(modality for modality in present if modality != "flair"),
        (alone if alone in present else present[0],),
    ]
    return list(dict.fromkeys(subset for subset in wanted if subset))


def read_patient(folder: Path) -> NamedPatient:
    """Read the one patient of a folder.

    Raises:
        InputError: There is no patient or more than one, or a file cannot be used.
    """
    cases = find_cases(folder)
    if len(cases) > 1:
        message = f"'{folder}' holds {len(cases)} patients: give the folder of one, such as '{folder / cases[0].name}'."
        raise InputError(message)
    case = cases[0]
    if case.label_path and case.convention is None:  # nobody declares what its values mean
        case = replace(case, label_path=None, ignored=(*case.ignored, case.label_path.name))
    images, truth = case.load()
    return NamedPatient(case.name, images, truth, case.ignored)


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the demonstration."""
    parser = argparse.ArgumentParser(prog="lckd_training.demo", description=HELP)
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--patient", type=Path, metavar="DIR", help="one patient in BraTS layout (default: synthetic)")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="weights folder (default: the one installed)")
    parser.set_defaults(run=_run)
    return parser


def table_text(rows: Sequence[dict[str, Any]], who: str) -> str:
    """Write the rows of `demo.json` as a short table for a terminal."""
    lines = [f"Segmentation of {who}", f"{'given':24}" + "".join(f"{region:>7}" for region in REGIONS) + "  seconds"]
    for row in rows:
        dice = [f"{row['dice'][region]:7.2f}" if row["dice"] else f"{'-':>7}" for region in REGIONS]
        lines.append(f"{subset_title(row['subset']):24}" + "".join(dice) + f"{row['seconds']:9.1f}")
    has_truth = any(row["dice"] for row in rows)
    return "\n".join([*lines, "ET, TC, WT: Dice." if has_truth else "There is no label map to compare with."])


def _run(arguments: argparse.Namespace) -> None:
    out, patient = arguments.out, arguments.patient
    made = "A synthetic patient is made and" if patient is None else "The patient is"
    print(f"{made} segmented from several subsets: a minute, or a few on a busy computer.", flush=True)
    rows = run_demo(out, patient, arguments.weights)
    print(table_text(rows, "a synthetic patient" if patient is None else f"patient '{patient.resolve().name}'"))
    for row in rows:
        for note in row["notes"]:
            print(f"Note on {subset_title(row['subset'])}: {note}")
    print(f"Pictures: {out / 'overview.png'}, and one per subset beside it; label maps and demo.json there, too.")


def _synthetic_patient(out: Path) -> Path:
    """Write a synthetic patient of the test split, which no training ever sees."""
    return write_case(SyntheticCase(DEMO_SEED), out)


def _segment(patient: NamedPatient, subset: Subset, model: Model) -> Result:
    """Segment from the images of a subset alone: the others are not even handed over."""
    segmentation = segment({modality: patient.images[modality] for modality in subset}, model)
    truth = patient.truth
    if truth is None or not same_grid(segmentation.labels, truth):  # without FLAIR, the result may lie elsewhere
        return Result(segmentation, None)
    return Result(segmentation, compare_dice(segmentation.labels, truth))


def _write(result: Result, patient: NamedPatient, out: Path) -> dict[str, Any]:
    """Write label map and figure of one subset; return its row of `demo.json`."""
    done = result.segmentation
    name = subset_name(done.subset)
    labels, figure = f"{name}.nii.gz", f"{name}.png"
    write_atomically(done.labels, out / labels)
    given = {modality: patient.images[modality] for modality in done.subset}
    title = "   ".join(filter(None, [patient.name, subset_title(done.subset), result.score]))
    draw_segmentation(given, done.labels, truth=patient.truth, title=title, path=out / figure)
    dice = result.dice and {region: round(value, 4) for region, value in result.dice.items()}
    return {
        "subset": list(done.subset),
        "dice": dice,
        "seconds": round(done.seconds, 2),
        "patient": patient.name,
        "notes": [*done.notes, *_about_ignored(patient)],
        "labels": labels,
        "figure": figure,
    }


def _about_ignored(patient: NamedPatient) -> list[str]:
    if not patient.ignored:
        return []
    names = ", ".join(patient.ignored)
    return [f"Left out, since these are no names of BraTS (NAME_flair, _t1, _t1ce, _t2, _seg): {names}."]


def _remove_earlier(out: Path) -> None:
    """Remove what an earlier demonstration listed, so that two patients are never mixed in one folder."""
    listed = out / "demo.json"
    if not listed.is_file():
        return
    with contextlib.suppress(ValueError, TypeError, KeyError):  # not ours: left alone
        for row in json.loads(listed.read_text(encoding="utf-8")):
            for name in (row["labels"], row["figure"]):
                (out / Path(name).name).unlink(missing_ok=True)


def _draw_overview(results: Sequence[Result], patient: NamedPatient, path: Path) -> None:
    """Draw all subsets side by side, the truth first, each on an image that was given."""
    panels = []
    focus = results[0].segmentation.labels
    if patient.truth is not None:
        focus, shown = patient.truth, backgrounds(patient.images)[0]
        panels.append(Panel(f"Truth\non {DISPLAY_NAMES[shown]}", patient.images[shown], focus, "no tumour"))
    for result in results:
        given = {modality: patient.images[modality] for modality in result.segmentation.subset}
        shown = backgrounds(given)[0]
        heading = "\n".join(filter(None, [f"{result.title}, on {DISPLAY_NAMES[shown]}", result.score]))
        panels.append(Panel(heading, given[shown], result.segmentation.labels))
    scale = "   Dice from 0 to 1" if any(result.dice for result in results) else ""
    draw_overview(panels, focus=focus, title=f"{patient.name}{scale}", path=path)


if __name__ == "__main__":
    sys.exit(run_command(build_parser(), sys.argv[1:]))
