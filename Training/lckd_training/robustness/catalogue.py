"""The disturbances that weights are measured under, and the strengths."""

from itertools import combinations

from lckd.modality import DISPLAY_NAMES, MODALITIES
from lckd_training.robustness import intensities, positions, stripping
from lckd_training.robustness.disturbance import Disturbance, on_each

DISTURBANCES: tuple[Disturbance, ...] = (
    Disturbance("bias field", "", (0.1, 0.2, 0.4, 0.6), on_each(intensities.add_bias)),
    Disturbance("noise", "", (0.02, 0.05, 0.1, 0.2), on_each(intensities.add_noise)),
    Disturbance("blur", "mm", (0.5, 1.0, 2.0, 3.0), on_each(intensities.blur)),
    Disturbance("slice thickness", "mm", (2.0, 3.0, 4.0, 5.0, 6.0), on_each(intensities.thicken_slices)),
    Disturbance("contrast, darker", "", (1.25, 1.5, 2.0), on_each(intensities.change_contrast)),
    Disturbance("contrast, brighter", "", (0.8, 0.65, 0.5), on_each(intensities.change_contrast)),
    Disturbance("scale", "", (0.01, 100.0), on_each(intensities.rescale)),
    Disturbance("inverted modalities", "", (1, 2, 4), intensities.invert_some),
    Disturbance("rotation between modalities", "°", (1.0, 2.0, 4.0, 6.0), positions.rotate_others),
    Disturbance("shift between modalities", "mm", (1.0, 2.0, 3.0, 5.0), positions.shift_others),
    Disturbance("cut below", "mm", (20.0, 40.0, 60.0), positions.cut_bottom),
    Disturbance("brain cut away", "mm", (2.0, 4.0, 6.0), on_each(stripping.strip_too_much)),
    Disturbance("skull left", "mm", (2.0, 4.0, 8.0), on_each(stripping.strip_too_little)),
    *(
        Disturbance(
            f"{DISPLAY_NAMES[one]} and {DISPLAY_NAMES[other]} exchanged", "", (1,), positions.exchange(one, other)
        )
        for one, other in combinations(MODALITIES, 2)
    ),
)
"""Strengths without a unit: standard deviation of the logarithm of the gain; of the noise, bright tissue being 1; the
exponent; the factor; the number of modalities."""
