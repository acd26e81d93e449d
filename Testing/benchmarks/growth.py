"""How the time grows with the size of the volume and the number of modalities."""

import numpy as np

from lckd.modality import MODALITIES, SUBSETS, subset_name
from lckd.segment import segment
from lckd.weights.load import load_model
from Testing.benchmarks.child import timed
from Testing.benchmarks.memory_to_memory import SUBSETS as BY_COUNT
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder, read_patient
from Testing.benchmarks.table import Table, seconds

SPACINGS_MM = (2.0, 1.0, 0.8)


def measure(options: Options) -> list[Table]:
    """Segment one head at several voxel sizes, from one and from four modalities."""
    model, rows = load_model(), []
    for spacing_mm in SPACINGS_MM:
        images = read_patient(patient_folder(options, spacing_mm=spacing_mm))
        cells = []
        for subset in BY_COUNT.values():
            chosen = {modality: images[modality] for modality in subset}
            segment(chosen, model, device=options.device)
            times = [timed(segment, chosen, model, device=options.device) for _ in range(options.runs)]
            cells.append(seconds(times))
        size = images[MODALITIES[0]].GetSize()
        rows.append([f"{spacing_mm} mm: {' x '.join(map(str, size))}", f"{np.prod(size) / 1e6:.1f}", *cells])
    columns = ["voxels", "million", *(f"{count} of 4" for count in BY_COUNT)]
    read = (
        "The network sees the same 2 mm grid each time: what grows is looking at the images, resampling and "
        "going back. "
        f"Modalities: {', '.join(subset_name(subset) for subset in BY_COUNT.values())}, of {len(SUBSETS)} subsets."
    )
    return [Table("Growth with volume and modalities, in memory", columns, rows, read)]
