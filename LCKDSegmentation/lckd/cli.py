"""The command `lckd`."""

import argparse
import sys
from collections.abc import Collection, Sequence
from importlib.metadata import entry_points
from itertools import combinations, product
from pathlib import Path

import lckd
from lckd import weights_command
from lckd.errors import InputError, LckdError, OutputError, on_one_line
from lckd.modality import DISPLAY_NAMES, MODALITIES, in_order
from lckd.store import find

COMMAND_GROUP = "lckd.commands"
"""Entry points through which other packages contribute subcommands: functions that get the subparsers."""

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130

MISSING_PACKAGE = (
    "The Python package '{name}' is missing: install this software with its extra 'train', or in 3D Slicer's Python "
    "console run slicer.util.pip_install('monai scipy matplotlib rich safetensors pynrrd')."
)

TOO_LITTLE_MEMORY = "There is too little memory for this: close other programs, or give smaller images."

SEGMENT_HELP = "segment a patient from any subset of modalities"
SEGMENT_EPILOG = (
    "Give at least one image, in any format that SimpleITK reads. The skull must be removed, and the head in one "
    "position in all of them. Example: lckd segment --flair flair.nii.gz --t1ce t1ce.nii.gz -o tumour.nii.gz. "
    "For research, not for clinical use."
)


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
    """
    try:
        parsed = parser.parse_args(arguments)
    except SystemExit as leaving:  # argparse has printed help or the error
        return int(leaving.code or 0)
    try:
        parsed.run(parsed)
    except (LckdError, KeyboardInterrupt, MemoryError, ModuleNotFoundError, OSError) as error:
        sentence, status = _in_words(error)
        print(f"lckd: {sentence}", file=sys.stderr)
        return status
    return 0


def _in_words(error: BaseException) -> tuple[str, int]:
    """Give the sentence for an error that stops a command, and the exit code."""
    if isinstance(error, LckdError):
        return str(error), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return "Stopped.", EXIT_INTERRUPTED
    if isinstance(error, MemoryError):
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
    _add_segment(subparsers)
    weights_command.add_parser(subparsers)
    for contribution in sorted(entry_points(group=COMMAND_GROUP), key=lambda point: point.name):
        contribution.load()(subparsers)
    return parser


def _add_segment(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "segment", help=SEGMENT_HELP, description=f"{SEGMENT_HELP[0].upper()}{SEGMENT_HELP[1:]}.", epilog=SEGMENT_EPILOG
    )
    for modality in MODALITIES:
        parser.add_argument(f"--{modality}", type=Path, metavar="FILE", help=f"{DISPLAY_NAMES[modality]} image")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=".nii.gz, .nrrd or .seg.nrrd")
    parser.add_argument(
        "--weights", metavar="NAME|DIR", help="installed weights or a folder (default: those that came along)"
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto", help="where to compute (default: auto)"
    )
    parser.add_argument(
        "--reference",
        choices=MODALITIES,
        help="modality whose geometry the result has (default: the first that is given)",
    )
    parser.add_argument(
        "--labels",
        choices=["brats", "regions"],
        default="brats",
        help="brats (default): 1 NCR, 2 ED, 4 ET; regions: nested 1 WT, 2 TC, 3 ET (.seg.nrrd: overlapping segments)",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE.json",
        help="also write what went in, what computed it, volumes, diameters and the expected Dice",
    )
    parser.set_defaults(run=_segment)


def _segment(arguments: argparse.Namespace) -> None:
    paths = {modality: getattr(arguments, modality) for modality in MODALITIES if getattr(arguments, modality)}
    in_order(paths)  # refuses an empty choice before the heavy imports
    from lckd.expectation import describe, expect  # noqa: PLC0415
    from lckd.images import read_image  # noqa: PLC0415 - `lckd --help` must not wait for SimpleITK and torch
    from lckd.measure import describe_volumes, volumes_cm3  # noqa: PLC0415
    from lckd.output import require_known_ending, write_segmentation  # noqa: PLC0415
    from lckd.record import describe_input, record_of, require_record_path, write_record  # noqa: PLC0415
    from lckd.segment import segment  # noqa: PLC0415
    from lckd.weights import load_model  # noqa: PLC0415

    require_known_ending(arguments.output)
    if arguments.record:
        require_record_path(arguments.record)
    _require_different_files([path for path in (arguments.output, arguments.record) if path], paths.values())
    model = load_model(None if arguments.weights is None else find(arguments.weights))
    images = {modality: read_image(path) for modality, path in paths.items()}
    try:
        result = segment(images, model, reference=arguments.reference, device=arguments.device)
    except InputError as error:
        at_fault = " and ".join(f"'{paths[modality]}'" for modality in error.modalities)
        raise InputError(f"{at_fault}: {error}" if at_fault else str(error)) from error
    expected = describe(expect(model.card, result.subset))  # refuses a card with a damaged table before all is written
    record = None
    if arguments.record:
        inputs = {modality: describe_input(images[modality], str(path)) for modality, path in paths.items()}
        record = record_of(result, inputs, model.card)
    write_segmentation(result, arguments.output, kind=arguments.labels)
    if record:
        write_record(record, arguments.record)
    for note in result.notes:
        print(f"Note: {note}")
    names = ", ".join(DISPLAY_NAMES[modality] for modality in result.subset)
    print(f"Segmented from {names} in {result.seconds:.1f} s on {result.device}: {on_one_line(str(arguments.output))}")
    print(describe_volumes(volumes_cm3(result.labels)))
    for sentence in expected:
        print(sentence)


def _require_different_files(outputs: Collection[Path], inputs: Collection[Path]) -> None:
    for first, second in combinations(inputs, 2):
        if first.exists() and second.exists() and first.samefile(second):
            message = f"The file '{first}' is given for two modalities: give each its own."
            raise InputError(message)
    for output, path in product(outputs, inputs):
        if output.exists() and path.exists() and output.samefile(path):
            message = f"The output '{output}' is one of the images: give another file."
            raise OutputError(message)
