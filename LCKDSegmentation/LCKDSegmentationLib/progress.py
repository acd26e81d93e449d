"""Show how far a segmentation is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import slicer
import slicer.util
from slicer.i18n import tr as _


def _stage_text(stage: str) -> str:
    texts: dict[str, str] = {
        "prepare": _("Bringing the images onto one grid"),
        "encode": _("Looking at each image"),
        "decode": _("Outlining the tumour"),
        "restore": _("Returning to the voxels of the input"),
    }
    return texts.get(stage, stage)


@contextmanager
def progress_dialog(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Open a dialog for the time of a segmentation in this process.

    It has no Cancel button: a computation inside the application's own process cannot be ended.

    Args:
        title: Title of the dialog.

    Yields:
        Function to call with stage, done and total.
    """
    dialog = slicer.util.createProgressDialog(windowTitle=title, autoClose=False, autoReset=False)
    dialog.setCancelButton(None)

    def show(stage: str, done: int, total: int) -> None:
        dialog.labelText = _stage_text(stage)
        dialog.maximum = total
        dialog.value = done
        slicer.app.processEvents()

    try:
        yield show
    finally:
        dialog.close()
        dialog.deleteLater()
