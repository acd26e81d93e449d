"""The mouse in the axial slice, as Slicer's views hear of it."""

from lckd_app.views.stage import Stage

OFF_THE_MIDDLE = (0.625, 0.625)


def move(stage: Stage, to: tuple[float, float] = OFF_THE_MIDDLE, *, key: str = "") -> None:
    """Move to a place, in parts of width and height from the lower left; a key may be held."""
    _happen(stage, to, key, "EnterEvent", "MouseMoveEvent")


def click(stage: Stage, at: tuple[float, float] = OFF_THE_MIDDLE, *, key: str = "") -> None:
    """Press the left button at a place, and let it go; a key may be held."""
    _happen(stage, at, key, "LeftButtonPressEvent", "MouseMoveEvent", "LeftButtonReleaseEvent")


def _happen(stage: Stage, place: tuple[float, float], key: str, *events: str) -> None:
    interactor = stage.slices[0].interactor()
    wide, high, _ = stage.slices[0].get_view_node().GetDimensions()
    x, y = round(wide * place[0]), round(high * place[1])
    interactor.SetEventInformation(x, y, int(key == "Control"), int(key == "Shift"), "\0", 0)
    for event in (*events, "LeaveEvent"):
        interactor.InvokeEvent(event)
