"""Run one command as a script, with plain Python or headless inside 3D Slicer."""

import argparse
import importlib
import os
import sys
import traceback
from typing import NoReturn

from lckd.cli import run_command

FAILURE = 1
USAGE_STATUS = 2


def run_script(module: str) -> None:
    """Run a command's module with the script's arguments; end the process, or the application, with its exit code.

    Slicer does not end by itself after `--python-script`, so it is asked to, after errors as well.

    Args:
        module: Name of a module with `add_arguments` and `run`, such as `lckd_training.commands.train`.
    """
    try:
        status = _run(module, [argument for argument in sys.argv[1:] if argument != "--"])
    except SystemExit as leaving:  # another process of this training says why
        status = int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - whatever it was, a headless application must end
        traceback.print_exc()
        status = FAILURE
    _end(status)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in the first process only, of those that torchrun started with them."""

    def error(self, message: str) -> NoReturn:
        if os.environ.get("RANK", "0") != "0":
            self.exit(USAGE_STATUS)
        super().error(message)


def _run(module: str, arguments: list[str]) -> int:
    command = importlib.import_module(module)
    parser = _Parser(prog=sys.argv[0], description=command.run.__doc__.splitlines()[0])
    command.add_arguments(parser)
    parser.set_defaults(run=command.run)
    return run_command(parser, arguments)


def _end(status: int) -> None:
    slicer = sys.modules.get("slicer")  # the application imports it before it runs a script
    if slicer is not None and hasattr(slicer, "app"):
        slicer.util.exit(status)
    else:
        sys.exit(status)
