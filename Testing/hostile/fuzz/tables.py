"""Lists and tables that lie: manifests, split files, settings, tables of an evaluation, the Decathlon's list."""

import json
import os
import shutil
from dataclasses import replace

from lckd.modality import MODALITIES
from Testing.hostile.fuzz.attempt import Attempt, Maker, Place
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.damage import damaged
from Testing.hostile.fuzz.good import CASES
from Testing.hostile.fuzz.mutated import mutated_json

CELLS = (
    "",
    " ",
    "..",
    "/etc/passwd",
    "/dev/zero",
    "pipe.nii.gz",
    "../good/scan.nii.gz",
    "x" * 300,
    "scan\n.nii.gz",
    "\0",
    "nan",
    "inf",
    "-1",
    "0",
    "1e400",
    "brats",
    "msd",
    "train",
    "test",
    "elsewhere",
    '"',
    "'",
    "a,b",
    ";",
    "\ud800",
    "patient-1",
    "\x1b[31m",
    "a\tb",
)
COLUMNS = ("case", *MODALITIES, "label", "labels", "split", "weight", "patient")


def _rows() -> list[dict[str, str]]:
    return [
        {
            "case": case,
            **{modality: f"{case}/{case}_{modality}.nii.gz" for modality in MODALITIES},
            "label": f"{case}/{case}_seg.nii.gz",
            "labels": "brats",
            "split": "",
            "weight": "1",
            "patient": case,
        }
        for case in CASES
    ]


def untouched(_: Chance, place: Place) -> Attempt:
    """Split the patients of a good manifest."""
    return replace(_split_of("manifest.json", json.dumps(_rows()).encode(), place), must_be_accepted=True)


def csv_manifest(chance: Chance, place: Place) -> Attempt:
    """Change cells, columns or bytes of a manifest in CSV."""
    table = [list(COLUMNS), *([row[column] for column in COLUMNS] for row in _rows())]
    for _ in range(chance.below(4)):
        row = chance.pick(table)
        row[chance.below(len(row))] = chance.pick(CELLS)
    if chance.happens(0.2):
        row = chance.pick(table)
        row[:] = chance.pick([row[1:], row * 2, [*row, "more"], []])
    text = chance.pick(["\n", "\r\n", "\r"]).join(chance.pick([",", ",", ",", ";"]).join(row) for row in table)
    content = text.encode(errors="surrogatepass")
    return _split_of("manifest.csv", damaged(content, chance) if chance.happens(0.4) else content, place)


def json_manifest(chance: Chance, place: Place) -> Attempt:
    """Change a manifest in JSON."""
    return _split_of("manifest.json", mutated_json(_rows(), chance), place)


def _split_of(name: str, content: bytes, place: Place) -> Attempt:
    _copy_patients(place)
    os.mkfifo(place.files / "pipe.nii.gz")
    path = place.files / name
    path.write_bytes(content)
    words = ("split", "--data", str(path), "--out", str(place.out / "split.json"), "--labels", "brats")
    return Attempt(words, (str(path), str(place.files), "--elect", *CASES))


def split_file(chance: Chance, place: Place) -> Attempt:
    """Change a split file, and use it or ask to write over it."""
    content = mutated_json({"train": [CASES[0]], "elect": [CASES[1]], "test": [CASES[2]]}, chance)
    _copy_patients(place)
    if chance.happens(0.3):
        path = place.out / "split.json"
        path.write_bytes(content)
        return Attempt(("split", "--data", str(place.files), "--out", str(path)), (str(path),))
    path = place.files / "split.json"
    path.write_bytes(content)
    words = ("evaluate", "--data", str(place.files), "--split", str(path), "--weights", str(place.files / "none"))
    return Attempt(
        (*words, "--out", str(place.out / "table")), (str(path), "No case is on the side", str(place.files / "none"))
    )


def settings_file(chance: Chance, place: Place) -> Attempt:
    """Change a settings file; the training has no patients, so that it never begins."""
    path = place.files / "settings.json"
    content = {"batch": 2, "crop": [16, 16, 16], "steps": 5, "learning_rate": 0.01, "seed": 3, "channels": [4, 8, 16]}
    path.write_bytes(mutated_json(content, chance))
    words = ("train", "--recipe", "tiny", "--settings", str(path), "--data", str(place.files / "none"))
    return Attempt((*words, "--out", str(place.out / "run")), (str(path), str(place.files / "none")))


def table(chance: Chance, place: Place) -> Attempt:
    """Change a table of an evaluation, and compare it with a good one."""
    path = place.files / "table.json"
    path.write_bytes(mutated_json(json.loads((place.good / "table.json").read_text(encoding="utf-8")), chance))
    arms = (f"one={place.good / 'table.json'}", f"other={path}")
    return Attempt(("compare", *arms, "--out", str(place.out / "comparison")), (str(path), "other"))


def decathlon_list(chance: Chance, place: Place) -> Attempt:
    """Change the list of a task of the Decathlon."""
    (place.files / "imagesTr").mkdir()
    modality = {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"}
    labels = {"0": "background", "1": "edema", "2": "non-enhancing tumor", "3": "enhancing tumour"}
    training = [{"image": f"./imagesTr/{case}.nii.gz", "label": f"./labelsTr/{case}.nii.gz"} for case in CASES]
    path = place.files / "dataset.json"
    path.write_bytes(mutated_json({"modality": modality, "labels": labels, "training": training}, chance))
    words = ("split", "--data", str(place.files), "--out", str(place.out / "split.json"))
    return Attempt(words, (str(path), str(place.files)))


def _copy_patients(place: Place) -> None:
    for case in CASES:
        shutil.copytree(place.good / case, place.files / case)


MAKERS: dict[Maker, int] = {
    untouched: 1, csv_manifest: 100, json_manifest: 90, split_file: 90, settings_file: 80, table: 90,
    decathlon_list: 60,
}  # fmt: skip
"""Makers, and how many attempts of each there are in a run."""
