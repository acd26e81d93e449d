"""Serves the page to this computer until it is asked to stop."""

import asyncio
import signal
import sys
from pathlib import Path

from trame.app import get_server

from lckd_app.files import images_in, put, read
from lckd_app.page import build_page
from lckd_app.stage import make_stage

HOST = "127.0.0.1"


def serve(folder: Path | None, *, weights: Path, port: int, opens_browser: bool) -> None:
    """Serve the page until the process is asked to stop."""
    asyncio.run(_serve(folder, weights=weights, port=port, opens_browser=opens_browser))


async def _serve(folder: Path | None, *, weights: Path, port: int, opens_browser: bool) -> None:
    from LCKDSegmentationLib.startup import SAMPLE_FOLDER

    sys.argv[1:] = []
    server = get_server(client_type="vue3")
    stage = make_stage(server)
    nodes = put(stage.scene, read(images_in(folder or SAMPLE_FOLDER)))
    stage.app.display_manager.show_volume_in_slice_background(nodes[0])
    stage.app.display_manager.reset_views()
    build_page(server, stage)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(lambda: loop.create_task(server.stop()))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.controller.on_server_ready.add(lambda **_: print(f"http://{HOST}:{server.port}/", flush=True))
    await server.start(
        port=port,
        host=HOST,
        exec_mode="coroutine",
        thread=True,
        open_browser=False,
        show_connection_info=False,
        timeout=0,
    )
