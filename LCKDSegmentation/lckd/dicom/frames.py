"""Files of many frames (Enhanced MR): the header of each frame, as it would be in a file of its own."""

from collections.abc import Iterator

from pydicom import Dataset
from pydicom.uid import EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage

MULTIFRAME_CLASSES = (EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage)

GROUPS = {
    "PlanePositionSequence": {"ImagePositionPatient": "ImagePositionPatient"},
    "PlaneOrientationSequence": {"ImageOrientationPatient": "ImageOrientationPatient"},
    "PixelMeasuresSequence": {"PixelSpacing": "PixelSpacing"},
    "PixelValueTransformationSequence": {"RescaleSlope": "RescaleSlope", "RescaleIntercept": "RescaleIntercept"},
    "MRTimingAndRelatedParametersSequence": {"RepetitionTime": "RepetitionTime"},
    "MREchoSequence": {"EffectiveEchoTime": "EchoTime"},
    "MRModifierSequence": {"InversionTimes": "InversionTime", "InversionRecovery": "InversionRecovery"},
    "MRDiffusionSequence": {"DiffusionBValue": "DiffusionBValue"},
    "MRImageFrameTypeSequence": {"FrameType": "ImageType", "AcquisitionContrast": "AcquisitionContrast"},
}
"""Functional groups, and where a value of each is found in a file of one slice."""

PULSES = {"SPIN": "SE", "GRADIENT": "GR", "BOTH": "SE\\GR"}


def is_multiframe(header: Dataset) -> bool:
    """Tell whether a file holds many frames whose places are told one by one."""
    return header.get("SOPClassUID") in MULTIFRAME_CLASSES


def frames_of(header: Dataset) -> Iterator[Dataset]:
    """Give the header of each frame of a file, as it would be if the frame had a file of its own."""
    common = Dataset()
    for element in header:
        if element.keyword not in {"SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"}:
            common.add(element)
    for shared in header.get("SharedFunctionalGroupsSequence") or []:
        _add_groups(common, shared)
    _add_sequence_names(common)
    for group in header.get("PerFrameFunctionalGroupsSequence") or []:
        frame = Dataset()
        frame.update(common)
        _add_groups(frame, group)
        yield frame


def _add_groups(frame: Dataset, groups: Dataset) -> None:
    for name, keywords in GROUPS.items():
        for item in (groups.get(name) or [])[:1]:
            for source, target in keywords.items():
                if source in item and item[source].value is not None:
                    setattr(frame, target, item[source].value)


def _add_sequence_names(common: Dataset) -> None:
    """Say in the words of single slices what kind of sequence it is, and which contrast agent was given."""
    pulses = PULSES.get(str(common.get("EchoPulseSequence", "")), "").split("\\")
    pulses += ["IR"] * (common.get("InversionRecovery") == "YES")
    pulses += ["EP"] * (common.get("EchoPlanarPulseSequence") == "YES")
    common.ScanningSequence = [pulse for pulse in pulses if pulse]
    for agent in (common.get("ContrastBolusAgentSequence") or [])[:1]:
        common.ContrastBolusAgent = str(agent.get("CodeMeaning", "") or "given")
