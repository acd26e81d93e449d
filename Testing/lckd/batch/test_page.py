"""The page about a batch needs nothing but itself, and nothing in it comes alive but our own script."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lckd.batch.job import Job, Outcome, Usage
from lckd.batch.page import render_page
from lckd.batch.source import find_patients
from lckd.batch.summary import summarise
from lckd.batch.work import process
from lckd.modality import MODALITIES

VOID = {"meta", "img"}
USAGE = Usage(seconds=1.0, cpu_seconds=1.0, peak_bytes=None, process="here")


class Checker(HTMLParser):
    """Reads a page: are all elements closed, and what do they refer to?"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def a_page(the_cohort: Path, the_results: Path, tiny_weights: Path, make_job: Callable[..., Job]) -> str:
    job = make_job(tiny_weights, the_results)
    outcomes = [process(patient, job) for patient in find_patients(the_cohort, modalities=MODALITIES)]
    outcomes.append(Outcome("<script>alert(1)</script>", "failed", USAGE, sentence="It is <b>broken</b>."))
    return render_page(outcomes, job, summarise(outcomes, wall_seconds=3.0))


def test_the_page_is_whole_and_shows_every_patient(a_page: str) -> None:
    page = Checker(a_page)
    assert page.open == []
    assert len(page.references) == 3
    assert all(place.startswith("data:image/png;base64,iVBOR") for place in page.references)
    assert "Not segmented: 1" in a_page
    assert "4 patients in 3 s: 0 segmented, 3 done before, 1 failed." in a_page


def test_a_name_cannot_bring_code_into_the_page(a_page: str) -> None:
    assert "<script>alert" not in a_page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in a_page
    assert "<b>broken" not in a_page


def test_only_our_own_script_may_run(a_page: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", a_page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in a_page
    assert "default-src 'none'" in a_page


def test_every_column_that_sorts_has_a_key_in_every_row(a_page: str) -> None:
    head, _, body = a_page.partition("<tbody>")
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    assert {row.count("data-key=") for row in rows} == {head.count("<button")}


def test_the_page_follows_the_readers_colours_and_the_printer(a_page: str) -> None:
    assert "prefers-color-scheme: dark" in a_page
    assert "@media print" in a_page
