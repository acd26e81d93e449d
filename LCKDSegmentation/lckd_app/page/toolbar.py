"""The bar over the views: what is shown behind, how segments look, and what is laid over."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3

from lckd_app.actions import Actions
from lckd_app.page.widgets import bound_testid, icon_button, testid, toggle

STYLES = (
    ("both", "mdi-circle-opacity", "Fill and outline"),
    ("outline", "mdi-circle-outline", "Outline only"),
    ("fill", "mdi-circle", "Fill only"),
)


def build_toolbar(actions: Actions) -> None:
    """Build the bar."""
    with html.Div(classes="lckd-toolbar", role="toolbar", aria_label="Views"):
        _behind(actions)
        _window(actions)
        html.Span(classes="lckd-rule")
        _styles(actions)
        _segments(actions)
        html.Span(classes="lckd-rule")
        toggle("mdi-cube-outline", "Surfaces in 3-D", "surfaces", state="surfaces", call=actions.surfaces)
        toggle(
            "mdi-layers-outline", "Slices in 3-D", "slices-3d", state="slices_in_space", call=actions.slices_in_space
        )
        toggle("mdi-help-rhombus-outline", "Uncertainty", "uncertainty", state="overlay", call=actions.overlay)
        html.Span(classes="lckd-rule")
        toggle(
            "mdi-crosshairs", "Mark the place of the last click", "crosshair", state="crosshair", call=actions.crosshair
        )
        toggle(
            "mdi-ruler",
            "Measure a distance: click on both its ends",
            "measure",
            state="measuring",
            call=actions.measure,
        )
        icon_button(
            "mdi-eraser",
            "Remove the distances",
            "remove-rulers",
            click=actions.remove_rulers,
            v_if="rulers",
            density="comfortable",
        )


def _behind(actions: Actions) -> None:
    with html.Div(classes="lckd-group", role="group", aria_label="Image behind the segments"):
        html.Button(
            "{{ slot.name }}",
            v_for="slot in slots",
            key="slot.modality",
            type="button",
            disabled=("!slot.volume",),
            classes=("['lckd-tab', {on: slot.volume && slot.volume === behind}]",),
            click=(actions.behind, "[slot.volume]"),
            title=("'Show ' + slot.name",),
            **bound_testid(
                "'behind-' + slot.modality", ':aria-pressed="String(!!slot.volume && slot.volume === behind)"'
            ),
        )


def _window(actions: Actions) -> None:
    with v3.VMenu(close_on_content_click=False, location="bottom"):
        with v3.Template(v_slot_activator="{ props }"):
            v3.VBtn(
                icon="mdi-contrast-box",
                v_bind="props",
                size="small",
                variant="text",
                title="Brightness and contrast",
                aria_label="Brightness and contrast",
                **testid("window-menu"),
            )
        with v3.VCard(classes="pa-4", width=320):
            html.Label("Black at {{ window[0] }}, white at {{ window[1] }}", classes="text-caption")
            v3.VRangeSlider(
                model_value=("window",),
                min=("window_limits[0]",),
                max=("window_limits[1]",),
                step=("window_step",),
                update_modelValue=(actions.window, "[$event[0], $event[1]]"),
                density="compact",
                hide_details=True,
                strict=True,
                title="Black and white",
                **testid("window"),
            )
            v3.VBtn("Automatic", click=actions.reset_window, size="small", variant="tonal", **testid("window-auto"))


def _styles(actions: Actions) -> None:
    for name, icon, title in STYLES:
        v3.VBtn(
            icon=icon,
            size="small",
            density="comfortable",
            variant=(f"style === '{name}' ? 'tonal' : 'text'",),
            click=(actions.style, f"['{name}']"),
            title=title,
            aria_label=title,
            **testid(f"style-{name}", f":aria-pressed=\"String(style === '{name}')\""),
        )
    v3.VSlider(
        model_value=("opacity",),
        update_modelValue=(actions.opacity, "[$event]"),
        min=0,
        max=100,
        step=5,
        density="compact",
        hide_details=True,
        thumb_size=14,
        track_size=2,
        classes="lckd-opacity",
        disabled=("style === 'outline'",),
        title="Opacity of the segments in percent",
        **testid("opacity"),
    )


def _segments(actions: Actions) -> None:
    html.Button(
        "{{ one.name }}",
        v_for="one in segments",
        key="one.name",
        type="button",
        classes=("['lckd-segment', {on: one.visible}]",),
        style=("{'--colour': one.colour}",),
        click=(actions.segment_shown, "[one.name, !one.visible]"),
        title=("(one.visible ? 'Hide ' : 'Show ') + one.name",),
        **bound_testid("'segment-' + one.name", ':aria-pressed="String(one.visible)"'),
    )
