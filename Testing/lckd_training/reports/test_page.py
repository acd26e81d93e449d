"""The page about an evaluation: it says what a reader must know, and needs nothing but itself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lckd.modality import SUBSETS, Subset
from lckd.weights.card import Card, read_card
from lckd.weights.folder import default_weights
from lckd_training.measuring.score import CaseScore
from lckd_training.measuring.summary import Table, summarise
from lckd_training.pictures.elections import election_figures
from lckd_training.reports.page import Picture, case_rows, render_page, worst_of

VOID = {"meta", "img", "br", "link"}


class Checker(HTMLParser):
    """Reads a page: are all elements closed, what do they refer to, and what do they say?"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.references += [value or "" for name, value in attrs if name in {"src", "href", "xlink:href", "action"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += " ".join(data.split()) + " "


def a_score(case: str, subset: Subset, et: float = 0.5) -> CaseScore:
    dice = {"ET": et, "TC": 0.6, "WT": 0.8}
    return CaseScore(case, subset, dice, {"ET": None, "TC": 3.0, "WT": 4.0}, 5.0, 0.2)  # type: ignore[arg-type]


def a_table(scores: list[CaseScore] | None = None, seen: Sequence[str] = ()) -> Table:
    scores = scores or [a_score(name, subset, et) for name, et in (("a", 0.4), ("b", 0.6)) for subset in SUBSETS]
    weights = {"name": "some weights", "tensors_sha256": "ab" * 32}
    table = summarise(scores, weights=weights, cohort_name="some patients", code_version="0.1.0")
    table["cohort"] |= {"seen": list(seen)}
    return table


@pytest.fixture(scope="module")
def a_card() -> Card:
    return read_card(default_weights())


@pytest.fixture(scope="module")
def a_page(a_card: Card) -> str:
    return render_page(a_table(), a_card, pictures=[Picture("a", "iVBORw0KGgo=")])


def test_the_page_is_whole_and_needs_nothing_from_outside(a_page: str) -> None:
    page = Checker(a_page)
    assert page.open == []
    assert "script" not in page.tags
    assert [place for place in page.references if not place.startswith(("#", "data:image/png;base64,"))] == []
    assert set(re.findall(r"url\((.)", a_page)) <= {"#"}
    assert "@import" not in a_page


def test_every_place_that_the_page_refers_to_exists_once(a_page: str) -> None:
    page = Checker(a_page)
    assert len(page.ids) == len(set(page.ids))
    assert {place.removeprefix("#") for place in page.references if place.startswith("#")} <= set(page.ids)


def test_the_page_says_what_was_measured_and_what_it_is_not_for(a_page: str) -> None:
    text = Checker(a_page).text
    for words in ("some patients, n = 2", "ab" * 32, "Menze et al.", "less than 0.5 cm³ of predicted"):
        assert words in text
    assert text.count("Not for clinical use.") == 2
    assert a_page.count('class="dice"') == 16 * 3 + 2 * 6


def test_the_page_gives_intervals_where_there_are_enough_patients(a_card: Card) -> None:
    many = [a_score(f"patient {number}", subset) for number in range(6) for subset in SUBSETS]
    assert "0.50–0.50" in Checker(render_page(a_table(many), a_card)).text
    assert "0.50–0.50" not in Checker(render_page(a_table(many[: 5 * len(SUBSETS)]), a_card)).text


def test_the_page_follows_the_readers_colours_and_the_printer(a_page: str) -> None:
    assert "prefers-color-scheme: dark" in a_page
    assert "@media print" in a_page
    assert 'name="viewport"' in a_page


def test_a_name_from_a_folder_cannot_bring_code_into_the_page(a_card: Card) -> None:
    name = '<img src="x" onerror="alert(1)">'
    page = render_page(a_table([a_score(name, SUBSETS[-1])]), a_card)
    assert "<img" not in page
    assert name in Checker(page).text


def test_patients_that_were_trained_on_are_warned_of_on_top(a_card: Card) -> None:
    text = Checker(render_page(a_table(seen=["b"]), a_card)).text
    assert "1 of these 2 patients were trained or elected on (b)" in text
    assert text.index("say nothing about new patients") < text.index("What was measured")


def test_the_worst_patients_come_first_from_all_that_they_have() -> None:
    scores = [a_score("poor", ("t1",), 0.1), a_score("poor", ("t1", "t2"), 0.7), a_score("good", SUBSETS[-1], 0.6)]
    rows = case_rows(a_table(scores))
    assert [(row.name, row.fullest.subset) for row in rows] == [("poor", ("t1", "t2")), ("good", SUBSETS[-1])]
    assert [row.name for row in worst_of(rows, "ET")] == ["good", "poor"]


def test_weights_without_elections_credits_or_settings_have_a_page(a_card: Card) -> None:
    bare = replace(
        a_card,
        elections=[],
        teachers={},
        credits=[],
        training={},
        cohorts=[{"part": "real", "names": ["a"]}],
        created="",
    )
    assert "holds no election" in Checker(render_page(a_table(), bare)).text


@pytest.mark.slow
def test_the_history_shows_each_teacher_filled_and_is_drawn_the_same_again(a_card: Card) -> None:
    figures = election_figures(a_card.elections)
    assert figures == election_figures(a_card.elections)
    assert list(figures) == ["ET", "TC", "WT"]
    for figure in figures.values():
        assert "currentColor" in figure
        assert len(re.findall(r"fill: #(e69f00|56b4e9|d55e00|009e73)", figure)) >= len(a_card.elections)


def test_an_election_without_a_modality_is_drawn_with_the_others(a_card: Card) -> None:
    held = dict(a_card.elections[-1])
    held["dice"] = {name: dice for name, dice in held["dice"].items() if name != "t2"}
    assert set(election_figures([held])) == {"ET", "TC", "WT"}
