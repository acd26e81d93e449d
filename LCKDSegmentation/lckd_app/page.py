"""The page."""

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vuetify3 as v3
from trame_server import Server

from lckd_app.stage import Stage


def build_page(server: Server, stage: Stage) -> None:
    server.state.enlarged = ""
    with (
        VAppLayout(server) as layout,
        v3.VMain(style="height:100vh;background:black"),
        html.Div(style="display:grid;grid-template-columns:1fr 1fr;grid-template-rows:1fr 1fr;height:100%;gap:2px"),
    ):
        for view in stage.views:
            with html.Div(style="position:relative;min-height:0;min-width:0;overflow:hidden"):
                client.ServerTemplate(name=view.get_singleton_tag())
