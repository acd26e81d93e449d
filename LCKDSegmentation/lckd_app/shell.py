"""Holds the page and the desk together: values go to the page, what a person does comes to the desk."""

from collections.abc import Sequence
from pathlib import Path

from trame_server import Server

import lckd
from lckd.errors import LckdError
from lckd_app.actions import Actions
from lckd_app.content import content_of
from lckd_app.desk import Desk
from lckd_app.files import Found
from lckd_app.page.layout import build_page
from lckd_app.process import ChildProcess
from lckd_app.views.stage import make_stage
from LCKDSegmentationLib.transport import Surroundings

APPLICATION = f"LCKD page {lckd.__version__}"
UPLOADED = "uploaded images"


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
        stage = make_stage(server)
        surroundings = Surroundings(ChildProcess, temporary, APPLICATION)
        self.desk = Desk(stage, weights=weights, surroundings=surroundings, changed=self.show)
        self.actions = Actions(self.desk, self.show)
        server.state.update({"key": key, "weights": self.desk.card.name})
        self.show()
        build_page(server, stage, self.actions)
        server.trigger("assign")(self.actions.assign)
        server.trigger("refuse")(self.refuse)

    def show(self) -> None:
        """Bring the page up to date."""
        with self._server.state as state:
            state.update(content_of(self.desk))

    def open(self, name: str, found: Sequence[Found]) -> None:
        """Show a patient."""
        self.desk.open(name, found)
        self.show()

    def refuse(self, message: str) -> None:
        """Say why something was not done."""
        self.desk.runner.problem = message
        self.show()

    async def take(self, found: Sequence[Found]) -> str | None:
        """Take images that were sent, and return why not."""
        try:
            if self._server.state.mode == "add":
                self.desk.add(found)
            else:
                self.desk.open(UPLOADED, found)
        except LckdError as error:
            return str(error)
        self.show()
        return None

    def count(self, browsers: int) -> None:
        """Tell how many browsers show the page."""
        with self._server.state as state:
            state.clients = browsers
