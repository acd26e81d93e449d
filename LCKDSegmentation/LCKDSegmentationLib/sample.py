"""A synthetic patient that comes along, so that neither the tutorial nor the page needs a network."""

from pathlib import Path

SAMPLE_FOLDER = Path(__file__).parents[1] / "Resources" / "SampleData"
SAMPLE_NAME = "LCKDSyntheticPatient"
SAMPLE_FILES = {
    "Synthetic_FLAIR.nrrd": "d670968f3bda49e8266aae345bb5682f8a66b3910c7e9a8a06f7fed4ea4199e5",
    "Synthetic_T1.nrrd": "2dd856ef6a7c7289e388e8135320600257e672bb68318ff3001b89d524dafb19",
    "Synthetic_T1ce.nrrd": "7300849a25c1e9f5d8340da2241f941cf262e10afdae6f71729c7f8e15711f08",
    "Synthetic_T2.nrrd": "bb0e1e3d34a9f9d8fc8499bc4e747a565d551e43c705ef63f9b92ef839d43876",
}
"""Files and their SHA256."""
