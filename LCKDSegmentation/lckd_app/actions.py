"""What a person can do on the page: each does one thing to the desk, and says in a sentence why it could not."""

import math
from collections.abc import Callable
from enum import Enum
from typing import Concatenate, ParamSpec, TypeVar, cast, get_args

from lckd.errors import InputError, LckdError
from lckd.modality import Modality, in_order
from lckd.region import REGIONS, Region
from lckd_app.patient.desk import Desk
from lckd_app.views.display import Style
from LCKDSegmentationLib.choices import Scans, SegmentKind

P = ParamSpec("P")
Chosen = TypeVar("Chosen", bound=Enum)
PERCENT = 100.0


def action(do: "Callable[Concatenate[Actions, P], None]") -> "Callable[Concatenate[Actions, P], None]":
    """Tell of an error on the page, and show what came of it."""

    def act(self: "Actions", /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            do(self, *args, **kwargs)
        except LckdError as error:
            self.desk.refuse(str(error))
        self.show()

    return act


class Actions:
    """What the widgets call.

    Args:
        desk: The patient and what is shown.
        show: Brings the page up to date.
    """

    def __init__(self, desk: Desk, show: Callable[[], None]) -> None:
        self.desk, self.show = desk, show

    @action
    def assign(self, modality: str, volume: str) -> None:
        """Let a volume stand for a modality."""
        if not volume:
            self.desk.slots.assign(_modality(modality), "")
        elif self._is_volume(volume):
            self.desk.slots.assign(_modality(modality), volume)
        self.desk.follow()

    def _is_volume(self, volume: str) -> bool:
        """Tell whether it is an image of this patient: another window may have opened another one meanwhile."""
        return any(one["id"] == volume for one in self.desk.volumes())

    @action
    def recognise(self) -> None:
        """Fill the empty slots by names."""
        self.desk.slots.recognise()
        self.desk.follow()

    @action
    def use(self, modality: str, is_used: object) -> None:
        """Switch a modality on or off."""
        self.desk.slots.use(_modality(modality), is_used=bool(is_used))
        self.desk.follow()

    @action
    def segment(self) -> None:
        """Segment what is chosen."""
        self.desk.segment()

    @action
    def cancel(self) -> None:
        """Stop."""
        self.desk.runner.cancel()

    @action
    def live(self, is_live: object) -> None:
        """Follow changes at once, or not."""
        self.desk.is_live = bool(is_live)
        self.desk.follow()

    @action
    def scans(self, scans: str) -> None:
        """Say what the images are like, and so what is done to them before."""
        self.desk.scans = _one_of(Scans, scans)
        self.desk.follow()

    @action
    def kind(self, kind: str) -> None:
        """Show tissues or regions."""
        self.desk.show_as(_one_of(SegmentKind, kind))

    @action
    def show_result(self, title: str) -> None:
        """Show a result of before."""
        self.desk.show_result(title)

    @action
    def compare(self, part: str, choice: str) -> None:
        """Choose the first or the second result, or the region, in which two results are compared."""
        now = self.desk.comparison
        if part == "region":
            now.choose(now.first, now.second, _region(choice))
        elif part == "first":
            now.choose(choice, now.second, now.region)
        else:
            now.choose(now.first, choice, now.region)

    @action
    def behind(self, volume: str) -> None:
        """Show another volume behind the segments."""
        if self._is_volume(volume):
            self.desk.display.show_behind(volume)

    @action
    def window(self, low: object, high: object) -> None:
        """Show these values black and white."""
        self.desk.display.set_window(_number(low), _number(high))

    @action
    def reset_window(self) -> None:
        """Show the usual range of values."""
        self.desk.display.reset_window()

    @action
    def opacity(self, percent: object) -> None:
        """Set how much the filled segments cover, in percent."""
        self.desk.display.opacity = min(max(_number(percent) / PERCENT, 0.0), 1.0)
        self.desk.display.apply()

    @action
    def style(self, style: str) -> None:
        """Fill segments, outline them, or both."""
        if style in get_args(Style):
            self.desk.display.style = cast("Style", style)
            self.desk.display.apply()

    @action
    def surfaces(self, are_shown: object) -> None:
        """Show surfaces in three dimensions."""
        self.desk.display.has_surfaces = bool(are_shown)
        self.desk.display.apply()

    @action
    def slices_in_space(self, are_shown: object) -> None:
        """Show slices in three dimensions."""
        self.desk.display.show_slices_in_space(is_shown=bool(are_shown))

    @action
    def overlay(self, is_shown: object) -> None:
        """Lay the uncertainty over the slices."""
        self.desk.show_uncertainty(is_shown=bool(is_shown))

    @action
    def crosshair(self, is_wished: object) -> None:
        """Mark the place that was clicked, or not."""
        self.desk.display.crosshair.show(is_wished=bool(is_wished))

    @action
    def measure(self, is_wished: object) -> None:
        """Let the next two clicks measure a distance, or not."""
        (self.desk.rulers.measure if is_wished else self.desk.rulers.stop)()

    @action
    def remove_rulers(self) -> None:
        """Remove all distances."""
        self.desk.rulers.clear()

    @action
    def segment_shown(self, name: str, is_shown: object) -> None:
        """Show or hide one segment."""
        if any(one["name"] == name for one in self.desk.display.segments()):
            self.desk.display.show_segment(name, is_shown=bool(is_shown))

    @action
    def dismiss(self) -> None:
        """Take a message away."""
        self.desk.refuse("")


def _modality(name: str) -> Modality:
    """Read a modality.

    Raises:
        InputError: It is none.
    """
    return in_order([name])[0]


def _region(name: str) -> Region:
    """Read a region.

    Raises:
        InputError: It is none.
    """
    if name not in REGIONS:
        message = f"There is no region '{name}': choose one of {', '.join(REGIONS)}."
        raise InputError(message)
    return name


def _one_of(kind: type[Chosen], value: object) -> Chosen:
    """Read one of the values of a list.

    Raises:
        InputError: It is none.
    """
    try:
        return kind(value)
    except ValueError as error:
        message = f"There is no choice '{value}': take one of the list."
        raise InputError(message) from error


def _number(value: object) -> float:
    """Read a number.

    Raises:
        InputError: It is none.
    """
    if not isinstance(value, int | float) or not math.isfinite(value):
        message = f"'{value}' is no number: move the slider."
        raise InputError(message)
    return float(value)
