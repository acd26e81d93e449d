"""`report.html`: one page about a batch that needs nothing but itself, with a picture of every patient."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

import lckd
from lckd.batch.job import Job, Outcome
from lckd.batch.measures import Figures, measures_of, subset_of
from lckd.batch.places import places_of
from lckd.batch.summary import Summary
from lckd.batch.template import template_environment
from lckd.files import write_text
from lckd.modality import subset_title
from lckd.record import RESEARCH_USE
from lckd.region import REGION_NAMES, REGIONS
from lckd.segments import REGION_SEGMENTS
from lckd.weights.card import read_card

NAME = "report.html"
COLOURS = {region: style.html_colour for region, style in zip(REGIONS, REGION_SEGMENTS, strict=True)}
TEMPLATE, SCRIPT = "report.html.jinja", "report.js"


@dataclass(frozen=True)
class Row:
    """What the page says of a patient who was segmented.

    Attributes:
        name: Name of the patient.
        modalities: Those that were used, for people.
        figures: Its measurements.
        notes: What a reader should know.
        seconds: Time it took, from its images to its labels.
        png_base64: Its picture.
    """

    name: str
    modalities: str
    figures: Figures
    notes: Sequence[str]
    seconds: float
    png_base64: str


def write_page(outcomes: Sequence[Outcome], job: Job, summary: Summary) -> None:
    """Write the page.

    Args:
        outcomes: What became of the patients; pictures are read from their files.
        job: What was done.
        summary: Counts and costs.

    Raises:
        OutputError: It cannot be written.
    """
    write_text(render_page(outcomes, job, summary), job.out / NAME)


def render_page(outcomes: Sequence[Outcome], job: Job, summary: Summary) -> str:
    """Render the page; see `write_page`."""
    script = (Path(__file__).parent / SCRIPT).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            card=read_card(job.weights),
            rows=[_row(outcome, job) for outcome in outcomes if outcome.record is not None],
            failed=[outcome for outcome in outcomes if outcome.record is None],
            summary=summary,
            script=script,
            script_sha256=digest,
            version=lckd.__version__,
            statement=RESEARCH_USE,
        )
    )


def _row(outcome: Outcome, job: Job) -> Row:
    record = outcome.record or {}
    picture = places_of(outcome.name, job.out, job.layout).thumbnail.read_bytes()
    return Row(
        name=outcome.name,
        modalities=subset_title(subset_of(record)),
        figures=measures_of(record),
        notes=[str(note) for note in record["notes"]],
        seconds=float(record["preprocessing_seconds"]) + float(record["seconds"]),
        png_base64=base64.b64encode(picture).decode(),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = template_environment(Path(__file__).parent)
    environment.filters["one"] = _one
    environment.globals |= {"REGIONS": REGIONS, "REGION_NAMES": REGION_NAMES, "COLOURS": COLOURS}
    return environment


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
