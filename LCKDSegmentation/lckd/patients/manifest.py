"""A manifest: a CSV or JSON table that names the files of each case, for data in no known layout."""

import csv
import difflib
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from lckd.errors import InputError, brief
from lckd.modality import MODALITIES, Modality
from lckd.patients.case import UnusableCase
from lckd.patients.folder_case import FolderCase, Part, require_usable
from lckd.region import LabelConvention, convention_named
from lckd.text import read_json, read_text, repeated

ENDINGS = (".csv", ".json")
COLUMNS = ("case", *MODALITIES, "label", "labels", "split", "weight", "patient")
"""Names of the columns; all but ``case`` may be left out or empty."""

OTHER_SEPARATORS = ";\t|"
"""What spreadsheets write in place of commas."""

PARTS: tuple[Part, ...] = get_args(Part)

Row = Mapping[str, str]


def is_manifest(path: Path) -> bool:
    """Tell whether a path is that of a manifest, by its name."""
    return path.name.lower().endswith(ENDINGS)


def read_manifest(path: Path, *, labels: LabelConvention | None = None) -> list[FolderCase]:
    """Read the cases of a manifest.

    Args:
        path: A CSV file whose first line names the columns, or a JSON list of objects; the columns are `COLUMNS`.
            An empty modality is a missing one. Paths are relative to the folder of the manifest.
        labels: What label values mean where the column ``labels`` says nothing.

    Returns:
        The cases, in the order of the manifest.

    Raises:
        InputError: The file cannot be read, a column or value is unknown, a file that it names is not there, or two
            cases have one name; every such row is named.
    """
    cases = require_usable(read_rows(path, labels=labels), what="of the manifest cannot be used")
    twice = sorted(repeated(case.name for case in cases))
    if twice or not cases:
        what = f"names {', '.join(twice)} twice" if twice else "names no case"
        message = f"The manifest '{path}' {what}: give each case one line of its own."
        raise InputError(message)
    return cases


def read_rows(
    path: Path, *, labels: LabelConvention | None = None, with_labels: bool = True
) -> list[FolderCase | UnusableCase]:
    """Read the cases of a manifest; one that cannot be used is no reason to stop.

    Args:
        path: See `read_manifest`.
        labels: See `read_manifest`.
        with_labels: Whether to look at the column ``label``.

    Returns:
        The cases, in the order of the manifest; names may repeat.

    Raises:
        InputError: The file cannot be read, or a column is unknown.
    """
    cases: list[FolderCase | UnusableCase] = []
    for number, read in enumerate(_read_table(path), start=1):
        row = read if with_labels else {**read, "label": ""}
        name = row.get("case", "")
        try:
            cases.append(_case_of(row, path.parent, labels))
        except InputError as error:
            cases.append(UnusableCase(name, f"'{path}', case {number} ('{brief(name)}'): {error}"))
    return cases


def _read_table(path: Path) -> list[Row]:
    """Read the table as text.

    Raises:
        InputError: The file cannot be read, or has an unknown column or none of the required ones.
    """
    try:
        table: Any = read_json(path) if path.name.lower().endswith(".json") else _read_csv(path)
        rows: list[Row] = [{str(name): _text(value) for name, value in row.items()} for row in table]
    except (OSError, ValueError, TypeError, AttributeError, csv.Error) as error:
        message = (
            f"The manifest '{path}' cannot be read ({brief(error)}): give a CSV file whose first line names the "
            "columns, or a JSON list of objects."
        )
        raise InputError(message) from error
    for name in {name for row in rows for name in row}:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.0)[0]
            message = f"The manifest '{path}' has a column '{brief(name)}': the nearest that is known is '{near}'."
            raise InputError(message)
    return rows


def _read_csv(path: Path) -> list[dict[str, Any]]:
    """Read rows that commas separate.

    Raises:
        ValueError: Two columns have one name, of which the last would win, or something else separates the columns.
    """
    table = csv.DictReader(io.StringIO(read_text(path), newline=""))
    columns = [name.strip() for name in table.fieldnames or ()]
    if len(columns) == 1 and any(sign in columns[0] for sign in OTHER_SEPARATORS):
        message = f"commas must separate the columns, unlike in '{columns[0]}'"
        raise ValueError(message)
    for name in repeated(columns):
        places = [str(number) for number, column in enumerate(columns, start=1) if column == name]
        message = f"the columns {' and '.join(places)} are both called '{name}'"
        raise ValueError(message)
    table.fieldnames = columns
    return list(table)


def _text(value: object) -> str:
    """Return a value as text; what is not there is empty.

    Raises:
        TypeError: It is neither text nor a number.
    """
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        message = f"{value!r} is neither text nor a number"
        raise TypeError(message)
    return str(value).strip()


def _case_of(row: Row, folder: Path, labels: LabelConvention | None) -> FolderCase:
    """Turn a row into a case.

    Raises:
        InputError: A value cannot be used, or a file is not there.
    """
    if not row.get("case"):
        message = "the column 'case' is empty: give the case a name."
        raise InputError(message)
    images: dict[Modality, Path] = {
        modality: _file(row[modality], folder) for modality in MODALITIES if row.get(modality)
    }
    if not images:
        message = f"there is no image: fill one of the columns {', '.join(MODALITIES)}."
        raise InputError(message)
    return FolderCase(
        name=row["case"],
        image_paths=images,
        label_path=_file(row["label"], folder) if row.get("label") else None,
        convention=convention_named(row["labels"]) if row.get("labels") else labels,
        declared_patient=row.get("patient", ""),
        part=_part(row.get("split", "")),
        weight=parse_weight(row.get("weight") or "1"),
    )


def _file(text: str, folder: Path) -> Path:
    """Return the path that a manifest names.

    Raises:
        InputError: There is no such file.
    """
    path = folder / text
    if not path.is_file():
        message = f"the file '{path}' does not exist: correct the path, or leave it empty if there is none."
        raise InputError(message)
    return path


def _part(text: str) -> Part | None:
    """Read the column ``split``.

    Raises:
        InputError: It is not empty, and none of `PARTS`.
    """
    for part in PARTS:
        if text == part:
            return part
    if text:
        message = f"the split '{brief(text)}' is unknown: use one of {', '.join(PARTS)}, or leave it empty."
        raise InputError(message)
    return None


def parse_weight(text: str) -> float:
    """Read how often a case is drawn, relative to others.

    Raises:
        InputError: It is not a positive number.
    """
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        message = f"the weight '{brief(text)}' is no positive number: write for example 3 or 0.5."
        raise InputError(message)
    return weight
