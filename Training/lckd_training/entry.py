"""Run one command as a script, with plain Python or headless inside 3D Slicer."""

import argparse
import sys
import traceback
from types import ModuleType

from lckd.cli import run_command

FAILURE = 1


def run_script(module: ModuleType) -> None:
    """Run a command's module with the script's arguments; end the process, or the application, with its exit code.

    Slicer does not end by itself after `--python-script`, so it is asked to, after errors as well.

    Args:
        module: Has `add_arguments` and `run`, as `lckd_training.train_command` does.
    """
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=module.run.__doc__.splitlines()[0])
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    try:
        status = run_command(parser, [argument for argument in sys.argv[1:] if argument != "--"])
    except BaseException:  # noqa: BLE001 - whatever it was, a headless application must end
        traceback.print_exc()
        status = FAILURE
    _end(status)


def _end(status: int) -> None:
    slicer = sys.modules.get("slicer")  # the application imports it before it runs a script
    if slicer is not None and hasattr(slicer, "app"):
        slicer.util.exit(status)
    else:
        sys.exit(status)
