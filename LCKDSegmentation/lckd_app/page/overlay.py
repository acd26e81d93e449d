"""What lies over each view: its name, its slider, its buttons."""

from collections.abc import Callable
from functools import partial

from trame.widgets import html
from trame.widgets import vuetify3 as v3
from trame_server import Server
from trame_slicer.app.logic import connect_slice_view_slider_to_state
from trame_slicer.views import SliceView, ThreeDView

from lckd.slices import AXIAL, CORONAL, SAGITTAL
from lckd_app.page.widgets import MINE, icon_button, testid
from lckd_app.views.stage import look_from_the_side, show_all_of

PLANES = {"Axial": AXIAL, "Coronal": CORONAL, "Sagittal": SAGITTAL}
"""What Slicer calls each plane; it turns them as pictures of this software are turned."""

SMALL = {"size": "x-small", "color": "white"}
"""Buttons over a picture."""

EDGES = ("left", "right", "top", "bottom")

ENDS = {"Axial": ("S", "I"), "Coronal": ("A", "P"), "Sagittal": ("L", "R")}
"""On which side of 0 a slice lies whose place is positive, and negative."""


def decorate_slices(server: Server, view_id: str, view: SliceView) -> None:
    """Put name, place, sides of the patient, buttons and slider over a slice."""
    slider = connect_slice_view_slider_to_state(server, view)
    name = view.get_orientation()
    _decorate(view_id, partial(show_all_of, view), name=name, place=_place(slider.name.value, *ENDS[name]))
    _sides(name)
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
            title=f"{name} slice",
            **testid(f"slice-{name.lower()}"),
        )


def decorate_space(_server: Server, view_id: str, view: ThreeDView) -> None:
    """Put name and buttons over the view in three dimensions."""
    _decorate(view_id, partial(look_from_the_side, view), name="3-D")


def _decorate(view_id: str, fit: Callable[[], None], *, name: str, place: str = "") -> None:
    with html.Div(name, classes="lckd-view-name"):
        html.Span(place, classes="lckd-place", **testid(f"place-{name.lower()}"))
    large = f"{MINE}.enlarged === '{view_id}'"
    with html.Div(classes="lckd-view-buttons"):
        icon_button(
            "mdi-fit-to-screen-outline",
            f"Show all of the {name.lower()} view",
            f"fit-{view_id.lower()}",
            click=fit,
            **SMALL,
        )
        icon_button(
            (f"{large} ? 'mdi-fullscreen-exit' : 'mdi-fullscreen'",),
            f"Enlarge the {name.lower()} view",
            f"enlarge-{view_id.lower()}",
            click=f"{MINE}.enlarged = {large} ? '' : '{view_id}'",
            **SMALL,
        )


def _place(value: str, positive: str, negative: str) -> str:
    """Say, as an expression of the page, where a slice lies: the letter of the side that it lies on, and mm."""
    return f"{{{{ {value} < 0 ? '{negative}' : '{positive}' }}}} {{{{ Math.abs({value}).toFixed(1) }}}} mm"


def _sides(name: str) -> None:
    """Tell left from right."""
    for edge, letter in zip(EDGES, PLANES[name].marks, strict=True):
        html.Div(letter, classes=f"lckd-side {edge}", **testid(f"side-{name.lower()}-{edge}"))
