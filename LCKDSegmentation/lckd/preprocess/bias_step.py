"""The step that evens out the brightness of all images."""

import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.preprocess.bias import bias_field, even_out
from lckd.preprocess.cache import kept_image, key_of
from lckd.preprocess.steps import Work


def even_out_all(work: Work, *, cache: Path | None) -> None:
    """Correct the bias of every image.

    Args:
        work: The patient, its skull off.
        cache: Where fields are kept.
    """
    for done, modality in enumerate(list(work.images)):
        work.report("bias", done, len(work.images))
        begin, image = time.perf_counter(), sitk.Cast(work.images[modality], sitk.sitkFloat32)
        field = _field(image, cache)
        work.images[modality] = even_out(image, field)
        strength = float(np.std(sitk.GetArrayViewFromImage(field)[sitk.GetArrayViewFromImage(image) != 0]))
        work.tell("bias", modality, {"by": "N4", "spread_of_logarithm": strength}, was_done=True, begin=begin)
    work.report("bias", len(work.images), len(work.images))


def _field(image: sitk.Image, cache: Path | None) -> sitk.Image:
    key = key_of(cache, "bias", [image], version=sitk.Version_VersionString())
    field = kept_image(cache, key, lambda: bias_field(image))
    field.CopyInformation(image)
    return field
