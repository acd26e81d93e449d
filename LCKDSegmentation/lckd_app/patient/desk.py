"""One patient and all that can be done with it: the page's counterpart of the panel, without a page."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from slicer import vtkMRMLScene

from lckd.errors import InputError
from lckd.maps import UNCERTAINTY
from lckd.series.patient_tags import PatientTags
from lckd.weights.folder import check_folder
from lckd_app.patient.comparing import Comparison
from lckd_app.patient.folder import Contents
from lckd_app.patient.provenance import Provenance
from lckd_app.patient.results import Results
from lckd_app.patient.runner import Runner
from lckd_app.patient.scene import Nodes, name_as_found, of_a_patient, put, remove
from lckd_app.patient.slots import Slots
from lckd_app.views.display import Display
from lckd_app.views.rulers import Rulers
from lckd_app.views.stage import Stage
from LCKDSegmentationLib.choices import PREPARATIONS, Device, Scans, SegmentKind
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.maps import MAP_ATTRIBUTE
from LCKDSegmentationLib.recognition import grey_volumes
from LCKDSegmentationLib.transport import Surroundings
from LCKDSegmentationLib.volumes import chosen_volumes

OF_ANOTHER_PATIENT = (
    "Nothing was added, since the study says that it is of another patient than the images that are here: open it as "
    "another patient instead."
)


class Desk:
    """The patient, the choices, the results and what is shown.

    Args:
        stage: Scene and views.
        weights: Weights folder.
        surroundings: Where the session works.
        changed: Called when something that is shown has changed by itself.

    Raises:
        WeightsError: The weights cannot be used.
    """

    def __init__(self, stage: Stage, *, weights: Path, surroundings: Surroundings, changed: Callable[[], None]) -> None:
        self._stage, self._weights = stage, weights
        self.card = check_folder(weights)
        self.slots, self.results, self.display = Slots(stage.scene), Results(stage.scene), Display(stage)
        self.problem = ""
        self.rulers = Rulers(stage.app, changed)
        self.runner = Runner(
            surroundings, take=self._receive, known=self.results.answer_to, changed=changed, tell=self.refuse
        )
        self.left_out: tuple[str, ...] = ()
        self.patient, self._home = "", Path()  # whoever adds images says that they are of this patient
        self._whose: list[PatientTags] = []
        self._provenance = Provenance()
        self.is_live = False
        self.scans = Scans.AUTO
        self.comparison = Comparison(stage.scene, self.results, self.display)

    @property
    def scene(self) -> vtkMRMLScene:
        """The scene."""
        return self._stage.scene

    def refuse(self, problem: str) -> None:
        """Say why something was not done, in the place of what was said before."""
        self.problem = problem

    def open(self, contents: Contents) -> None:
        """Put images of a patient in the place of those that are there, which stay if that cannot be done."""
        former, home = of_a_patient(self.scene), contents.found[0].path.parent
        nodes = _put(self.scene, contents, home)
        self.runner.close()
        self.runner.text = self.problem = ""
        self._clear()
        remove(self.scene, former)
        name_as_found(self.scene, nodes)
        self.patient, self._home, self.left_out = contents.name, home, contents.left_out
        self._whose = [contents.whose]
        self._provenance.remember(nodes, contents.origin)
        self._welcome(nodes)

    def add(self, contents: Contents) -> None:
        """Put more images of the same patient into the scene.

        Raises:
            InputError: They are of a study that is evidently of somebody else than one that is there.
        """
        if not all(contents.whose.may_be_that_of(other) for other in self._whose):
            raise InputError(OF_ANOTHER_PATIENT)
        nodes = _put(self.scene, contents, self._home)
        self._whose.append(contents.whose)
        self._provenance.remember(nodes, contents.origin)
        self.problem, self.left_out = "", (*self.left_out, *contents.left_out)
        self._welcome(nodes)

    def _welcome(self, nodes: Nodes) -> None:
        """Let volumes stand for modalities, and show one of them if none is shown."""
        for node, one in nodes:
            if one.modality is not None:
                self.slots.suggest(one.modality, node.GetID(), one.reason)
        self.slots.recognise()
        if not self.display.background:
            self.display.show_patient(self.slots.first or nodes[0][0].GetID())
        self.follow()

    def _clear(self) -> None:
        self.rulers.stop()  # tells of that at once: before anything is forgotten
        self.results.clear()
        self.slots.clear()
        self._provenance.clear()
        self.comparison.clear()
        self.display.clear()
        self.scans = Scans.AUTO  # what somebody said of the former images

    def volumes(self) -> list[dict[str, str]]:
        """List the images that a modality may be, by ID and name."""
        nodes = [node for node in grey_volumes(self.scene) if not node.GetAttribute(MAP_ATTRIBUTE)]
        return [{"id": node.GetID(), "name": node.GetName()} for node in nodes]

    def job(self) -> Job:
        """Turn the choices into a job.

        Raises:
            InputError: No volume was chosen, or one that cannot be segmented.
        """
        return Job(
            volumes=chosen_volumes(self.slots.chosen),
            weights=self._weights,
            sha256=self.card.tensors_sha256,
            device=Device.AUTO.value,
            maps=(UNCERTAINTY,) if self.display.has_overlay else (),
            preparation=PREPARATIONS[self.scans],
        )

    def segment(self) -> None:
        """Segment what is chosen.

        Raises:
            LckdError: It cannot be segmented.
        """
        self.runner.run(self.job())

    def follow(self) -> None:
        """Segment again, if that is wished, since a choice has changed."""
        if self.is_live and self.slots.used:  # that nothing is chosen is told beside the button, and is no error
            self.runner.follow(self.job)

    def _receive(self, reply: Reply) -> str:
        return self._take(self._provenance.complete(reply))

    def _take(self, reply: Reply) -> str:
        former, told = self.results.title, self.results.put(reply)
        if self.results.node is not None:
            self.display.show_segments(self.results.node, reply)
        self.comparison.meet(self.results.title, is_other=self.results.title != former)
        return told

    def show_result(self, title: str) -> None:
        """Show a result of before.

        Raises:
            LckdError: It was not run, or its volume is gone.
        """
        self.comparison.end()
        self.runner.text = self._take(self.results.reply_of(title))
        if not self.runner.is_busy:  # else the result that comes takes its place
            self._complete()

    def show_as(self, kind: SegmentKind) -> None:
        """Show tissues or regions."""
        self.results.kind = kind
        if self.results.reply is not None:
            self._take(self.results.reply)

    def show_uncertainty(self, *, is_shown: bool) -> None:
        """Lay the uncertainty over the slices; it is computed when it is not there.

        Raises:
            LckdError: It cannot be computed.
        """
        self.display.has_overlay = is_shown
        self.display.apply()
        if is_shown and self.runner.is_busy:
            self.segment()  # what comes is shown, with it
        else:
            self._complete()

    def _complete(self) -> None:
        """Compute the uncertainty of what is shown, whatever is chosen by now, if it is wished and missing."""
        reply = self.results.reply
        if reply is not None and self.display.has_overlay and not self.display.has_map:
            self.runner.run(replace(reply.job, maps=(UNCERTAINTY,)))

    def close(self) -> None:
        """End the background process, and hear no more of the scene."""
        self.runner.close()
        self.rulers.close()


def _put(scene: vtkMRMLScene, contents: Contents, home: Path) -> Nodes:
    """Put the images of a patient into the scene, as if all lay in one folder."""
    found = [replace(one, path=home / one.path.name) for one in contents.found]
    return list(zip(put(scene, found), found, strict=True))
