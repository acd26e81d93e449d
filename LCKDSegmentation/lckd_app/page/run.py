"""The part of the page that runs: which modalities, Segment and Cancel, Live, how far it is, and what to heed."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3

from lckd_app.actions import Actions
from lckd_app.page.widgets import bound_testid, testid


def build_run(actions: Actions) -> None:
    """Build the part."""
    with html.Section(classes="lckd-run", aria_label="Segment"):
        with html.Div(classes="lckd-uses", role="group", aria_label="Modalities that are used"):
            html.Button(
                "{{ slot.name }}",
                v_for="slot in slots",
                key="slot.modality",
                type="button",
                classes=("['lckd-use', {on: slot.used && slot.volume}]",),
                disabled=("!slot.volume",),
                click=(actions.use, "[slot.modality, !slot.used]"),
                title=("slot.used ? 'Do without ' + slot.name : 'Use ' + slot.name",),
                **bound_testid("'use-' + slot.modality", ':aria-pressed="String(!!(slot.used && slot.volume))"'),
            )
            v3.VSwitch(
                model_value=("live",),
                update_modelValue=(actions.live, "[$event]"),
                label="Live",
                color="primary",
                density="compact",
                hide_details=True,
                title="Segment again whenever a modality is switched",
                **testid("live"),
            )
        with html.Div(classes="d-flex ga-2"):
            _buttons(actions)
        _state()
        _notes()


def _buttons(actions: Actions) -> None:
    v3.VBtn(
        "{{ subset ? 'Segment from ' + subset : 'Segment' }}",
        click=actions.segment,
        disabled=("busy || !!hint",),
        color="primary",
        variant="flat",
        classes="flex-grow-1 lckd-go",
        **testid("segment"),
    )
    v3.VBtn("Cancel", v_if="busy", click=actions.cancel, color="error", variant="tonal", **testid("cancel"))


def _state() -> None:
    v3.VProgressLinear(
        model_value=("percent",),
        active=("busy",),
        height=4,
        rounded=True,
        color="primary",
        aria_label="Progress of the segmentation",
        **testid("progress"),
    )
    html.P(
        "{{ busy ? status : hint || status }}",
        classes="lckd-status",
        title=("status",),
        role="status",
        **testid("status"),
    )


def _notes() -> None:
    """Say what to read before the result is trusted: here, where it is in sight whatever else is shown."""
    with html.Ul(v_if="notes.length && !busy", classes="lckd-notes", aria_label="Please note", **testid("notes")):
        html.Li("{{ note }}", v_for="note in notes", key="note")
