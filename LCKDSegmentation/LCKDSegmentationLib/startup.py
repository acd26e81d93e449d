"""What the module tells the application once it has started."""

from pathlib import Path

import slicer

RESOURCES = Path(__file__).parents[1] / "Resources"

TERMINOLOGY_FILE = RESOURCES / "Terminologies" / "LCKDSegmentation.term.json"
"""The codes of `lckd.segments`, for Slicer's own editors; a test holds the two together."""

SAMPLE_FOLDER = RESOURCES / "SampleData"
SAMPLE_NAME = "LCKDSyntheticPatient"
SAMPLE_FILES = {
    "Synthetic_FLAIR.nrrd": "d670968f3bda49e8266aae345bb5682f8a66b3910c7e9a8a06f7fed4ea4199e5",
    "Synthetic_T1.nrrd": "2dd856ef6a7c7289e388e8135320600257e672bb68318ff3001b89d524dafb19",
    "Synthetic_T1ce.nrrd": "7300849a25c1e9f5d8340da2241f941cf262e10afdae6f71729c7f8e15711f08",
    "Synthetic_T2.nrrd": "bb0e1e3d34a9f9d8fc8499bc4e747a565d551e43c705ef63f9b92ef839d43876",
}
"""A synthetic patient that comes along, so that the tutorial needs no network: files and their SHA256."""


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
