"""Runs jobs one after the other, and knows how far the present one is."""

import asyncio
from collections.abc import Callable

from lckd.errors import LckdError
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.progress import Progress, cancelled, starting
from LCKDSegmentationLib.session import Session
from LCKDSegmentationLib.transport import Surroundings

LIVE_DELAY_S = 0.05
"""Changes that follow each other faster than this are one change."""


class Runner:
    """Answers jobs through a session, and tells whoever shows it.

    Args:
        surroundings: Where the session works.
        take: Puts a reply into the scene and returns what to say of it.
        known: Gives what was replied to the same job before, or None.
        changed: Called when something that is shown has changed.
        tell: Says why there is no result; an empty sentence takes the former one away.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        take: Callable[[Reply], str],
        known: Callable[[Job], Reply | None],
        changed: Callable[[], None],
        tell: Callable[[str], None],
    ) -> None:
        self._take, self._known, self._changed, self._tell = take, known, changed, tell
        self._session = Session(self, surroundings)
        self._progress = Progress()
        self._delay: asyncio.TimerHandle | None = None
        self._settled: Job | None = None
        self.percent, self.text = 0, ""

    @property
    def is_busy(self) -> bool:
        """Whether a job is being worked on."""
        return self._session.isBusy

    def run(self, job: Job) -> None:
        """Work on a job.

        Raises:
            LckdError: A volume cannot be used, or the process does not start.
        """
        self._settled = job
        self._tell("")
        self._session.run(job)

    def follow(self, make: Callable[[], Job]) -> None:
        """Work on what is wished when it has not changed for a moment, unless that was worked on last.

        Args:
            make: Makes the job; raises an `LckdError` where there is nothing to segment.
        """
        if self._delay is not None:
            self._delay.cancel()
        self._delay = asyncio.get_running_loop().call_later(LIVE_DELAY_S, self._follow_now, make)

    def _follow_now(self, make: Callable[[], Job]) -> None:
        try:
            job = make()
            if job != self._settled:
                self._answer(job)
        except LckdError as error:
            self._settled = None
            self._tell(str(error))
        self._changed()

    def _answer(self, job: Job) -> None:
        """Show what is known already, or work on it.

        Raises:
            LckdError: See `run`.
        """
        reply = None if self.is_busy else self._known(job)
        if reply is None:
            self.run(job)
        else:
            self._settled = job
            self.onReply(reply)

    def cancel(self) -> None:
        """Stop; the scene stays as it was."""
        self.close()
        self.text = cancelled()

    def close(self) -> None:
        """End the background process and forget what waits."""
        if self._delay is not None:
            self._delay.cancel()
        self._settled = None
        self._session.close()

    def onBegin(self) -> None:
        """Show that something begins."""
        self._progress = Progress()
        self.percent, self.text = 0, starting()
        self._changed()

    def onProgress(self, stage: str, done: int, total: int) -> None:
        """Show how far it is."""
        self.percent, self.text = self._progress.at(stage, done, total)
        self._changed()

    def onReply(self, reply: Reply) -> None:
        """Hand the result on."""
        try:
            self.text = self._take(reply)
        except LckdError as error:
            self.text = ""
            self._tell(str(error))
        self._changed()

    def onFailed(self, message: str) -> None:
        """Show why there is no result."""
        self.text, self._settled = "", None
        self._tell(message)
        self._changed()
