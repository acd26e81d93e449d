"""The part of the page that says what to expect of the chosen modalities, before anything is computed."""

from trame.widgets import html

from lckd_app.page.widgets import bound_testid, heading, testid

TIPS = {
    "Dice": "Overlap with the outline of an expert: 0 none, 1 all of it",
    "Spread": "Standard deviation between patients",
    "Teacher": "Modality that does best alone for this region, and taught the others; in brackets if it is not given",
}
"""By head; without apostrophes: written into the page in single ones."""


def build_expectation() -> None:
    """Build the part."""
    with html.Section(classes="lckd-card", aria_label="What to expect"):
        heading("What to expect (Dice from 0 to 1)")
        with html.Table(classes="lckd-table", **testid("expectation")):
            with html.Thead(), html.Tr():
                html.Th("Region", scope="col")
                html.Th(
                    "{{ head }}",
                    v_for="head in expected_heads",
                    key="head",
                    scope="col",
                    title=(f"({TIPS})[head]",),
                )
            with (
                html.Tbody(),
                html.Tr(v_for="row in expected_rows", key="row.region", **bound_testid("'expected-' + row.region")),
            ):
                html.Th("{{ row.region }} {{ row.name }}", scope="row")
                html.Td("{{ cell }}", v_for="(cell, index) in row.cells", key="index")
        html.P("{{ expected_text }}", classes="lckd-fine", **testid("expectation-text"))
