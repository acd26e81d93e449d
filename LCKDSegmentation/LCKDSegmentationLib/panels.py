"""Slicer can show a module in several panels, which share their choices: one follows them and keeps a process."""

import weakref
from typing import Protocol

from slicer.i18n import tr as _

from lckd.errors import InputError
from LCKDSegmentationLib.session import Session


class Panel(Protocol):
    """What a panel needs to take turns."""

    session: Session

    def close(self) -> None:
        """End the background process."""


_panels: "weakref.WeakSet[Panel]" = weakref.WeakSet()
_leader: "list[weakref.ref[Panel]]" = []


def join(panel: Panel) -> None:
    """Count a panel among those that take turns."""
    _panels.add(panel)


def lead(panel: Panel) -> None:
    """Let a panel follow the choices from now on; the others only show them."""
    _leader[:] = [weakref.ref(panel)]


def leads(panel: Panel) -> bool:
    """Tell whether a panel follows the choices."""
    return any(leader() is panel for leader in _leader)


def take(panel: Panel) -> None:
    """Let a panel lead and compute; the processes that others keep end.

    Raises:
        InputError: Another one is at work.
    """
    others = [other for other in _panels if other is not panel and other.session.processId]
    if any(other.session.isBusy for other in others):
        message = _("Another panel of this module segments just now: wait for it, or press Cancel there.")
        raise InputError(message)
    for other in others:
        other.close()
    lead(panel)
