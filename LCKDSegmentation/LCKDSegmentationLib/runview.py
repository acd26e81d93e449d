"""The buttons Apply, Cancel and Live, and what is shown while the background process works."""

from collections.abc import Callable
from pathlib import Path

import qt
import slicer.util
from slicer.i18n import tr as _

from lckd.errors import LckdError
from lckd.modality import subset_title
from LCKDSegmentationLib import panels
from LCKDSegmentationLib.install import InstallError, ensure_dependencies
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.lastresult import LastResult
from LCKDSegmentationLib.process import inSlicer
from LCKDSegmentationLib.progress import Progress, cancelled, starting
from LCKDSegmentationLib.session import Session
from LCKDSegmentationLib.view import Ui

CLINICAL = "clinical.txt"
"""Packages that only scans with skulls need, beside the module's `requirements.txt`."""

LIVE_DELAY_MS = 150
"""Changes that follow each other faster than this are one change."""


class RunView:
    """Turns the choices of the panel into jobs.

    Of several panels only one follows the choices and keeps a background process (`LCKDSegmentationLib.panels`).

    Args:
        ui: Widgets of the panel.
        requirements: Packages that the background process needs.
        makeJob: Reads the choices; raises an `LckdError` where they cannot be segmented.
        lookAgain: Looks again at what may have changed on the disk.
        last: Puts results into the scene, and keeps the last one.
    """

    def __init__(
        self,
        ui: Ui,
        *,
        requirements: Path,
        makeJob: Callable[[], Job],
        lookAgain: Callable[[], None],
        last: LastResult,
    ) -> None:
        self._lookAgain = lookAgain
        self._ui, self._requirements, self._makeJob, self._last = ui, requirements, makeJob, last
        self.session = Session(self, inSlicer())
        self._progress = Progress()
        self._delay = qt.QTimer()
        self._delay.setSingleShot(True)
        self._delay.setInterval(LIVE_DELAY_MS)
        self._delay.connect("timeout()", self._followNow)
        self._settled: Job | None = None
        self._lastHint = ""
        panels.join(self)
        ui.applyButton.connect("clicked(bool)", self.apply)
        ui.cancelButton.connect("clicked(bool)", self.cancel)
        ui.logButton.connect("clicked(bool)", self.showLog)

    def apply(self) -> None:
        """Install what is missing, then segment."""
        try:
            self._ensureDependencies()
            self._lookAgain()
            self._run(self._makeJob())
        except LckdError as error:
            self.onFailed(str(error))

    def _ensureDependencies(self) -> None:
        """Install what is missing for any job, and what the last one asked for if the next one would.

        Raises:
            InstallError: It was not installed.
            LckdError: The choices cannot be segmented.
        """
        ensure_dependencies(self._requirements)
        if self.session.missing and self._makeJob().preparation.skull_stripped != "yes":
            ensure_dependencies(self._requirements.with_name(CLINICAL))
            self.session.missing = ""
            self.session.close()  # a process that runs already would not find it

    def cancel(self) -> None:
        """Stop; the scene stays as it was."""
        self.close()
        self.settle()
        self._ui.statusLabel.text = cancelled()

    def showLog(self) -> None:
        """Show what the background process wrote last."""
        text = _("What the background process wrote last:") if self.session.log else _("The log is empty.")
        slicer.util.messageBox(text, detailedText=self.session.log)

    def close(self) -> None:
        """End the background process."""
        self.pause()
        self.session.close()
        self.refresh()

    def pause(self) -> None:
        """Follow no change that is still waiting."""
        self._delay.stop()

    def settle(self) -> None:
        """Take the present choices as they are: only what changes from here on is followed."""
        panels.lead(self)
        try:
            self._settled = self._makeJob()
        except LckdError:
            self._settled = None

    def refresh(self) -> None:
        """Show what can be done now, and what would happen."""
        busy = self.session.isBusy
        try:
            hint = _("Segment the tumour from {subset}.").format(subset=subset_title(self._makeJob().subset))
            possible = True
        except LckdError as error:
            hint, possible = str(error), False
        self._hint("" if possible or busy else hint)
        self._ui.applyButton.enabled = possible and not busy
        self._ui.applyButton.toolTip = hint
        self._ui.cancelButton.enabled = busy
        self._ui.progressBar.visible = busy

    def _hint(self, hint: str) -> None:
        """Say below the buttons what is missing; what else stands there goes only when that is mended."""
        if hint or self._ui.statusLabel.text == self._lastHint:
            self._ui.statusLabel.text = hint
        self._lastHint = hint

    def follow(self) -> None:
        """Segment again, if that is wished, since a choice has changed; other segments need no computing."""
        again = None if self.session.isBusy else self._last.wantedAnew()
        if again is not None:
            self.onReply(again)
        self.refresh()
        if self._ui.liveCheckBox.checked and panels.leads(self):
            self._delay.start()

    def _followNow(self) -> None:
        try:
            job = self._makeJob()
            if job != self._settled:
                self._ensureDependencies()
                self._run(job)
        except InstallError as error:
            self._ui.liveCheckBox.checked = False  # or every change would ask again
            self.onFailed(str(error))
        except LckdError as error:
            self._settled = None
            self.onFailed(str(error))

    def _run(self, job: Job) -> None:
        panels.take(self)
        self._settled = job
        self.session.run(job)
        self.refresh()

    def onBegin(self) -> None:
        """Show that something begins."""
        self._progress = Progress()
        self._ui.progressBar.value = 0
        self._ui.statusLabel.text = starting()

    def onProgress(self, stage: str, done: int, total: int) -> None:
        """Show how far it is."""
        self._ui.progressBar.value, self._ui.statusLabel.text = self._progress.at(stage, done, total)

    def onReply(self, reply: Reply) -> None:
        """Hand the result on, and show what came of it."""
        try:
            self._ui.statusLabel.text = self._last.put(reply)
        except LckdError as error:
            self._ui.statusLabel.text = str(error)
        finally:
            self.refresh()

    def onFailed(self, message: str) -> None:
        """Show why there is no result."""
        self._ui.statusLabel.text = message
        self.refresh()
