"""On a GPU: a whole patient, a training step, and which part of the arithmetic limit they reach."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from lckd.modality import MODALITIES
from lckd.segment import segment
from lckd.weights.load import load_model
from Testing.benchmarks import memory_to_memory, stages, steps, subsets
from Testing.benchmarks.child import timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder, read_patient
from Testing.benchmarks.table import Table, gibibytes, seconds


def measure(options: Options) -> list[Table]:
    """Measure all that a GPU changes; without one, say so."""
    if options.device != "cuda" or not torch.cuda.is_available():
        return [Table("On a GPU", ["what", "time"], [["not measured: give --device cuda on a machine with a GPU", ""]])]
    parts = (memory_to_memory, stages, subsets, steps)
    return [_whole_patient(options), *(table for part in parts for table in part.measure(options))]


def _whole_patient(options: Options) -> Table:
    """Segment a patient from all four modalities, files aside."""
    images, model = read_patient(patient_folder(options)), load_model()
    segment(images, model, device="cuda")
    torch.cuda.reset_peak_memory_stats()
    times = [timed(segment, images, model, device="cuda") for _ in range(10 * options.runs)]
    peak = torch.cuda.max_memory_allocated()
    with FlopCounterMode(display=False) as counter:
        segment(images, model, device="cuda")
    rate = steps.convolution_rate(torch.device("cuda"), options)
    limit_s = counter.get_total_flops() / rate
    rows = [
        [f"a whole patient, {len(MODALITIES)} modalities, in memory", seconds(times)],
        ["the same, if all were convolutions at the rate of a large one", seconds([limit_s])],
        ["memory of the GPU", gibibytes(peak)],
    ]
    return Table(f"On {torch.cuda.get_device_name()}", ["what", "time or size"], rows)
