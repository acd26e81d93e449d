"""Serves the page to this computer until it is asked to stop."""

import asyncio
import os
import shlex
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiohttp import web
from trame.app import get_server
from trame_server import Server

from LCKDSegmentationLib.startup import SAMPLE_FOLDER
from lckd_app.access import guard_sockets, key_file, make_key, protect
from lckd_app.address_command import tell
from lckd_app.clients import count_clients
from lckd_app.files import images_in, read
from lckd_app.lifetime import private_folder, stop_on_signals, stopped_by_signals
from lckd_app.shell import Shell
from lckd_app.uploads import add_upload_route

HOST = "127.0.0.1"
