"""Clinical scans made ready for the network: one position, no skull, even brightness. Each step is optional.

Importing this needs no heavy library, so that a parser can have its arguments at once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.modality import Modality
from lckd.preprocess.options import PreprocessOptions, add_arguments, cache_from, options_from

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.preprocess.steps import Preprocessed, Progress

__all__ = ["PreprocessOptions", "add_arguments", "cache_from", "options_from", "preprocess"]


def preprocess(
    images: Mapping[Modality, "sitk.Image"],
    *,
    reference: Modality | None = None,
    options: PreprocessOptions | None = None,
    cache: Path | None = None,
    progress: "Progress | None" = None,
) -> "Preprocessed":
    """Make clinical scans ready for `lckd.segment.segment`, which takes the images that come out.

    Args:
        images: The present modalities, each in its own geometry (LPS, mm).
        reference: Modality that is not moved; by default the first present one, as in `lckd.segment`.
        options: What may be done; by default whatever looks necessary.
        cache: Folder in which costly steps are kept (`lckd.preprocess.cache.user_cache` names one); None for none.
        progress: Told of the stages register, strip and bias, image by image.

    Returns:
        The images, what was done and what the user should know. With nothing to do, the images are those given.

    Raises:
        InputError: An image cannot be used, does not show a head, or does not fit the others.
    """
    from lckd.preprocess.pipeline import make_ready  # noqa: PLC0415 - see above

    return make_ready(images, reference=reference, options=options, cache=cache, progress=progress)
