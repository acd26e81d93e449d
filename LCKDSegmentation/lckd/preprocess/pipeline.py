"""From clinical scans to images that the network may see: one position, no skull, even brightness.

Nothing is interpolated here. A registration changes where an image lies, a mask sets voxels to 0; the one interpolation
to the working grid comes later, and the result lies on the voxels of the reference as it was given.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import SimpleITK as sitk

from lckd.errors import InputError
from lckd.images.scan import check_scan
from lckd.modality import DISPLAY_NAMES, Modality, in_order
from lckd.preprocess.bias_step import even_out_all
from lckd.preprocess.options import PreprocessOptions
from lckd.preprocess.position_step import bring_into_one_position
from lckd.preprocess.skull_step import judge_skulls, remove_skulls
from lckd.preprocess.steps import Preprocessed, Progress, Work


def make_ready(
    images: Mapping[Modality, sitk.Image],
    *,
    reference: Modality | None,
    options: PreprocessOptions | None,
    cache: Path | None,
    progress: Progress | None,
) -> Preprocessed:
    """Do what `lckd.preprocess.preprocess` says.

    Raises:
        InputError: An image cannot be used, does not show a head, or does not fit the others.
    """
    options, modalities = options or PreprocessOptions(), in_order(images)
    still = modalities[0] if reference is None else reference
    if still not in modalities:
        message = f"The reference {DISPLAY_NAMES[still]} is not among the images: choose one that is given."
        raise InputError(message)
    begin = time.perf_counter()
    work = Work({modality: images[modality] for modality in modalities}, progress or _ignore)
    heads = judge_skulls({modality: check_scan(images[modality], modality) for modality in modalities}, options, work)
    bring_into_one_position(work, reference=still, heads=heads, choice=options.register, cache=cache)
    remove_skulls(work, heads, cache=cache)
    if options.correct_bias:
        even_out_all(work, cache=cache)
    seconds = time.perf_counter() - begin
    return Preprocessed(dict(work.images), tuple(work.steps), tuple(work.remarks), seconds)


def _ignore(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
