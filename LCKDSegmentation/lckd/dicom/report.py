"""Measurements as a DICOM structured report (TID 1500) that refers to a segmentation object."""

from collections.abc import Sequence
from pathlib import Path

import SimpleITK as sitk
from highdicom import sr
from pydicom import Dataset
from pydicom.uid import generate_uid

from lckd import __version__
from lckd.dicom import codes
from lckd.dicom.objects import MANUFACTURER, MODEL, algorithm_parameters, making, read_sources, write_object
from lckd.dicom.segmentation_object import SERIES_NUMBER, styles_of
from lckd.dicom.stack import Volume
from lckd.measure import RegionMeasures, measure_regions, measure_values
from lckd.output import Kind
from lckd.region import Region
from lckd.segments import CATEGORY, REGION_SEGMENTS, SITE, SegmentStyle
from lckd.weights.card import Card

DIGITS = 3
"""After the point, in cm³, mm and mm²."""


def build_report(
    segmentation: Dataset, labels: sitk.Image, volume: Volume, card: Card, *, kind: Kind = "brats"
) -> Dataset:
    """Make a report of the volume and the diameters of every segment; those of TC and WT are added in any case.

    Args:
        segmentation: Object that `lckd.dicom.segmentation_object` made of the labels.
        labels: Label map with the values of `lckd.region.BRATS`.
        volume: Volume of the reference image.
        card: The card of the weights that made the labels.
        kind: As the object was made.

    Raises:
        OutputError: The headers of the volume are too broken to refer to.
    """
    with making("DICOM report", volume):
        sources = read_sources(volume)
        content = sr.MeasurementReport(
            observation_context=_observer(),
            procedure_reported=codes.MR_IMAGING,
            imaging_measurements=[
                *_segment_groups(segmentation, labels, sources, card, kind=kind),
                *(_region_groups(labels, sources, card) if kind == "brats" else []),
            ],
        )
        return sr.Comprehensive3DSR(
            evidence=[*sources, segmentation],
            content=content,
            series_instance_uid=generate_uid(),
            series_number=SERIES_NUMBER + 1,
            sop_instance_uid=generate_uid(),
            instance_number=1,
            manufacturer=MANUFACTURER,
            is_complete=True,
            series_description="Measurements of a brain tumour",
        )


def write_report(dataset: Dataset, path: Path) -> None:
    """Write a report whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    count = len(dataset.ContentSequence)
    write_object(dataset, path, is_same=lambda again: len(again.ContentSequence) == count)


def _observer() -> sr.ObservationContext:
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=generate_uid(entropy_srcs=[MODEL, __version__]),
        name=MODEL,
        manufacturer_name=MANUFACTURER,
        model_name=f"{MODEL} {__version__}",
    )
    context = sr.ObserverContext(
        observer_type=sr.CodedConcept.from_code(codes.DEVICE), observer_identifying_attributes=device
    )
    return sr.ObservationContext(observer_device_context=context)


def _segment_groups(
    segmentation: Dataset, labels: sitk.Image, sources: Sequence[Dataset], card: Card, *, kind: Kind
) -> list[sr.VolumetricROIMeasurementsAndQualitativeEvaluations]:
    """Give the measurements of each segment of the object."""
    styles = styles_of(kind)
    if kind == "regions":
        measured = list(measure_regions(labels).values())
    else:
        measured = list(measure_values(labels, [style.label for style in styles]).values())
    series = sr.SourceSeriesForSegmentation(sources[0].SeriesInstanceUID)
    return [
        sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=sr.TrackingIdentifier(segment.TrackingUID, segment.TrackingID),
            referenced_segment=sr.ReferencedSegment(
                segmentation.SOPClassUID,
                segmentation.SOPInstanceUID,
                segment_number=int(segment.SegmentNumber),
                source_series=series,
            ),
            finding_type=codes.code_of(style.code),
            finding_category=codes.code_of(CATEGORY),
            finding_sites=[sr.FindingSite(codes.code_of(SITE))],
            algorithm_id=_algorithm(card),
            measurements=_measurements(measures),
        )
        for segment, style, measures in zip(segmentation.SegmentSequence, styles, measured, strict=True)
    ]


def _region_groups(
    labels: sitk.Image, sources: Sequence[Dataset], card: Card
) -> list[sr.MeasurementsAndQualitativeEvaluations]:
    """Give the measurements of TC and WT, which are unions of the segments of tissues."""
    measured = measure_regions(labels)
    names: dict[SegmentStyle, Region] = dict(zip(REGION_SEGMENTS, measured, strict=True))
    return [
        sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=sr.TrackingIdentifier(generate_uid(), f"{style.name} of the brain tumour"),
            finding_type=codes.code_of(style.code),
            finding_category=codes.code_of(CATEGORY),
            finding_sites=[sr.FindingSite(codes.code_of(SITE))],
            algorithm_id=_algorithm(card),
            measurements=_measurements(measured[region]),
            source_images=[sr.SourceImageForMeasurementGroup(one.SOPClassUID, one.SOPInstanceUID) for one in sources],
        )
        for style, region in names.items()
        if region != "ET"
    ]


def _algorithm(card: Card) -> sr.AlgorithmIdentification:
    parameters = [f"{name}={value}" for name, value in algorithm_parameters(card).items()]
    return sr.AlgorithmIdentification("LCKD", __version__, parameters=parameters)


def _measurements(measures: RegionMeasures) -> list[sr.Measurement]:
    """Code what was measured; what there is none of is left out."""
    long_axis, perpendicular = measures.axial_diameters_mm or (None, None)
    values = [
        (codes.VOLUME, measures.volume_cm3, codes.CUBIC_CENTIMETRE),
        (codes.DIAMETER_3D, measures.diameter_mm, codes.MILLIMETRE),
        (codes.LONG_AXIS, long_axis, codes.MILLIMETRE),
        (codes.PERPENDICULAR_AXIS, perpendicular, codes.MILLIMETRE),
        (codes.BIDIMENSIONAL, measures.bidimensional_mm2, codes.SQUARE_MILLIMETRE),
    ]
    return [sr.Measurement(name, round(value, DIGITS), unit) for name, value, unit in values if value is not None]
