"""What the parts of the panel have in common."""

from collections.abc import Callable
from typing import Any, TypeAlias

from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode

Ui: TypeAlias = Any
"""The widgets of the panel, by their names."""

GetParameters: TypeAlias = Callable[[], LCKDSegmentationParameterNode | None]
"""Gives the choices of the panel, or None while there is no scene."""


class View:
    """A part of the panel that shows choices of the user and changes them.

    Args:
        ui: Widgets of the panel.
        getParameters: Gives the choices of the panel, or None while there is no scene.
    """

    def __init__(self, ui: Ui, getParameters: GetParameters) -> None:
        self._ui, self._getParameters = ui, getParameters
