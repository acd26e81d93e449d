"""What the module tells the application once it has started."""

from pathlib import Path

import slicer

from LCKDSegmentationLib.sample import SAMPLE_FILES, SAMPLE_FOLDER, SAMPLE_NAME

RESOURCES = Path(__file__).parents[1] / "Resources"

TERMINOLOGY_FILE = RESOURCES / "Terminologies" / "LCKDSegmentation.term.json"
"""The codes of `lckd.segments`, for Slicer's own editors; a test holds the two together."""


def register_terminology() -> None:
    """Make the codes of our segments known, so that Slicer's editors show and offer them."""
    slicer.modules.terminologies.logic().LoadTerminologyFromFile(str(TERMINOLOGY_FILE))


def register_sample_data() -> None:
    """Offer the synthetic patient in the module Sample Data: one click loads its four volumes."""
    import SampleData
    from slicer.i18n import tr as _

    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category=_("LCKD Brain Tumours"),
        sampleName=SAMPLE_NAME,
        uris=[(SAMPLE_FOLDER / name).as_uri() for name in SAMPLE_FILES],
        fileNames=list(SAMPLE_FILES),
        nodeNames=[Path(name).stem for name in SAMPLE_FILES],
        checksums=[f"SHA256:{digest}" for digest in SAMPLE_FILES.values()],
        thumbnailFileName=str(SAMPLE_FOLDER / f"{SAMPLE_NAME}.png"),
    )
