"""The table over all 15 subsets, as files that people and programs read."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lckd.files import make_folder, write_text
from lckd.modality import DISPLAY_NAMES, MODALITIES, subset_name
from lckd.region import REGIONS
from lckd_training.summary import Table


def card_validation(table: Table) -> Table:
    """Shorten a table to what a model card keeps: everything but the single cases."""
    return {key: value for key, value in table.items() if key != "cases"}


def markdown_table(table: Table) -> str:
    """Write the mean Dice of all subsets as a Markdown table, the average last and the number of cases below."""
    marks = [DISPLAY_NAMES[modality] for modality in MODALITIES]
    lines = [_markdown_row([*marks, *REGIONS]), _markdown_row([":-:"] * len(marks) + ["--:"] * len(REGIONS))]
    lines += [_markdown_row([*_dots(row["subset"]), *_numbers(row["dice"])]) for row in table["subsets"]]
    mean = [f"**{number}**" for number in _numbers(table["mean"]["dice"])]
    lines.append(_markdown_row(["**mean**", *[""] * (len(marks) - 1), *mean]))
    return "\n".join([*lines, "", caption(table)]) + "\n"


def caption(table: Table) -> str:
    """Say in one sentence what was measured, on how many cases."""
    cohort, large = table["cohort"], table["mean"]["et_without_small"]
    text = f"Mean Dice of '{table['weights']['name']}' on {cohort['name']} (n = {cohort['n']}), native resolution"
    if large["dice"] is None or large["n"] == cohort["n"]:
        return text + "."
    return f"{text}; ET of the {large['n']} cases with at least 1 cm³ of it: {large['dice']:.2f} on average."


def csv_table(table: Table) -> str:
    """Write a table as comma-separated values: one row per subset, the average last."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(_csv_row({"subset": []})), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_csv_row(row) for row in table["subsets"])
    writer.writerow({**_csv_row({**table["mean"], "subset": []}), "subset": "mean", "n": table["cohort"]["n"]})
    return text.getvalue()


def write_table(table: Table, out: Path) -> None:
    """Leave `table.json`, `table.csv`, `table.md` and `heatmap.png` in a folder, each of them whole or not at all.

    Raises:
        OutputError: The folder cannot be written.
    """
    from lckd_training.heatmap import draw_heatmap  # noqa: PLC0415 - matplotlib is slow to import

    make_folder(out)
    texts = {
        "table.json": json.dumps(table, indent=1) + "\n",
        "table.csv": csv_table(table),
        "table.md": markdown_table(table),
    }
    for name, text in texts.items():
        write_text(text, out / name)
    draw_heatmap(table, out / "heatmap.png")


def _csv_row(row: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {"subset": subset_name(row["subset"]) if row["subset"] else "", "n": row.get("n")}
    for kind in ("dice", "dice_sd", "hd95", "hd95_n"):
        cells |= {f"{kind}_{region}": row.get(kind, {}).get(region) for region in REGIONS}
    large = row.get("et_without_small", {})
    return {**cells, "et_without_small": large.get("dice"), "et_without_small_n": large.get("n")}


def _dots(subset: Sequence[str]) -> list[str]:
    return ["●" if modality in subset else "○" for modality in MODALITIES]


def _numbers(dice: Mapping[str, float | None]) -> list[str]:
    return ["–" if (value := dice[region]) is None else f"{value:.2f}" for region in REGIONS]


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
