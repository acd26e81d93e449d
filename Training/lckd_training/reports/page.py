"""One self-contained HTML page about an evaluation, to be read on a phone, printed and passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment
from matplotlib import colormaps
from matplotlib.colors import to_hex

from lckd.batch.template import template_environment
from lckd.files import write_text
from lckd.modality import DISPLAY_NAMES, MODALITIES, SUBSETS, Subset
from lckd.region import REGION_NAMES, REGIONS, Region
from lckd.weights.card import Card
from lckd_training.cohorts.credits import credits_for
from lckd_training.measuring.bootstrap import RESAMPLES
from lckd_training.measuring.score import LARGE_ET_CM3, RULE_CM3, CaseScore, score_from_dict
from lckd_training.measuring.summary import Table
from lckd_training.pictures.elections import COLOURS, MARKERS, election_figures
from lckd_training.pictures.heatmap import COLOURS as HEAT
from lckd_training.pictures.heatmap import LIGHT_FROM

PAGE_NAME = "report.html"
TEMPLATE = "report.html.jinja"
WORST = 3
"""Patients that are named as the worst of each region."""
SIGNS = {"o": "●", "s": "■", "^": "▲", "D": "◆"}
"""The markers of the figure, as letters."""


@dataclass(frozen=True)
class CaseRow:
    """What the page says of one patient.

    Attributes:
        name: Name of the case.
        fullest: Score from all modalities that the case has.
        mean_dice: Dice per region, averaged over the subsets that the case has.
    """

    name: str
    fullest: CaseScore
    mean_dice: Mapping[Region, float]

    @property
    def overall(self) -> float:
        """One number to sort by: the mean over regions and subsets."""
        return float(np.mean(list(self.mean_dice.values())))


@dataclass(frozen=True)
class Picture:
    """A picture of a patient that is put into the page.

    Attributes:
        case: Name of the case.
        png_base64: The picture.
    """

    case: str
    png_base64: str


def write_page(table: Table, card: Card, out: Path, *, pictures: Sequence[Picture] = ()) -> None:
    """Leave `report.html` beside `table.json`.

    Args:
        table: Table of `lckd_training.measuring.evaluation.evaluate`.
        card: Card of the weights that were measured.
        out: The folder.
        pictures: Pictures of patients. Who passes the page on passes them on, too.

    Raises:
        OutputError: The folder cannot be written.
    """
    write_text(render_page(table, card, pictures=pictures), out / PAGE_NAME)


def render_page(table: Table, card: Card, *, pictures: Sequence[Picture] = ()) -> str:
    """Render the page; see `write_page`."""
    rows = case_rows(table)
    template = _environment().get_template(TEMPLATE)
    return template.render(
        table=table,
        card=card,
        rows=rows,
        worst={region: worst_of(rows, region) for region in REGIONS},
        pictures=pictures,
        figures=election_figures(card.elections),
        legend=[(DISPLAY_NAMES[name], COLOURS[name], SIGNS[MARKERS[name]]) for name in MODALITIES],
        credits=list(dict.fromkeys([*card.credits, *credits_for(table["cohort"]["names"])])),
        rule_cm3=RULE_CM3,
        large_cm3=LARGE_ET_CM3,
        resamples=RESAMPLES,
    )


def case_rows(table: Table) -> list[CaseRow]:
    """Sum up each patient, the worst first."""
    scores: dict[str, list[CaseScore]] = {}
    for row in table["cases"]:
        scores.setdefault(row["case"], []).append(score_from_dict(row))
    rows = [CaseRow(name, _fullest(found), _mean_dice(found)) for name, found in scores.items()]
    return sorted(rows, key=lambda row: (row.overall, row.name))


def worst_of(rows: Sequence[CaseRow], region: Region, *, count: int = WORST) -> list[CaseRow]:
    """Choose the patients whose region agrees least with the truth, from all modalities that they have."""
    return sorted(rows, key=lambda row: (row.fullest.dice[region], row.name))[:count]


def _fullest(scores: Sequence[CaseScore]) -> CaseScore:
    return max(scores, key=lambda score: SUBSETS.index(score.subset))


def _mean_dice(scores: Sequence[CaseScore]) -> dict[Region, float]:
    return {region: float(np.mean([score.dice[region] for score in scores])) for region in REGIONS}


def _environment() -> Environment:
    environment = template_environment(Path(__file__).parent)
    environment.filters |= {
        "two": _two,
        "one": _one,
        "bounds": _bounds,
        "shade": _shade,
        "plain": _plain,
        "names": _names,
    }
    environment.globals |= {
        "REGIONS": REGIONS,
        "REGION_NAMES": REGION_NAMES,
        "MODALITIES": MODALITIES,
        "DISPLAY_NAMES": DISPLAY_NAMES,
    }
    return environment


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _bounds(interval: Sequence[float] | None) -> str:
    return "{:.2f}–{:.2f}".format(*interval) if interval else ""


def _shade(dice: float | None) -> str:
    """Colour a cell as the heat map does, with ink that is read on it."""
    if dice is None:
        return ""
    ink = "#fff" if dice < LIGHT_FROM else "#000"
    return f"background:{to_hex(colormaps[HEAT](dice))};color:{ink}"


def _names(subset: Subset) -> str:
    return ", ".join(DISPLAY_NAMES[modality] for modality in subset)


def _plain(value: Any) -> str:  # noqa: ANN401 - a setting may be anything that JSON holds
    """Write a setting as a reader would."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " × ".join(_plain(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
