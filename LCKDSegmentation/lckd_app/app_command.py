"""The command `lckd app`: the panel in a browser."""

import argparse
import os
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import Thread

from lckd.arguments import add_weights_argument, weights_of
from lckd.errors import InputError

HELP = "open the panel in a browser, with Slicer's views"
EPILOG = (
    "Without a folder, the synthetic sample patient is shown. The page is served to this computer only, by a key that "
    "changes with every start; nothing leaves it. For research, not for clinical use."
)
LARGEST_PORT = 65535

WITHOUT_WINDOW = {"www-browser", "links", "elinks", "lynx", "w3m"}
"""Python falls back on them where there is no screen: they take the terminal, and cannot show the page."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lckd app`."""
    parser = subparsers.add_parser("app", help=HELP, description=f"{HELP[0].upper()}{HELP[1:]}.", epilog=EPILOG)
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="PATIENT_FOLDER",
        help="images or DICOM study of one patient (default: the sample)",
    )
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    add_weights_argument(parser)
    parser.set_defaults(run=_run)


def _port(text: str) -> int:
    """Read a port.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdigit() or int(text) > LARGEST_PORT:
        message = f"'{text}' is no port: give a number from 0 (any free one) to {LARGEST_PORT}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _open_browser(address: str) -> None:
    """Open a browser, if there is one with a window, beside the server: some are waited for until they end."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if getattr(browser, "name", "") not in WITHOUT_WINDOW:
            Thread(target=browser.open, args=[address], daemon=True).start()


def _run(arguments: argparse.Namespace) -> None:
    """Serve the page until it is stopped.

    Raises:
        InputError: The folder is none of one patient, or the packages of the page are not installed.
    """
    weights = weights_of(arguments)  # refuses unknown ones before anything heavy is imported
    print("The page starts, a few seconds ...", file=sys.stderr, flush=True)
    try:
        from lckd_app.server import serve
    except ModuleNotFoundError as error:
        message = f"The page needs the package '{error.name}': install this software with its extra 'app'."
        raise InputError(message) from error

    def tell(address: str, once: str) -> None:
        print(f"The page is at {address} (Ctrl+C ends it).", flush=True)
        if not arguments.no_browser:
            _open_browser(once)

    serve(arguments.folder, weights=weights, port=arguments.port, tell=tell)
    sys.stdout.flush()
    os._exit(0)  # all is cleaned up; VTK would go on taking its windows apart, for seconds on a busy computer
