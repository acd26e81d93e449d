"""Manifests: tables of paths, for data in no known layout."""

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.cli import build_parser
from lckd.errors import InputError
from lckd.patients.manifest import COLUMNS, read_manifest
from lckd.region import CONVENTIONS

WriteVolume = Callable[[Path, list[int]], Path]


@pytest.fixture
def a_table(tmp_path: Path, write_volume: WriteVolume) -> list[dict[str, str]]:
    """Two cases with files below the manifest's folder; the second lacks T1ce."""
    rows = []
    for case, modalities in {"Anna": ("flair", "t1ce"), "Bert": ("flair",)}.items():
        row = {"case": case, "flair": "", "t1ce": "", "label": f"{case}/truth.nii.gz", "labels": "msd"}
        for value, modality in enumerate(modalities, start=10):
            row[modality] = f"{case}/{modality}.nii.gz"
            write_volume(tmp_path / row[modality], [0, value, value])
        write_volume(tmp_path / row["label"], [0, 2, 1, 3])
        rows.append({**row, "split": "train", "weight": "", "patient": "same"})
    rows[1] |= {"split": "test", "weight": "2.5"}
    return rows


def write_manifest(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".json":
        path.write_text(json.dumps(rows))
    else:
        path.write_text("\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]))
    return path


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_a_manifest_says_all_about_its_cases(tmp_path: Path, a_table: list[dict[str, str]], ending: str) -> None:
    first, second = read_manifest(write_manifest(tmp_path / f"cohort{ending}", a_table))
    assert [first.name, first.part, first.weight] == ["Anna", "train", 1.0]
    assert [second.name, second.part, second.weight] == ["Bert", "test", 2.5]
    assert first.patient == second.patient == "same"
    assert sitk.GetArrayFromImage(first.read_labels()).ravel()[:4].tolist() == [0, 1, 2, 4]
    assert list(first.load().images) == ["flair", "t1ce"]
    assert list(second.load().images) == ["flair"]


def test_all_rows_that_name_missing_files_are_named(tmp_path: Path, a_table: list[dict[str, str]]) -> None:
    a_table[0]["t1ce"] = "gone.nii.gz"
    a_table[1]["label"] = "lost.nii.gz"
    with pytest.raises(InputError, match=r"(?s)2 patients.*'Anna'.*gone\.nii\.gz.*'Bert'.*lost\.nii\.gz"):
        read_manifest(write_manifest(tmp_path / "cohort.csv", a_table))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("split", "validation", "split 'validation' is unknown: use one of train, elect, test"),
        ("labels", "brats1999", "no label convention 'brats1999'"),
        ("weight", "0", "weight '0' is no positive number"),
        ("weight", "much", "weight 'much' is no positive number"),
        ("flair", "", "no image"),
        ("case", "", "column 'case' is empty"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_row(
    tmp_path: Path, a_table: list[dict[str, str]], column: str, value: str, words: str
) -> None:
    a_table[1][column] = value
    with pytest.raises(InputError, match=rf"cohort\.csv', case 2.*{words}"):
        read_manifest(write_manifest(tmp_path / "cohort.csv", a_table))


def test_an_unknown_column_is_answered_with_the_nearest(tmp_path: Path, a_table: list[dict[str, str]]) -> None:
    rows = [{**row, "flare": "x"} for row in a_table]
    with pytest.raises(InputError, match="column 'flare': the nearest that is known is 'flair'"):
        read_manifest(write_manifest(tmp_path / "cohort.csv", rows))


def test_a_case_that_is_named_twice_is_refused(tmp_path: Path, a_table: list[dict[str, str]]) -> None:
    with pytest.raises(InputError, match="names Anna twice"):
        read_manifest(write_manifest(tmp_path / "cohort.json", [a_table[0], *a_table]))


@pytest.mark.parametrize("text", ["", "[]", '{"case": "x"}', "[[1]]", '[{"case": ["x"]}]', "case,flair\nx,y,z"])
def test_what_is_no_manifest_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    for ending in (".csv", ".json"):
        path = tmp_path / f"cohort{ending}"
        path.write_text(text)
        with pytest.raises(InputError, match=str(path.name)) as refusal:
            read_manifest(path)
        assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cohort.csv", "case,t1,t2,t1\nAnna,a,b,c", "columns 2 and 4 are both called 't1'"),
        ("cohort.csv", "case,t1,t1 \nAnna,a,b", "columns 2 and 3 are both called 't1'"),
        ("cohort.json", '[{"case": "Anna", "t1": "a", "t1": "b"}]', "'t1' stands twice"),
        ("cohort.csv", "case;t1;t2\nAnna;a;b", "commas must separate the columns, unlike in 'case;t1;t2'"),
        ("cohort.csv", "case\tt1\nAnna\ta", "commas must separate the columns"),
        ("cohort.csv", f"case,t1\nAnna,{'a' * 200_000}", "field larger than field limit"),
        ("cohort.json", "[" * 100_000, "nested too deeply"),
    ],
)
def test_a_table_that_would_be_misread_is_refused_with_the_reason(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=rf"{name}.*{words}"):
        read_manifest(tmp_path / name)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_called_a_manifest_and_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cohort.csv"
    if kind == "folder":
        path.mkdir()
    elif hasattr(os, "mkfifo"):  # Windows has none
        os.mkfifo(path)
    with pytest.raises(InputError, match=r"cohort\.csv"):
        read_manifest(path)


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_a_manifest_may_begin_with_the_mark_of_a_spreadsheet(
    tmp_path: Path, a_table: list[dict[str, str]], ending: str
) -> None:
    path = write_manifest(tmp_path / f"cohort{ending}", a_table)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [case.name for case in read_manifest(path)] == ["Anna", "Bert"]


def test_the_page_about_data_knows_every_column_convention_and_command(the_repository: Path) -> None:
    page = (the_repository / "Resources" / "datasets.md").read_text(encoding="utf-8")
    missing = [name for name in (*COLUMNS, *CONVENTIONS) if f"`{name}`" not in page]
    assert not missing
    for line in page.splitlines():
        if line.startswith("lckd "):
            assert callable(build_parser().parse_args(shlex.split(line)[1:]).run)
