"""The head of the page, and what is told across it: errors, other windows, a lost connection."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3

from lckd_app.actions import Actions
from lckd_app.doors.access import KEY_PARAMETER
from lckd_app.doors.downloads import FORMATS, ROUTE
from lckd_app.doors.entry import TITLE
from lckd_app.page.widgets import MINE, icon_button, testid

TWO_WINDOWS = (
    "This page is open in {{ clients }} windows. All of them show and change the same patient: what is done in one "
    "happens in the others."
)


def build_header() -> None:
    """Build the head."""
    with html.Header(classes="lckd-header"):
        icon_button(
            (f"{MINE}.panel ? 'mdi-menu-open' : 'mdi-menu'",),
            "Show or hide the panel",
            "toggle-panel",
            click=f"{MINE}.panel = !{MINE}.panel",
        )
        html.H1(TITLE, classes="lckd-title")
        html.Span("{{ patient }}", classes="lckd-patient", title="Patient", **testid("patient"))
        v3.VSpacer()
        html.Span("weights {{ weights }}", classes="lckd-weights", **testid("weights"))
        _downloads()
        icon_button(
            (f"{MINE}.theme === 'dark' ? 'mdi-weather-sunny' : 'mdi-weather-night'",),
            "Light or dark",
            "theme",
            click="utils.lckd.turn()",
        )


def _downloads() -> None:
    with v3.VMenu(location="bottom end"):
        with v3.Template(v_slot_activator="{ props }"):
            v3.VBtn(
                "Download",
                v_bind="props",
                prepend_icon="mdi-download",
                size="small",
                variant="tonal",
                disabled=("!titles.length",),
                **testid("downloads"),
            )
        with v3.VList(density="compact"):
            for name, form in FORMATS.items():
                v3.VListItem(
                    title=form.title,
                    href=(f"'{ROUTE}/{name}?{KEY_PARAMETER}=' + encodeURIComponent(key)",),
                    **testid(f"download-{name}", "download"),
                )


def build_messages(actions: Actions) -> None:
    """Build what is told across the page."""
    v3.VAlert(
        TWO_WINDOWS, v_if="clients > 1", type="warning", density="compact", variant="tonal", **testid("two-windows")
    )
    v3.VAlert(
        "{{ problem }}",
        v_if="problem",
        type="error",
        density="compact",
        variant="tonal",
        closable=True,
        click_close=actions.dismiss,
        **testid("problem"),
    )
