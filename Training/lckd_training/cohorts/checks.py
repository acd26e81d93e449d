"""Looking over all cases before anything long begins: headers first, then label maps."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lckd.grid import require_overlap
from lckd.images.read_write import read_header
from lckd.patients.folder_case import FolderCase, require_on_grid
from lckd.patients.problems import Problems
from lckd_training.cohorts.fingerprint import fingerprint


def check_cases(cases: Sequence[FolderCase]) -> dict[str, str]:
    """Make sure that the geometry and the labels of all cases can be used.

    Headers take milliseconds and are looked at first; a label map takes a fraction of a second. What is wrong with the
    intensities shows when the images are read, which `FolderCase.load` refuses.

    Args:
        cases: Cases that must have label maps.

    Returns:
        Fingerprint of each case by name; see `lckd_training.cohorts.fingerprint`.

    Raises:
        InputError: Cases cannot be used; all of them are named.
    """
    _each(cases, _check_headers)
    return dict(zip((case.name for case in cases), _each(cases, fingerprint), strict=True))


def _each(cases: Sequence[FolderCase], check: Callable[[FolderCase], str]) -> list[str]:
    """Check every case in threads.

    Raises:
        InputError: Cases cannot be used; all of them are named.
    """
    problems = Problems()
    results: list[str] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        running = [workers.submit(check, case) for case in cases]
        for case, result in zip(cases, running, strict=True):
            with problems.noted(case.name):
                results.append(result.result())
    problems.require_none("cannot be used")
    return results


def _check_headers(case: FolderCase) -> str:
    """Make sure that the images of a case lie in one place, and its label map on the first of them.

    Raises:
        InputError: They do not, or a file is no volume.
    """
    channels = len(case.channels)
    headers = {modality: read_header(path, channels=channels) for modality, path in case.image_paths.items()}
    reference = next(iter(headers))
    require_overlap(headers, reference=reference)
    if case.label_path is None or case.convention is None:
        case.read_labels()  # says what is missing
    else:
        require_on_grid(read_header(case.label_path), headers[reference], case.label_path)
    return case.name
