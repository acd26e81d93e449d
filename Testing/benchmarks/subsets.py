"""All 15 subsets of a patient whose modalities are encoded once."""

from collections.abc import Mapping

import SimpleITK as sitk

from lckd.modality import MODALITIES, SUBSETS, Modality
from lckd.segment import encode_patient, segment
from lckd.weights.load import Model, load_model
from Testing.benchmarks.child import timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.patient import patient_folder, read_patient
from Testing.benchmarks.table import Table, ratio, seconds


def measure(options: Options) -> list[Table]:
    """Compare all subsets, encoded once, with one run of the full set and with 15 separate runs."""
    images, model = read_patient(patient_folder(options)), load_model()
    times: dict[str, list[float]] = {"one run, all four": [], "all 15, encoded once": [], "one more subset": []}
    explore(images, model, options)
    for _ in range(options.runs):
        times["one run, all four"].append(timed(segment, images, model, device=options.device))
        times["all 15, encoded once"].append(timed(explore, images, model, options))
        encoding = encode_patient(images, model, device=options.device)
        times["one more subset"] += [timed(encoding.segment, one) for one in SUBSETS[-4:]]
    times["15 separate runs"] = [timed(apart, images, model, options)]
    one = times["one run, all four"]
    rows = [[name, seconds(measured), ratio(measured, one)] for name, measured in times.items()]
    kept = sum(part.nbytes for part in encoding._features.maps) / 2**20
    read = f"The features of {len(MODALITIES)} modalities, which are kept, take {kept:.0f} MB."
    return [Table("All 15 subsets", ["what", "time", "times one run"], rows, read)]


def explore(images: Mapping[Modality, sitk.Image], model: Model, options: Options) -> None:
    """Segment a patient from all subsets, encoding each modality once."""
    encoding = encode_patient(images, model, device=options.device)
    for subset in SUBSETS:
        encoding.segment(subset)


def apart(images: Mapping[Modality, sitk.Image], model: Model, options: Options) -> None:
    """Segment a patient from all subsets, each on its own."""
    for subset in SUBSETS:
        segment({modality: images[modality] for modality in subset}, model, device=options.device)
