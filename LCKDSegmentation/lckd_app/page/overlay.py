"""What lies over each view: its name, its slider, its buttons."""

from trame.widgets import html
from trame.widgets import vuetify3 as v3
from trame_server import Server
from trame_slicer.app.logic import connect_slice_view_slider_to_state
from trame_slicer.views import AbstractView, SliceView

from lckd_app.page.widgets import MINE, testid


def decorate_slices(server: Server, view_id: str, view: SliceView) -> None:
    """Put name, buttons and slider over a slice."""
    _decorate(view_id, view, name=view.get_orientation())
    slider = connect_slice_view_slider_to_state(server, view)
    with html.Div(classes="lckd-slider"):
        v3.VSlider(
            v_model=(slider.name.value,),
            min=(slider.name.min_value,),
            max=(slider.name.max_value,),
            step=(slider.name.step,),
            density="compact",
            hide_details=True,
            thumb_size=14,
            track_size=2,
            color="white",
            title=f"{view.get_orientation()} slice",
            **testid(f"slice-{view.get_orientation().lower()}"),
        )


def decorate_space(_server: Server, view_id: str, view: AbstractView) -> None:
    """Put name and buttons over the view in three dimensions."""
    _decorate(view_id, view, name="3-D")


def _decorate(view_id: str, view: AbstractView, *, name: str) -> None:
    html.Div(name, classes="lckd-view-name")
    large = f"{MINE}.enlarged === '{view_id}'"
    with html.Div(classes="lckd-view-buttons"):
        _button(
            "mdi-fit-to-screen-outline",
            f"Show all of the {name.lower()} view",
            f"fit-{view_id.lower()}",
            view.reset_view,
        )
        _button(
            (f"{large} ? 'mdi-fullscreen-exit' : 'mdi-fullscreen'",),
            f"Enlarge the {name.lower()} view",
            f"enlarge-{view_id.lower()}",
            f"{MINE}.enlarged = {large} ? '' : '{view_id}'",
        )


def _button(icon: object, title: str, test: str, click: object) -> None:
    v3.VBtn(
        icon=icon,
        click=click,
        title=title,
        aria_label=title,
        size="x-small",
        variant="text",
        color="white",
        **testid(test),
    )
