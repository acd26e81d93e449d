"""What a BIDS derivative says of itself: what made it, and what its label values mean."""

import json
from pathlib import Path

import lckd
from lckd.batch.places import DESCRIPTION
from lckd.files import write_text
from lckd.segments import TISSUE_SEGMENTS

BIDS_VERSION = "1.9.0"
NAMES = {"ET": "enhancing tumour", "NCR": "necrotic or non-enhancing tumour core", "ED": "peritumoural edema"}
IGNORED = ("measurements.csv", "report.html", "**/figures/")
"""Files of ours that BIDS does not know."""


def describe_derivative(out: Path) -> None:
    """Write the files at the root of a BIDS derivative.

    Args:
        out: The folder of the results.

    Raises:
        OutputError: They cannot be written.
    """
    made = {"Name": "lckd", "Version": lckd.__version__, "Description": "Brain tumour segmentation; research use only"}
    description = {
        "Name": "Brain tumours segmented by lckd",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [made],
    }
    write_text(json.dumps(description, indent=2) + "\n", out / "dataset_description.json")
    write_text(_label_table(), out / f"{DESCRIPTION}_dseg.tsv")
    write_text("\n".join(IGNORED) + "\n", out / ".bidsignore")


def _label_table() -> str:
    rows = [("index", "name", "abbreviation", "color"), ("0", "background", "BG", "#000000")]
    styles = sorted(TISSUE_SEGMENTS, key=lambda style: style.label)
    rows += [(str(style.label), NAMES[style.name], style.name, style.html_colour) for style in styles]
    return "".join("\t".join(row) + "\n" for row in rows)
