"""One patient in the background process: encoded once, then segmented from any subset of its modalities."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from slicer import vtkMRMLScalarVolumeNode

from lckd.errors import LckdError
from lckd.modality import DISPLAY_NAMES, Modality
from lckd.preprocess.options import PreprocessOptions
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.translation import tr as _
from LCKDSegmentationLib.transport import Surroundings, Transport, WorkerError
from LCKDSegmentationLib.volumes import Identity, identity, image_from_volume, voxel_grid


class Listener(Protocol):
    """Who wants to know how a job goes."""

    def onProgress(self, stage: str, done: int, total: int) -> None:
        """Learn how far it is."""

    def onBegin(self) -> None:
        """Learn that work on a job begins."""

    def onReply(self, reply: Reply) -> None:
        """Get the result."""

    def onFailed(self, message: str) -> None:
        """Learn in a sentence why there is none."""


@dataclass(frozen=True)
class _Encoded:
    """What the process holds: everything that a job must share to be answered from it."""

    volumes: Mapping[Modality, Identity]
    grid: Identity
    weights: Path
    sha256: str
    device: str
    preparation: PreprocessOptions

    @classmethod
    def of(cls, job: Job) -> "_Encoded":
        volumes = {modality: identity(node) for modality, node in job.volumes.items()}
        grid = voxel_grid(job.volumes[job.reference])
        return cls(volumes, grid, job.weights, job.sha256, job.device, job.preparation)

    def serves(self, job: Job) -> bool:
        known = all(self.volumes.get(modality) == identity(node) for modality, node in job.volumes.items())
        same_voxels = voxel_grid(job.volumes[job.reference]) == self.grid
        mine = (self.weights, self.sha256, self.device, self.preparation)
        return known and same_voxels and mine == (job.weights, job.sha256, job.device, job.preparation)


class Session:
    """Answers one job after the other; a newer one takes the place of one that still waits.

    Args:
        listener: Who is told.
        surroundings: Where it works: its process, its temporary folder, its application.
    """

    def __init__(self, listener: Listener, surroundings: Surroundings) -> None:
        self._listener, self._surroundings = listener, surroundings
        self._worker: Transport | None = None
        self._folder = Path()  # of the files that are exchanged, while there is a worker
        self._encoding: _Encoded | None = None  # what is being encoded
        self._encoded: _Encoded | None = None
        self._job: Job | None = None
        self._nextJob: Job | None = None
        self._number = 0
        self._lastLog = ""
        self.missing = ""  # the package for want of which the last job failed

    @property
    def log(self) -> str:
        """What the process wrote besides its answers, or the one before it."""
        return self._worker.log if self._worker is not None else self._lastLog

    @property
    def processId(self) -> int:
        """Number of the process, 0 when there is none."""
        return self._worker.processId if self._worker is not None else 0

    @property
    def isBusy(self) -> bool:
        """Whether a job is being worked on."""
        return self._job is not None

    def run(self, job: Job) -> None:
        """Work on a job, or let it wait for the one that is worked on.

        Raises:
            LckdError: A volume cannot be used, or the process does not start; nothing has begun.
        """
        if self.isBusy:
            self._nextJob = None if job == self._job else job
            return
        if self._worker is None or not self._worker.isRunning:
            self._start()
        if self._encoded is not None and self._encoded.serves(job):
            self._segment(job)
        else:
            self._encode(job)
        self._job = job
        self._listener.onBegin()

    def close(self) -> None:
        """End the process with whatever it is doing; the listener hears no more of it."""
        if self._worker is not None:
            self._worker.stop()
            self._forgetWorker(self._worker)

    def _start(self) -> None:
        folder = _new_folder(self._surroundings.temporaryFolder)
        worker = self._surroundings.makeTransport(self._onMessage, self._onEnd)
        try:
            worker.start(folder)
        except LckdError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._worker, self._folder = worker, folder

    def _forgetWorker(self, worker: Transport) -> None:
        self._lastLog = worker.log
        shutil.rmtree(self._folder, ignore_errors=True)
        self._worker = self._encoded = self._job = self._nextJob = None

    def _encode(self, job: Job) -> None:
        from lckd.images.read_write import write_plainly

        self._encoding, self._encoded = _Encoded.of(job), None
        images = {modality: image_from_volume(node) for modality, node in job.volumes.items()}
        files = {modality: self._file(modality) for modality in images}
        for modality, image in images.items():
            write_plainly(image, files[modality])
        self._ask(
            do="encode",
            images={modality: str(file) for modality, file in files.items()},
            names={modality: node.GetName() for modality, node in job.volumes.items()},
            notes={modality: _notes(modality, node) for modality, node in job.volumes.items()},
            application=self._surroundings.application,
            reference=job.reference,
            weights=str(job.weights),
            device=job.device,
            preprocess=asdict(job.preparation),
        )

    def _segment(self, job: Job) -> None:
        maps = {name: str(self._file(name)) for name in job.maps}
        self._ask(do="segment", subset=job.subset, reference=job.reference, labels=str(self._file("labels")), maps=maps)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.nrrd"

    def _ask(self, **request: object) -> None:
        if self._worker is not None:
            self._number += 1
            self._worker.ask({"id": self._number, **request})

    def _onMessage(self, message: dict[str, Any]) -> None:
        try:
            self._take(message)
        except LckdError as error:
            self._fail(str(error))
        except Exception:  # a slot would only print it, and leave the panel waiting for ever
            self._fail(_("Something unforeseen went wrong: what Python wrote about it tells more, please report it."))
            raise

    def _take(self, message: dict[str, Any]) -> None:
        job = self._job
        if job is None or message.get("id") != self._number:
            return  # of a request that nobody waits for any more
        if message["is"] == "progress":
            self._listener.onProgress(message["stage"], message["done"], message["total"])
        elif message["is"] == "failed":
            self.missing = message["package"] or ""
            self._fail(_with_names(message["message"], message["modalities"], job))
        elif message["record"] is None:
            self._encoded = self._encoding
            self._segment(job)
        else:
            self._finish(job, message)

    def _finish(self, job: Job, message: dict[str, Any]) -> None:
        from lckd.images.read_write import read_plainly

        if self._encoded is None or not self._encoded.serves(job):
            self._fail(_("A volume was changed while it was segmented: there is no result. Try again."))
            return
        reply = Reply(
            job=job,
            labels=read_plainly(self._file("labels")),
            maps={name: read_plainly(self._file(name)) for name in job.maps},
            record=message["record"],
        )
        self._end(lambda: self._listener.onReply(reply))

    def _fail(self, message: str) -> None:
        self._end(lambda: self._listener.onFailed(message))

    def _end(self, tell: Callable[[], None]) -> None:
        """Tell what came of the job, then begin the one that waits."""
        following, self._job, self._nextJob = self._nextJob, None, None
        tell()
        if following is None:
            return
        try:
            self.run(following)
        except LckdError as error:
            self._listener.onFailed(str(error))

    def _onEnd(self, message: str) -> None:
        wasBusy = self.isBusy
        if self._worker is not None:
            self._forgetWorker(self._worker)
        if wasBusy:  # else it had waited long enough for the next request
            self._listener.onFailed(message)


def _notes(modality: Modality, volume: vtkMRMLScalarVolumeNode) -> list[str]:
    """Say what the process cannot see of a volume."""
    transform = volume.GetParentTransformNode()
    return [] if transform is None else [f"{DISPLAY_NAMES[modality]} was taken where '{transform.GetName()}' moves it."]


def _new_folder(parent: Path) -> Path:
    """Make a folder for images that travel, where the application keeps what it deletes.

    Raises:
        WorkerError: There is no room.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="LCKDSegmentation-", dir=parent))
    except OSError as error:
        message = _("The folder for temporary files '{folder}' cannot be used ({reason}): make room there.")
        raise WorkerError(message.format(folder=parent, reason=error.strerror)) from error


def _with_names(message: str, modalities: Iterable[Modality], job: Job) -> str:
    """Begin a sentence about modalities with the names of their volumes."""
    names = " and ".join(f"'{job.volumes[modality].GetName()}'" for modality in modalities if modality in job.volumes)
    return f"{names}: {message}" if names else message
