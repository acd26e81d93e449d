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
from lckd_training.measuring.bootstrap import LEAST_CASES
from lckd_training.measuring.score import RULE_CM3
from lckd_training.measuring.summary import Table


def card_validation(table: Table) -> Table:
    """Shorten a table to what a model card keeps: everything but the single cases."""
    return {key: value for key, value in table.items() if key != "cases"}


def markdown_table(table: Table) -> str:
    """Write the mean Dice of all subsets as a Markdown table, the average last and what was measured below."""
    marks = [DISPLAY_NAMES[modality] for modality in MODALITIES]
    lines = [markdown_row([*marks, *REGIONS]), markdown_row([":-:"] * len(marks) + ["--:"] * len(REGIONS))]
    lines += [markdown_row([*dots(row["subset"]), *_numbers(row["dice"])]) for row in table["subsets"]]
    mean = [f"**{number}**" for number in _numbers(table["mean"]["dice"])]
    lines.append(markdown_row(["**mean**", *[""] * (len(marks) - 1), *mean]))
    return "\n".join([*lines, "", caption(table), *caveats(table)]) + "\n"


def caption(table: Table) -> str:
    """Say in one sentence what was measured, on how many cases."""
    cohort, large = table["cohort"], table["mean"]["et_without_small"]
    weights, patients = one_line(table["weights"]["name"]), one_line(cohort["name"])
    text = f"Mean Dice of '{weights}' on {patients} (n = {cohort['n']}), native resolution"
    if large["dice"] is None or large["n"] == cohort["n"]:
        return text + "."
    return f"{text}; ET of the {large['n']} cases with at least 1 cm³ of it: {large['dice']:.2f} on average."


def caveats(table: Table) -> list[str]:
    """Say how far the averages can be trusted, in a line each; a table of an older version says nothing of it."""
    mean, lines = table["mean"], []
    intervals = [f"{region} {low:.2f} to {high:.2f}" for region, (low, high) in _intervals(mean).items()]
    if intervals:
        lines.append(f"95 % intervals of the averages, cases drawn anew: {', '.join(intervals)}.")
    elif table["cohort"]["n"] < LEAST_CASES:
        lines.append(f"n = {table['cohort']['n']} is too small for an interval, which needs {LEAST_CASES} cases.")
    changed = sum(row["et_with_rule"]["changed"] for row in table["subsets"] if "et_with_rule" in row)
    if changed:
        ruled, results = mean["et_with_rule"]["dice"], sum(row["n"] for row in table["subsets"])
        lines.append(
            f"If a predicted ET below {RULE_CM3:g} cm³ counted as core ({changed} of {results} results): "
            f"ET {ruled:.2f} on average."
        )
    judged = table.get("trust", {})
    known = [f"{region} {judged[region]['mean_error']:.2f}" for region in judged if judged[region]["results"]]
    if known:
        usual = ", ".join(f"{judged[region]['mean_error_usual']:.2f}" for region in judged)
        lines.append(
            f"Estimated without the truth, a Dice is off by {', '.join(known)} on average (mean alone: {usual})."
        )
    return lines


def _intervals(row: Mapping[str, Any]) -> dict[str, list[float]]:
    return {region: bounds for region, bounds in row.get("dice_ci", {}).items() if bounds}


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
    from lckd_training.pictures.heatmap import draw_heatmap  # noqa: PLC0415 - matplotlib is slow to import

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
    for region in REGIONS:
        low, high = _intervals(row).get(region, (None, None))
        cells |= {f"dice_low_{region}": low, f"dice_high_{region}": high}
    large, ruled = row.get("et_without_small", {}), row.get("et_with_rule", {})
    cells |= {"et_without_small": large.get("dice"), "et_without_small_n": large.get("n")}
    return {**cells, "et_with_rule": ruled.get("dice"), "et_with_rule_changed": ruled.get("changed")}


def dots(subset: Sequence[str]) -> list[str]:
    """Mark the four modalities: filled where one is given."""
    return ["●" if modality in subset else "○" for modality in MODALITIES]


def _numbers(dice: Mapping[str, float | None]) -> list[str]:
    return ["–" if (value := dice[region]) is None else f"{value:.2f}" for region in REGIONS]


def markdown_row(cells: Sequence[str]) -> str:
    """Write one row of a Markdown table."""
    return "| " + " | ".join(map(one_line, cells)) + " |"


def one_line(text: str) -> str:
    """Write what somebody named on one line of Markdown, where a bar would begin another cell."""
    return " ".join(text.split()).replace("|", r"\|")
