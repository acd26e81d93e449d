"""The command `lckd segment`: one patient, from files to a file."""

import argparse
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.arguments import add_device_argument, add_weights_argument, weights_of
from lckd.dicom.command import add_report_argument, is_dicom_output, require_dicom_outputs, write_dicom
from lckd.duration import describe_duration
from lckd.errors import InputError, OutputError, naming, on_one_line
from lckd.files import require_place
from lckd.given import Given, add_arguments, paths_of, read_given, require_given
from lckd.maps import add_map_arguments, map_paths, require_map_paths, write_maps
from lckd.modality import DISPLAY_NAMES, MODALITIES
from lckd.preprocess import add_arguments as add_preprocess_arguments
from lckd.preprocess import cache_from, options_from, preprocess

if TYPE_CHECKING:
    from lckd.preprocess.steps import Preprocessed
    from lckd.record import Record
    from lckd.segmentation import Segmentation
    from lckd.weights.card import Card

HELP = "segment a patient from any subset of modalities"
EPILOG = (
    "Give at least one image, in any format that SimpleITK reads, or a folder of DICOM files with --dicom. Scans "
    "unlike those of BraTS are registered and freed of the skull first. Example: lckd segment --flair flair.nii.gz "
    "--t1ce t1ce.nii.gz -o tumour.nii.gz. For research, not for clinical use."
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lckd segment`."""
    parser = subparsers.add_parser("segment", help=HELP, description=f"{HELP[0].upper()}{HELP[1:]}.", epilog=EPILOG)
    add_arguments(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=".nii.gz, .nrrd, .seg.nrrd, or .dcm with --dicom",
    )
    add_weights_argument(parser)
    add_device_argument(parser)
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
    add_map_arguments(parser)
    add_report_argument(parser)
    add_preprocess_arguments(parser)
    parser.set_defaults(run=_segment)


def _segment(arguments: argparse.Namespace) -> None:
    require_given(arguments)  # before the heavy imports
    require_dicom_outputs(arguments)
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read_given, arguments)  # while torch is loaded, which takes as long
        from lckd.segment import segment  # noqa: PLC0415 - `lckd --help` must not wait for SimpleITK and torch
        from lckd.weights.expectation import describe, expect  # noqa: PLC0415
        from lckd.weights.load import load_model  # noqa: PLC0415

        cache = _require_outputs(arguments)
        model = load_model(weights_of(arguments))
        given = reading.result()
    _require_not_an_image(_outputs(arguments), given.files)
    for line in given.describe():
        print(line)
    with naming(given.names):
        ready = preprocess(given.images, reference=arguments.reference, options=options_from(arguments), cache=cache)
        result = segment(ready.images, model, reference=arguments.reference, device=arguments.device)
    result = ready.told_by(result)
    expected = describe(
        expect(model.card, result.subset), doubted=result.doubted
    )  # refuses a card with a damaged table before all is written
    record = _write(result, given, ready, card=model.card, arguments=arguments)
    _tell(result, expected, record=record, output=arguments.output)


def _outputs(arguments: argparse.Namespace) -> list[Path]:
    files = [arguments.output, arguments.record, arguments.report, *map_paths(arguments).values()]
    return [path for path in files if path]


def _require_outputs(arguments: argparse.Namespace) -> Path | None:
    """Refuse outputs that cannot be written or are given twice, before anything is computed.

    Returns:
        Where costly steps are kept; None for nowhere.

    Raises:
        InputError: One file is given for two modalities.
        OutputError: An output has an unknown ending, is one of the images or another output, or the cache is a file.
    """
    from lckd.output import require_known_ending  # noqa: PLC0415 - see above
    from lckd.record import require_record_path  # noqa: PLC0415

    if not is_dicom_output(arguments.output):
        require_known_ending(arguments.output)
    if arguments.record:
        require_record_path(arguments.record)
    require_map_paths(arguments)
    _require_different(_outputs(arguments))
    for path in _outputs(arguments):
        require_place(path)
    paths = paths_of(arguments).values()
    _require_one_each(paths)
    _require_not_an_image(_outputs(arguments), paths)
    return cache_from(arguments)


def _write(
    result: "Segmentation", given: Given, ready: "Preprocessed", *, card: "Card", arguments: argparse.Namespace
) -> "Record | None":
    from lckd.output import write_segmentation  # noqa: PLC0415 - see above
    from lckd.record import record_of, write_record  # noqa: PLC0415

    record = None
    if arguments.record:
        record = record_of(result, given.origin(), card, preprocessing=ready.as_dicts())
    if given.study and is_dicom_output(arguments.output):
        write_dicom(result, given.study, card, arguments)
    else:
        write_segmentation(result, arguments.output, kind=arguments.labels)
    write_maps(result, arguments)
    if record:
        write_record(record, arguments.record)
    return record


def _tell(result: "Segmentation", expected: Sequence[str], *, record: "Record | None", output: Path) -> None:
    from lckd.measure import describe_volumes, volumes_cm3  # noqa: PLC0415

    for note in result.notes:
        print(f"Note: {note}")
    names = ", ".join(DISPLAY_NAMES[modality] for modality in result.subset)
    took = describe_duration(result.seconds, preprocessing_seconds=result.preprocessing_seconds)
    print(f"Segmented from {names} in {took} on {result.device}: {on_one_line(str(output))}")
    print(describe_volumes(record.volumes_cm3 if record else volumes_cm3(result.labels)))
    for sentence in expected:
        print(sentence)


def _require_one_each(paths: Collection[Path]) -> None:
    for first, second in combinations(paths, 2):
        if first.exists() and second.exists() and first.samefile(second):
            message = f"The file '{first}' is given for two modalities: give each its own."
            raise InputError(message)


def _require_different(outputs: Collection[Path]) -> None:
    for first, second in combinations(outputs, 2):
        if _place(first) == _place(second):
            message = f"The file '{first}' is given for two outputs: give each its own."
            raise OutputError(message)


def _place(path: Path) -> Path:
    """Tell where a file goes, however its folder is spelt; a link in its place is replaced and not followed."""
    return path.parent.resolve() / path.name


def _require_not_an_image(outputs: Collection[Path], images: Collection[Path]) -> None:
    for output, path in product([output for output in outputs if output.exists()], images):
        if path.exists() and output.samefile(path):
            message = f"The output '{output}' is one of the images: give another file."
            raise OutputError(message)
