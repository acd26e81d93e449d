"""The part of the page about images: the four slots, what they were filled from, and where more come from."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3

from lckd_app.actions import Actions
from lckd_app.page.widgets import MINE, bound_testid, choice, heading, testid

DROP = (
    f'@dragover.prevent="{MINE}.over = slot.modality"',
    f"@dragleave=\"{MINE}.over = ''\"",
    f"@drop.prevent=\"{MINE}.over = ''; trigger('assign', [slot.modality, {MINE}.dragged])\"",
)

BUTTON = (
    'role="button"',
    'tabindex="0"',
    '@keydown.enter="$event.target.click()"',
    ':aria-pressed="String(volume.id === behind)"',
)
"""Firefox drags no real button."""


def build_images(actions: Actions) -> None:
    """Build the part."""
    with html.Section(classes="lckd-card", aria_label="Images"):
        with html.Div(classes="d-flex align-center ga-2"):
            heading("Images")
            v3.VSpacer()
            _buttons(actions)
        _slots(actions)
        html.P("{{ question }}", v_if="question", classes="lckd-question", **testid("question"))
        _spare(actions)
        with html.Details(v_if="left_out.length", classes="lckd-fine", **testid("left-out")):
            html.Summary("{{ left_out.length === 1 ? '1 remark' : left_out.length + ' remarks' }} on what was opened")
            html.P("{{ one }}", v_for="one in left_out", key="one")
        choice("What the images are like", "scans", options="scan_kinds", change=actions.scans)


def _buttons(actions: Actions) -> None:
    for text, title, mode in (
        ("Open", "Open images of another patient", "open"),
        ("Add", "Add images of this patient", "add"),
    ):
        v3.VBtn(
            text,
            click=f"utils.lckd.choose('{mode}')",
            size="small",
            variant="tonal",
            title=title,
            disabled=(f"{MINE}.sending >= 0",),
            **testid(f"{mode}-images"),
        )
    v3.VBtn(
        icon="mdi-auto-fix",
        click=actions.recognise,
        size="small",
        variant="text",
        title="Find the modalities by the names of the images",
        aria_label="Find the modalities",
        **testid("recognise"),
    )


def _slots(actions: Actions) -> None:
    v3.VProgressLinear(
        v_if=f"{MINE}.sending >= 0", model_value=(f"{MINE}.sending",), height=6, rounded=True, **testid("sending")
    )
    html.P(
        f"{{{{ {MINE}.sending < 100 ? 'Sending ...' : 'Sent; the images are read ...' }}}}",
        v_if=f"{MINE}.sending >= 0",
        classes="lckd-fine",
        role="status",
    )
    with html.Div(
        v_for="slot in slots",
        key="slot.modality",
        classes=(f"['lckd-slot', {{over: {MINE}.over === slot.modality, off: !slot.used || !slot.volume}}]",),
        **bound_testid("'slot-' + slot.modality", *DROP),
    ):
        _chooser(actions)
        _badge()


def _chooser(actions: Actions) -> None:
    """Build what is dragged, the name of the modality and the list of images."""
    html.Span(
        "⠿",
        classes="lckd-handle",
        draggable=("!!slot.volume",),
        title="Drag onto another modality",
        **testid("handle", f'@dragstart="{MINE}.dragged = slot.volume"', 'aria-hidden="true"'),
    )
    html.Strong("{{ slot.name }}", classes="lckd-slot-name")
    with html.Select(
        classes="lckd-select",
        change=(actions.assign, "[slot.modality, $event.target.value]"),
        title=("volumes.find((one) => one.id === slot.volume)?.name",),  # a long one is cut off
        **bound_testid("'volume-' + slot.modality", ":aria-label=\"'Image of ' + slot.name\""),
    ):
        html.Option("– none –", value="", selected=("!slot.volume",))
        html.Option(
            "{{ volume.name }}",
            v_for="volume in volumes",
            key="volume.id",
            value=("volume.id",),
            selected=("volume.id === slot.volume",),
        )


def _badge() -> None:
    """Say how sure the choice is, and why."""
    html.Span(
        "{{ slot.badge }}",
        classes=("['lckd-badge', slot.badge[0] === '✓' ? 'good' : slot.badge[0] === '?' ? 'doubt' : 'none']",),
        title=("slot.reason",),
        **bound_testid("'badge-' + slot.modality"),
    )
    html.Span("{{ slot.reason }}", classes="lckd-reason", **bound_testid("'reason-' + slot.modality"))


def _spare(actions: Actions) -> None:
    """Build the images that stand for nothing; whoever has to choose wants to see them."""
    with html.Div(v_if="spare.length", classes="lckd-spare"):
        html.Span("Not used:", classes="text-caption")
        html.Span(
            "{{ volume.name }}",
            v_for="volume in spare",
            key="volume.id",
            classes="lckd-chip",
            draggable="true",
            click=(actions.behind, "[volume.id]"),
            title="Click to show it in the views; drag it onto a modality",
            **bound_testid("'spare-' + volume.name", f'@dragstart="{MINE}.dragged = volume.id"', *BUTTON),
        )
