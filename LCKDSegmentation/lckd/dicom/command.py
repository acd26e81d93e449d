"""What `lckd segment` writes as DICOM: which outputs go together, and how they come about."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.errors import OutputError

if TYPE_CHECKING:
    from lckd.dicom.study import Study
    from lckd.segmentation import Segmentation
    from lckd.weights.card import Card

ENDING = ".dcm"


def add_report_argument(parser: argparse.ArgumentParser) -> None:
    """Add what asks for a report."""
    parser.add_argument(
        "--report", type=Path, metavar="FILE.dcm", help="also write the measurements as a DICOM report, with -o OUT.dcm"
    )


def is_dicom_output(path: Path) -> bool:
    """Tell whether a result goes into a DICOM file."""
    return path.name.lower().endswith(ENDING)


def require_dicom_outputs(arguments: argparse.Namespace) -> None:
    """Refuse outputs in DICOM that could refer to nothing, before anything is read.

    Raises:
        OutputError: The input is no DICOM, the report has no segmentation to refer to, or a path cannot be used.
    """
    output, report = arguments.output, arguments.report
    if is_dicom_output(output) and not arguments.dicom:
        message = f"The output '{output}' would refer to DICOM images: give these with --dicom, or another ending."
        raise OutputError(message)
    if report and not is_dicom_output(output):
        message = f"The report '{report}' refers to a DICOM segmentation: write that, too, with -o OUT.dcm."
        raise OutputError(message)
    for path in [path for path in (output, report) if path and is_dicom_output(output)]:
        if path.is_dir() or not is_dicom_output(path) or path.name.lower() == ENDING:
            message = f"The output '{path}' cannot be a DICOM file: give a file that ends in .dcm."
            raise OutputError(message)
    if report == output:
        message = f"The output '{output}' cannot hold the report, too: give --report another file."
        raise OutputError(message)


def write_dicom(result: "Segmentation", study: "Study", card: "Card", arguments: argparse.Namespace) -> None:
    """Write a result as a DICOM segmentation object, with its report where one is asked for.

    Args:
        result: The result.
        study: The study that its images come from.
        card: The card of the weights that made it.
        arguments: The outputs, and which segments.

    Raises:
        OutputError: They cannot be made or written; what was there before stays.
    """
    from lckd.dicom.report import build_report, write_report  # noqa: PLC0415 - needs the extra
    from lckd.dicom.segmentation_object import (  # noqa: PLC0415 - the same
        build_segmentation_object,
        write_segmentation_object,
    )

    volume, kind = study.choices[result.reference].volume, arguments.labels
    segmentation = build_segmentation_object(result.labels, volume, card, kind=kind)
    report = build_report(segmentation, result.labels, volume, card, kind=kind) if arguments.report else None
    write_segmentation_object(segmentation, arguments.output)
    if report:
        write_report(report, arguments.report)
