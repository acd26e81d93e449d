"""The command `lckd`."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import lckd
from lckd import segment_command
from lckd.batch import batch_command
from lckd.errors import LckdError, is_out_of_memory, on_one_line
from lckd.weights import weights_command

COMMAND_GROUP = "lckd.commands"
"""Entry points through which other packages contribute subcommands: functions that get the subparsers."""

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130

MISSING_PACKAGE = (
    "The Python package '{name}' is missing: install this software with all its extras, or in 3D Slicer's Python "
    "console run slicer.util.pip_install('monai scipy matplotlib jinja2 rich safetensors pynrrd'); torch comes with "
    "the extension PyTorch."
)

TOO_LITTLE_MEMORY = "There is too little memory for this: close other programs, or give smaller images."


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run_command(build_parser(), sys.argv[1:]))


def run_command(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Parse arguments and run the function that the parser chose.

    Args:
        parser: A parser whose result has the function to call as `run`.
        arguments: Words of the command line after the program's name.

    Returns:
        The exit code: 0, 2 when an error was told on stderr, 128 and the signal's number when one stopped it.

    Raises:
        RuntimeError: What nobody foresaw; for want of memory it is told.
    """
    try:
        parsed = parser.parse_args(arguments)
    except SystemExit as leaving:  # argparse has printed help or the error
        return int(leaving.code or 0)
    try:
        parsed.run(parsed)
    except (LckdError, KeyboardInterrupt, MemoryError, ModuleNotFoundError, OSError) as error:
        return _tell_failure(error)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        return _tell_failure(error)
    return 0


def _tell_failure(error: BaseException) -> int:
    sentence, status = _in_words(error)
    print(f"lckd: {sentence}", file=sys.stderr)
    return status


def _in_words(error: BaseException) -> tuple[str, int]:
    """Give the sentence for an error that stops a command, and the exit code."""
    if isinstance(error, LckdError):
        return str(error), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return "Stopped.", EXIT_INTERRUPTED
    if is_out_of_memory(error):
        return TOO_LITTLE_MEMORY, EXIT_USER_ERROR
    if isinstance(error, ModuleNotFoundError):
        return MISSING_PACKAGE.format(name=error.name), EXIT_USER_ERROR
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    named = getattr(error, "filename", None)
    what = "The system refuses to go on" if named is None else f"'{named}' cannot be used"
    return on_one_line(f"{what}: {reason}."), EXIT_USER_ERROR


def build_parser() -> argparse.ArgumentParser:
    """Build the parser with all installed subcommands."""
    parser = argparse.ArgumentParser(prog="lckd", description=lckd.__doc__.splitlines()[0] if lckd.__doc__ else None)
    parser.add_argument("--version", action="version", version=f"lckd {lckd.__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    segment_command.add_parser(subparsers)
    batch_command.add_parser(subparsers)
    weights_command.add_parser(subparsers)
    for contribution in sorted(entry_points(group=COMMAND_GROUP), key=lambda point: point.name):
        contribution.load()(subparsers)
    return parser
