"""Codes of what is written: tissues, measurements and units, in the words of DICOM."""

from pydicom.sr.coding import Code

VOLUME = Code("118565006", "SCT", "Volume")
DIAMETER_3D = Code("L0JK", "IBSI", "Maximum 3D Diameter of a Mesh")
LONG_AXIS = Code("103339001", "SCT", "Long axis")
PERPENDICULAR_AXIS = Code("131189007", "SCT", "Perpendicular Axis")
BIDIMENSIONAL = Code("LCKD01", "99LCKD", "Product of long axis and perpendicular axis")
"""RANO's product has no code in the lists of DICOM: schemes that begin with 99 are those of one's own."""

CUBIC_CENTIMETRE = Code("cm3", "UCUM", "cubic centimeter")
MILLIMETRE = Code("mm", "UCUM", "millimeter")
SQUARE_MILLIMETRE = Code("mm2", "UCUM", "square millimeter")

DEVICE = Code("121007", "DCM", "Device")
ARTIFICIAL_INTELLIGENCE = Code("123110", "DCM", "Artificial Intelligence")
MR_IMAGING = Code("113091000", "SCT", "Magnetic resonance imaging")


def code_of(text: str) -> Code:
    """Read a code that is written as scheme, value and meaning, joined by ``^``."""
    scheme, value, meaning = text.split("^")
    return Code(value, scheme, meaning)
