"""What disturbances cost, as files that people and programs read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lckd.dice import as_change
from lckd.files import make_folder, write_text
from lckd.region import REGIONS
from lckd_training.reports.table import markdown_row


def robustness_markdown(table: Mapping[str, Any]) -> str:
    """Write the mean Dice under each disturbance, and what each costs against the undisturbed."""
    clean = table["rows"][0]["mean"]
    header = ["disturbance", "strength", *REGIONS, *(f"Δ {region}" for region in REGIONS)]
    lines = [markdown_row(header), markdown_row(["---", "---"] + ["--:"] * 2 * len(REGIONS))]
    for row in table["rows"]:
        means = [f"{row['mean'][region]:.2f}" for region in REGIONS]
        losses = [as_change(row["mean"][region] - clean[region]) for region in REGIONS]
        lines.append(markdown_row([row["name"], row["label"], *means, *losses]))
    cohort = table["cohort"]
    below = (
        f"Mean Dice of '{table['weights']['name']}' from all four modalities on {cohort['name']} "
        f"(n = {cohort['n']}), native resolution, seed {table['seed']}{_repaired(table)}."
    )
    return "\n".join([*lines, "", below]) + "\n"


def _repaired(table: Mapping[str, Any]) -> str:
    return ", brightness evened out (N4)" if table["preparation"]["correct_bias"] else ""


def write_robustness(table: Mapping[str, Any], out: Path) -> None:
    """Leave `robustness.json`, `robustness.md` and `robustness.png` in a folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    from lckd_training.pictures.robustness import draw_robustness  # noqa: PLC0415 - matplotlib is slow to import

    make_folder(out)
    write_text(json.dumps(table, indent=1) + "\n", out / "robustness.json")
    write_text(robustness_markdown(table), out / "robustness.md")
    draw_robustness(table, out / "robustness.png")
