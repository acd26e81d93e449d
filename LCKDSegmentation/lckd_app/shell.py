"""Holds the page and the desk together: values go to the page, what a person does comes to the desk."""

from functools import partial
from pathlib import Path

from trame_server import Server

import lckd
from lckd_app.actions import Actions
from lckd_app.content import content_of
from lckd_app.page.layout import build_page
from lckd_app.page.overlay import decorate_slices, decorate_space
from lckd_app.patient.desk import Desk
from lckd_app.patient.folder import Contents
from lckd_app.patient.process import ChildProcess
from lckd_app.views.stage import make_stage
from LCKDSegmentationLib.transport import Surroundings

APPLICATION = f"LCKD page {lckd.__version__}"


class Shell:
    """The page of one server.

    Args:
        server: Serves it.
        weights: Weights folder.
        temporary: Private folder for images that travel.
        key: What a browser must know.

    Raises:
        WeightsError: The weights cannot be used.
    """

    def __init__(self, server: Server, *, weights: Path, temporary: Path, key: str) -> None:
        self._server = server
        stage = make_stage(server, over_slices=decorate_slices, over_space=decorate_space)
        surroundings = Surroundings(ChildProcess, temporary, APPLICATION)
        self.desk = Desk(stage, weights=weights, surroundings=surroundings, changed=self.show)
        self.actions = Actions(self.desk, self.show)
        server.state.update({"key": key, "weights": self.desk.card.name})
        self.show()
        build_page(server, stage, self.actions)
        server.trigger("assign")(self.actions.assign)
        server.trigger("refuse")(self.refuse)
        server.trigger("stop_measuring")(partial(self.actions.measure, is_wished=False))

    def show(self) -> None:
        """Bring the page up to date."""
        with self._server.state as state:
            state.update(content_of(self.desk))

    def refuse(self, message: str) -> None:
        """Say why something was not done."""
        self.desk.refuse(message)
        self.show()

    def take(self, contents: Contents, *, is_added: bool) -> None:
        """Show images: of another patient, or more of the one who is shown.

        Raises:
            LckdError: They cannot be used; the scene is unchanged.
        """
        (self.desk.add if is_added else self.desk.open)(contents)
        self.show()

    def count(self, browsers: int) -> None:
        """Tell how many browsers show the page."""
        with self._server.state as state:
            state.clients = browsers
