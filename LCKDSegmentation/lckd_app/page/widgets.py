"""Small things that every part of the page uses."""

from collections.abc import Callable
from typing import Any

from trame.widgets import html
from trame.widgets import vuetify3 as v3

MINE = "utils.lckd.mine"
"""What each browser remembers for itself (`static/page.js`): style, tab, what is enlarged, dragged or being sent."""


def testid(name: str, *attributes: str) -> dict[str, Any]:
    """Give a widget the name by which tests find it, and further attributes of Vue.

    Args:
        name: The name.
        attributes: Written into the template as they are, such as ``@drop.prevent="..."``.
    """
    return {"raw_attrs": [f'data-testid="{name}"', *attributes]}


def bound_testid(expression: str, *attributes: str) -> dict[str, Any]:
    """Name a widget of a list: as `testid`, by an expression of JavaScript."""
    return {"raw_attrs": [f':data-testid="{expression}"', *attributes]}


def icon_button(
    icon: object,
    title: str,
    test: str,
    *,
    click: object,
    size: str = "small",
    **options: Any,  # noqa: ANN401 - of Vuetify
) -> v3.VBtn:
    """Make a button with a picture, and a title that readers and screen readers get."""
    return v3.VBtn(
        icon=icon, click=click, size=size, variant="text", title=title, aria_label=title, **testid(test), **options
    )


def toggle(icon: str, title: str, test: str, *, state: str, call: Callable[..., None]) -> v3.VBtn:
    """Make a button that stays pressed while `state` is true, and calls with the opposite of it."""
    return v3.VBtn(
        icon=icon,
        size="small",
        density="comfortable",
        variant=(f"{state} ? 'tonal' : 'text'",),
        color=(f"{state} ? 'primary' : undefined",),
        click=(call, f"[!{state}]"),
        title=title,
        aria_label=title,
        **testid(test, f':aria-pressed="String(!!{state})"'),
    )


def choice(label: str, state: str, *, options: str, change: Callable[[str], None]) -> None:
    """Make a list to choose from: the browser's own, which phones and keyboards know.

    Args:
        label: What screen readers say.
        state: What is chosen, and the name for tests.
        options: State that lists ``{value, title}``.
        change: Gets the value.
    """
    named = testid(state, f'aria-label="{label}"', f'title="{label}"')
    with html.Select(classes="lckd-select", change=(change, "[$event.target.value]"), **named):
        html.Option(
            "{{ one.title }}",
            v_for=f"one in {options}",
            key="one.value",
            value=("one.value",),
            selected=(f"one.value === {state}",),
        )


def heading(text: str) -> html.H2:
    """Make the heading of a part."""
    return html.H2(text, classes="lckd-heading text-overline")
