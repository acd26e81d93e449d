"""The part of the page about results: figures by subset, two results against each other, files."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3

from lckd_app.actions import Actions
from lckd_app.page.widgets import bound_testid, choice, heading, testid
from lckd_app.views.display import hex_of
from LCKDSegmentationLib.comparison import NAMES, ONLY_FIRST, ONLY_SECOND, SHARED

EMPTY = "Nothing is segmented yet. Press Segment: each set of modalities that you try becomes a column here."

INTO_SIGHT = "@vue:mounted=\"$event.el.scrollIntoView({block: 'nearest'})\""
"""Scrolls to what has just appeared: on a laptop the answer would stay below the edge."""


def build_results(actions: Actions) -> None:
    """Build the part."""
    html.P(EMPTY, v_if="!titles.length", classes="lckd-card lckd-fine", **testid("no-results"))
    with html.Section(v_if="titles.length", classes="lckd-card", aria_label="Measurements"):
        with html.Div(classes="d-flex align-center ga-2"):
            heading("Measurements")
            v3.VSpacer()
            choice("Which segments", "kind", options="kinds", change=actions.kind)
        _table(actions)
    with html.Section(v_if="titles.length > 1", classes="lckd-card", aria_label="Comparison"):
        heading("Two against each other")
        _comparison(actions)


def _table(actions: Actions) -> None:
    with html.Div(classes="lckd-scroll"), html.Table(classes="lckd-table figures", **testid("measurements")):
        with html.Thead(), html.Tr():
            html.Th("", scope="col")
            with html.Th(v_for="title in titles", key="title", scope="col", classes=("{shown: title === shown}",)):
                html.Button(
                    "{{ title }}",
                    type="button",
                    classes="lckd-link",
                    title="Show this result",
                    click=(actions.show_result, "[title]"),
                    **bound_testid("'result-' + title", ':aria-pressed="String(title === shown)"'),
                )
        with html.Tbody(), html.Tr(v_for="line in measures", key="line.head"):
            html.Th("{{ line.head }}", scope="row", title=("line.tip",))
            html.Td(
                "{{ cell || '–' }}",
                v_for="(cell, index) in line.cells",
                key="index",
                classes=("{shown: titles[index] === shown}",),
            )


def _comparison(actions: Actions) -> None:
    with html.Div(classes="lckd-pair"):
        _choice(actions, "first", "First", "titles")
        _choice(actions, "second", "Second", "titles")
        _choice(actions, "region", "Region", "regions")
    html.P("{{ agreement }}", v_if="agreement", classes="lckd-fine", **testid("agreement"))
    with html.P(v_if="agreement", classes="lckd-fine", raw_attrs=[INTO_SIGHT]):
        for sign, colour, name in zip("■■□", (ONLY_FIRST, ONLY_SECOND, SHARED), NAMES, strict=True):
            html.Span(f"{sign} ", classes="lckd-key", style=f"color:{hex_of(colour)}")
            html.Span(f"{name} ")


def _choice(actions: Actions, name: str, label: str, options: str) -> None:
    html.Label(label, raw_attrs=[f'for="compare-{name}"'])
    with html.Select(
        classes="lckd-select",
        id=f"compare-{name}",
        change=(actions.compare, f"['{name}', $event.target.value]"),
        **testid(f"compare-{name}"),
    ):
        if name != "region":
            html.Option("–", value="", selected=(f"!{name}",))
        html.Option("{{ one }}", v_for=f"one in {options}", key="one", value=("one",), selected=(f"one === {name}",))
