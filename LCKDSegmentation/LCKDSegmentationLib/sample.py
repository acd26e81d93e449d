"""A synthetic patient that comes with the extension, so that the tutorial needs no network."""

from pathlib import Path

from slicer.i18n import tr as _

SAMPLE_FOLDER = Path(__file__).parents[1] / "Resources" / "SampleData"
SAMPLE_NAME = "LCKDSyntheticPatient"
SAMPLE_FILES = ("Synthetic_FLAIR.nrrd", "Synthetic_T1.nrrd", "Synthetic_T1ce.nrrd", "Synthetic_T2.nrrd")


def register_sample_data() -> None:
    """Offer the patient in the module Sample Data: one click loads its four volumes."""
    import SampleData

    logic = SampleData.SampleDataLogic
    if hasattr(logic, "registerCustomSampleDataCategory"):  # since Slicer 5.12
        logic.registerCustomSampleDataCategory("LCKDSegmentation", _("Brain tumours (LCKD)"))
    logic.registerCustomSampleDataSource(
        category="LCKDSegmentation",
        sampleName=SAMPLE_NAME,
        uris=[(SAMPLE_FOLDER / name).as_uri() for name in SAMPLE_FILES],
        fileNames=list(SAMPLE_FILES),
        nodeNames=[Path(name).stem for name in SAMPLE_FILES],
        thumbnailFileName=str(SAMPLE_FOLDER / "LCKDSyntheticPatient.png"),
    )
