"""Run one command as a script, with plain Python or headless inside 3D Slicer."""

import argparse
import importlib
import sys
import traceback

from lckd.cli import run_command

FAILURE = 1


def run_script(module: str) -> None:
    """Run a command's module with the script's arguments; end the process, or the application, with its exit code.

    Slicer does not end by itself after `--python-script`, so it is asked to, after errors as well.

    Args:
        module: Name of a module with `add_arguments` and `run`, such as `lckd_training.commands.train`.
    """
    try:
        status = _run(module, [argument for argument in sys.argv[1:] if argument != "--"])
    except BaseException:  # noqa: BLE001 - whatever it was, a headless application must end
        traceback.print_exc()
        status = FAILURE
    _end(status)


def _run(module: str, arguments: list[str]) -> int:
    command = importlib.import_module(module)
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=command.run.__doc__.splitlines()[0])
    command.add_arguments(parser)
    parser.set_defaults(run=command.run)
    return run_command(parser, arguments)


def _end(status: int) -> None:
    slicer = sys.modules.get("slicer")  # the application imports it before it runs a script
    if slicer is not None and hasattr(slicer, "app"):
        slicer.util.exit(status)
    else:
        sys.exit(status)
