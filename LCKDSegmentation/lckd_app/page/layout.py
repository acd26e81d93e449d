"""The page: head, panel and views."""

from pathlib import Path

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vuetify3 as v3
from trame_server import Server

from lckd_app.actions import Actions
from lckd_app.doors.entry import TITLE
from lckd_app.page.expectation import build_expectation
from lckd_app.page.header import build_header, build_messages
from lckd_app.page.images import build_images
from lckd_app.page.results import build_results
from lckd_app.page.run import build_run
from lckd_app.page.toolbar import build_toolbar
from lckd_app.page.widgets import MINE, testid
from lckd_app.views.display import hex_of
from lckd_app.views.stage import Stage
from LCKDSegmentationLib.comparison import ONLY_FIRST, ONLY_SECOND

STATIC = Path(__file__).parent / "static"

COLOURS = {
    "dark": {
        "background": "#0e1217",
        "surface": "#171d25",
        "primary": "#58b3f0",
        "error": "#ff7b72",
        "warning": "#e3b341",
    },
    "light": {
        "background": "#f3f5f8",
        "surface": "#ffffff",
        "primary": "#0b62a8",
        "error": "#b3261e",
        "warning": "#8a5a00",
    },
}
THEMES = {name: {"dark": name == "dark", "colors": colours} for name, colours in COLOURS.items()}
RESEARCH = "For research. Not for clinical use."
NO_MAP = "The uncertainty of this result was not computed: switch it off and on again."
RECONNECTING = (
    '<trame-reconnect message="The connection was lost: click to connect again." :max-retry="3600" :delay="1000"/>'
)
"""What trame shows after a lost connection, in its own words for templates; it tries for an hour."""

START = {"clients": 1}
"""What all browsers share, before anything has happened."""


def build_page(server: Server, stage: Stage, actions: Actions) -> None:
    """Build the page; `lckd_app.content` fills it."""
    server.state.update(START)
    server.enable_module({"serve": {"lckd": str(STATIC)}, "scripts": ["lckd/page.js"], "styles": ["lckd/page.css"]})
    server.state.trame__title = TITLE
    server.state.trame__template_error_reconnect = RECONNECTING
    config = {"theme": {"defaultTheme": "dark", "themes": THEMES}}
    with VAppLayout(server, vuetify_config=config, theme=(f"{MINE}.theme",)), html.Div(classes="lckd-page"):
        build_header()
        build_messages(actions)
        with html.Div(classes=(f"['lckd-body', {{wide: !{MINE}.panel}}]",)):
            _build_panel(actions)
            with html.Main(classes="lckd-main"):
                build_toolbar(actions)
                _build_views(stage)


def _build_panel(actions: Actions) -> None:
    with html.Aside(v_show=f"{MINE}.panel", classes="lckd-panel", **testid("panel")):
        with v3.VTabs(v_model=(f"{MINE}.tab",), density="compact", grow=True, color="primary"):
            v3.VTab("Segment", value="segment", **testid("tab-segment"))
            v3.VTab("Results", value="results", **testid("tab-results"))
        with html.Div(v_show=f"{MINE}.tab === 'segment'", classes="lckd-parts"):
            build_images(actions)
            build_expectation()
            html.P(RESEARCH, classes="lckd-fine text-center")
        with html.Div(v_show=f"{MINE}.tab === 'results'", classes="lckd-parts"):
            build_results(actions)
            html.P(RESEARCH, classes="lckd-fine text-center")
        build_run(actions)


def _build_views(stage: Stage) -> None:
    """Build the four views; an enlarged one covers the others, whose sizes then stay what they were."""
    axial, coronal, sagittal = stage.slices
    with html.Div(classes="lckd-views", **testid("views")):
        for view in (axial, stage.space, coronal, sagittal):
            name = view.get_singleton_tag()
            large = f"['lckd-view', {{large: {MINE}.enlarged === '{name}'}}]"
            covered = f":inert=\"!!{MINE}.enlarged && {MINE}.enlarged !== '{name}'\""
            with html.Div(classes=(large,), **testid(f"view-{name.lower()}", covered)):
                client.ServerTemplate(name=name)
                if view is axial:
                    _build_legend()


def _build_legend() -> None:
    """Say what the colours of a comparison mean, or those of the uncertainty."""
    with html.Div(v_if="agreement", classes="lckd-legend", **testid("compared")):
        for colour, what in ((ONLY_FIRST, "first"), (ONLY_SECOND, "second")):
            html.Span("■", classes="lckd-key", style=f"color:{hex_of(colour)}")
            html.Span(f"{{{{ region }}}} only from {{{{ {what} }}}}")
    with html.Div(v_else_if="overlay && titles.length", classes="lckd-legend", **testid("legend")):
        html.Span("Uncertainty 0", v_if="has_map")
        html.Span(v_if="has_map", classes="lckd-magma")
        html.Span("1 bit", v_if="has_map")
        html.Span(NO_MAP, v_if="!has_map && !busy")
