import random
from typing import Any

import pytest

from lckd.modality import MODALITIES, Modality
from lckd.series.clues import Strength
from lckd.series.identify import KEYWORDS, Identification, assign, identify

SIEMENS: dict[str, str] = {"Modality": "MR", "ImageType": r"ORIGINAL\PRIMARY\M\ND\NORM", "ScanningSequence": "SE"}
GE: dict[str, str] = {"Modality": "MR", "ImageType": r"ORIGINAL\PRIMARY\OTHER", "ProtocolName": "BRAIN W/WO CONTRAST"}
PHILIPS: dict[str, str] = {"Modality": "MR", "ImageType": r"ORIGINAL\PRIMARY\M_SE\M\SE", "ScanningSequence": "SE"}


def times(
    repetition: float, echo: float, inversion: float | None = None, scanning: str = "", kind: str = ""
) -> dict[str, str]:
    tags = {"RepetitionTime": str(repetition), "EchoTime": str(echo), "ScanningSequence": scanning}
    return {**tags, "MRAcquisitionType": kind, "InversionTime": "" if inversion is None else str(inversion)}


SERIES: list[tuple[str, Modality | None, dict[str, str]]] = [
    ("Siemens FLAIR", "flair", SIEMENS | times(9000, 81, 2500, r"SE\IR", "2D")),
    ("Siemens SPACE FLAIR", "flair", SIEMENS | times(5000, 387, 1800, r"SE\IR", "3D")),
    ("Siemens MPRAGE", "t1", SIEMENS | times(2300, 2.98, 900, r"GR\IR", "3D")),
    (
        "Siemens MPRAGE with agent",
        "t1ce",
        SIEMENS | times(1900, 2.2, 900, r"GR\IR") | {"ContrastBolusAgent": "Dotarem"},
    ),
    ("Siemens SE", "t1", SIEMENS | times(500, 12, None, "SE", "2D")),
    ("Siemens TSE", "t2", SIEMENS | times(5000, 100, None, "SE", "2D")),
    ("Siemens SPACE T2", "t2", SIEMENS | times(3200, 408, None, "SE", "3D")),
    ("Siemens localizer", None, SIEMENS | times(8.6, 4, None, "GR", "2D")),
    ("Siemens DWI", None, SIEMENS | times(6000, 90, None, "EP", "2D")),
    ("Siemens SWI", None, SIEMENS | times(28, 20, None, "GR", "3D")),
    ("Siemens TOF", None, SIEMENS | times(21, 3.4, None, "GR", "3D")),
    ("Siemens MP2RAGE, second", None, SIEMENS | times(5000, 2.98, 2500, r"GR\IR", "3D")),
    ("Siemens DSC", None, SIEMENS | times(1500, 30, None, r"EP\GR", "2D")),
    ("Siemens sequence of MPRAGE", "t1", SIEMENS | {"SequenceName": "*tfl3d1_16ns"}),
    ("Siemens sequence of FLAIR", "flair", SIEMENS | {"SequenceName": "*tir2d1_16"}),
    ("Siemens sequence of SPACE FLAIR", "flair", SIEMENS | {"SequenceName": "*spcir_242ns"}),
    ("Siemens sequence of DWI", None, SIEMENS | {"SequenceName": "*ep_b1000t"} | times(6000, 90)),
    ("GE FLAIR", "flair", GE | times(8802, 120, 2250, r"SE\IR", "2D")),
    ("GE T1 FLAIR", "t1", GE | times(2500, 24, 920, r"SE\IR", "2D")),
    ("GE FSPGR", "t1", GE | times(8.2, 3.2, 450, r"GR\IR", "3D")),
    ("GE FSPGR with agent", "t1ce", GE | times(8.2, 3.2, 450, "GR", "3D") | {"ContrastBolusAgent": "10ML GADAVIST"}),
    ("GE FSPGR without preparation", "t1", GE | times(8.2, 3.2, 0, "GR", "3D")),
    ("GE PROPELLER", "t2", GE | times(4800, 98, 0, "SE", "2D")),
    ("GE gradient echo", None, GE | times(650, 15, 0, "GR", "2D")),
    ("Philips FLAIR", "flair", PHILIPS | times(11000, 125, 2800, "IR", "2D")),
    ("Philips TSE", "t2", PHILIPS | times(3000, 80, None, "SE", "2D")),
    ("Philips TFE", "t1", PHILIPS | times(7.4, 3.4, None, "GR", "3D")),
    ("Philips SE", "t1", PHILIPS | times(600, 10, None, "SE", "2D")),
    ("Philips DWI", None, PHILIPS | times(4000, 90, None, "SE", "2D") | {"DiffusionBValue": "1000"}),
    ("Philips b-value of others", "t2", PHILIPS | times(4000, 90, None, "SE", "2D") | {"DiffusionBValue": "0"}),
    ("STIR", None, times(4000, 60, 150, r"SE\IR")),
    ("proton density", None, times(3000, 20, None, "SE")),
    ("neither T1 nor T2", None, times(1600, 50, None, "SE")),
    ("no sequence given, T1", "t1", times(500, 12)),
    ("no sequence given, T2", "t2", times(4000, 100)),
    ("padded and multiple", "t2", {"RepetitionTime": " 4000 ", "EchoTime": r"100\120"}),
    ("no numbers", None, {"RepetitionTime": "nan", "EchoTime": "ten"}),
    ("half of the times", None, {"RepetitionTime": "500"}),
    ("contrast that the scanner names", "flair", {"AcquisitionContrast": "FLUID_ATTENUATED"}),
    ("contrast in the image type", "t1", {"ImageType": r"ORIGINAL\PRIMARY\T1\NONE"}),
    ("T2* in the image type", None, {"ImageType": r"ORIGINAL\PRIMARY\T2_STAR\NONE"}),
    ("CT", None, {"Modality": "CT", "SeriesDescription": "T1"}),
    ("spine by its tag", None, {"BodyPartExamined": "cspine ", "SeriesDescription": "T1"}),
    ("head by its tag", "t1", {"BodyPartExamined": "BRAIN", "SeriesDescription": "T1"}),
    ("phase image", None, {"ImageType": r"ORIGINAL\PRIMARY\PHASE MAP\P\FFE", "SeriesDescription": "T1"}),
    ("imaginary image", None, {"ImageType": r"ORIGINAL\PRIMARY\I", "SeriesDescription": "T1"}),
    ("magnitude image", "t1", {"ImageType": r"ORIGINAL\PRIMARY\M_FFE\M\FFE", "SeriesDescription": "T1"}),
    ("first of two echoes", None, {"SeriesDescription": "AX PD T2"} | times(3000, 20, None, "SE")),
    ("second of two echoes", "t2", {"SeriesDescription": "PD+T2 tra"} | times(3000, 90, None, "SE")),
    ("two echoes without times", None, {"SeriesDescription": "AX PD T2"}),
    ("description", "flair", GE | {"SeriesDescription": "Ax T2 FLAIR"}),
    ("protocol", "t2", SIEMENS | {"ProtocolName": "t2_tse_tra"}),
    ("examination with contrast", "t1", {"ProtocolName": "BRAIN W CONTRAST", "SeriesDescription": "AX T1"}),
    ("description before protocol", "t2", {"ProtocolName": "t1_se", "SeriesDescription": "t2_tse"}),
    ("description of a map", None, {"SeriesDescription": "T1 map", "ProtocolName": "T1"}),
    ("subtraction in the image type", None, {"ImageType": r"DERIVED\SECONDARY\SUB", "SeriesDescription": "T1 MPRAGE"}),
    ("projection", None, {"ImageType": r"DERIVED\SECONDARY\PROJECTION IMAGE", "SeriesDescription": "T1 +C"}),
    ("reformatted", "t1ce", {"ImageType": r"DERIVED\SECONDARY\MPR", "SeriesDescription": "T1 +C"}),
]
AGENT = {"ContrastBolusAgent": "Gadovist"}


@pytest.mark.parametrize(
    ("modality", "tags"), [pytest.param(modality, tags, id=name) for name, modality, tags in SERIES]
)
def test_tags_identify_a_series_that_its_name_does_not(modality: Modality | None, tags: dict[str, str]) -> None:
    found = identify("Series 5", tags)
    assert found.modality == modality
    assert found.reason.endswith(".")
    assert "\n" not in found.reason


@pytest.mark.parametrize(
    ("name", "tags", "modality", "reason"),
    [
        ("7: x", {"SeriesDescription": "T2 FLAIR tra"}, "flair", "Series description says 'T2 FLAIR tra'."),
        ("T1+C", {}, "t1ce", "Name says 'T1+C'."),
        ("T1", {}, "t1", "Name says 'T1'; no sign of a contrast agent was seen."),
        ("T1", {"ContrastBolusAgent": "NONE"}, "t1", "Name says 'T1'; no sign of a contrast agent was seen."),
        ("T1", {"ContrastBolusAgent": "no contrast"}, "t1", "Name says 'T1'; no sign of a contrast agent was seen."),
        ("T1", AGENT, "t1ce", "Name says 'T1'; a contrast agent was given ('Gadovist')."),
        ("T1 pre", {}, "t1", "Name says 'T1 pre'; that is without contrast agent."),
        ("T1 nativ", AGENT, "t1", "Name says 'T1 nativ'; that is without contrast agent, but the tag of the contrast "
         "agent says 'Gadovist'."),
        ("T1", {"SeriesDescription": "T1 post"}, "t1ce", "Name says 'T1'; series description says 'T1 post'."),
        ("T1", {"ProtocolName": "post Gd"}, "t1", "Name says 'T1'; no sign of a contrast agent was seen."),
        ("FLAIR", AGENT, "flair", "Name says 'FLAIR'."),
        ("T2", AGENT, "t2", "Name says 'T2'."),
        ("x", times(500, 12) | AGENT, "t1ce",
         "Repetition time 500 ms and echo time 12 ms are those of T1; a contrast agent was given ('Gadovist')."),
        ("post Gd", times(500, 12), "t1ce",
         "Repetition time 500 ms and echo time 12 ms are those of T1; name says 'post Gd'."),
        ("x", times(9000, 81, 2500), "flair",
         "Repetition time 9000 ms, inversion time 2500 ms and echo time 81 ms are those of FLAIR."),
        ("T1 map", {}, None, "Name says 'T1 map': a quantitative map, none of FLAIR, T1, T1ce and T2."),
        ("T1", {"SeriesDescription": "T1 SUB"}, None,
         "Series description says 'T1 SUB': a subtraction, none of FLAIR, T1, T1ce and T2."),
        ("T1 T2", {}, None, "Name says 'T1 T2': more than one of FLAIR, T1 and T2."),
        ("t2_tirm_cor", times(4000, 60, 150), None,
         "Name says 't2_tirm_cor', but inversion time 150 ms is that of STIR."),
        ("T1", {"Modality": "CT"}, None, "DICOM modality is CT, not MR."),
        ("case_0003", {}, None, "Neither a name nor the times of the sequence say which modality it is."),
        ("", {}, None, "Neither a name nor the times of the sequence say which modality it is."),
    ],
)  # fmt: skip
def test_every_answer_has_its_reason(name: str, tags: dict[str, str], modality: Modality | None, reason: str) -> None:
    found = identify(name, tags)
    assert (found.modality, found.reason) == (modality, reason)


@pytest.mark.parametrize(
    ("name", "tags", "strength"),
    [
        ("T2", times(500, 12), Strength.NAME),
        ("x", {"SeriesDescription": "T2"}, Strength.NAME),
        ("x", times(500, 12), Strength.TAGS),
        ("x", {"SequenceName": "*tfl3d1_16ns"}, Strength.TAGS),
        ("x", {}, Strength.NOTHING),
    ],
)
def test_a_name_is_stronger_than_times_and_these_than_nothing(
    name: str, tags: dict[str, str], strength: Strength
) -> None:
    assert identify(name, tags).strength == strength


@pytest.mark.parametrize(
    ("name", "tags", "against"),
    [
        ("T2", times(500, 12), "repetition time 500 ms and echo time 12 ms are those of T1"),
        ("FLAIR", times(2500, 24, 920, r"SE\IR"), "inversion time 920 ms and echo time 24 ms are those of T1"),
        ("T1", times(9000, 120, 2500, r"SE\IR"), "are those of FLAIR"),
        ("FLAIR", {"SeriesDescription": "AX T1 POST"}, "series description says 'AX T1 POST'"),
        ("T2", {"SeriesDescription": "AX T2 FLAIR"}, "series description says 'AX T2 FLAIR'"),
        ("T1 pre", {"SeriesDescription": "T1 +C"}, "series description says 'T1 +C'"),
        ("FLAIR", {"AcquisitionContrast": "T1"}, "acquisition contrast says 'T1'"),
        ("T2", {"SequenceName": "*ep_b0"}, "sequence name says '*ep_b0': diffusion"),
        ("T2", SIEMENS | {"SequenceName": "*tfl3d1_16ns"}, "sequence name says '*tfl3d1_16ns'"),
    ],
)
def test_a_clear_contradiction_is_told_and_asked_about_not_decided(
    name: str, tags: dict[str, str], against: str
) -> None:
    found = identify(name, tags)
    result = assign({"key": found})
    assert against in found.reason
    assert not result.chosen
    assert list(result.questions) == [found.modality]
    assert f"'{name}'" in result.questions[found.modality or "t1"]


@pytest.mark.parametrize(
    ("name", "tags", "against"),
    [
        ("T1 pre", AGENT, "the tag of the contrast agent says 'Gadovist'"),
        ("T1 post", {"ContrastBolusAgent": "NONE"}, "the tag of the contrast agent says 'NONE'"),
        ("T2", {"ProtocolName": "T1 brain"}, "protocol name says 'T1 brain'"),
        ("T1", times(2000, 12, None, "SE"), "are those of proton density"),
    ],
)
def test_a_slight_contradiction_is_told_and_the_name_is_believed(name: str, tags: dict[str, str], against: str) -> None:
    found = identify(name, tags)
    result = assign({"key": found})
    assert list(result.chosen) == [found.modality]
    assert against in result.doubts[found.modality or "t1"]


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("FLAIR", times(9000, 90, None, "SE")),  # its inversion time is missing
        ("T1 FLAIR", times(2500, 24, 920, r"SE\IR")),
        ("T1 tra", SIEMENS | {"SequenceName": "*tir2d1_11"}),  # T1 dark fluid
        ("T2 FLAIR", {"SeriesDescription": "T2 FLAIR", "ProtocolName": "t2_tirm_tra_dark-fluid"}),
        ("T1", {"SeriesDescription": "T1 post"} | AGENT),
        ("T1 post", {"ProtocolName": "BRAIN PRE"} | times(1900, 2.2, 900, r"GR\IR")),
        ("T2", {"ProtocolName": "BRAIN DIFFUSION"} | times(4000, 100)),
    ],
)
def test_what_fits_is_no_contradiction(name: str, tags: dict[str, str]) -> None:
    assert identify(name, tags).contradiction is None


@pytest.mark.parametrize("value", ["", " ", "\\", "\x00", "💥", "1e999", "-5", "T1\\T2\\FLAIR"])
def test_no_value_of_a_tag_breaks_it(value: str) -> None:
    assert isinstance(identify(value, dict.fromkeys(KEYWORDS, value)), Identification)


def identified(*names: str) -> dict[str, Identification]:
    """Identify names, under keys that say nothing."""
    return {f"key {index}": identify(name, {}) for index, name in enumerate(names)}


def test_each_modality_gets_the_one_that_claims_it() -> None:
    result = assign(identified("T2", "T1 post", "FLAIR", "T1"))
    assert result.chosen == {"flair": "key 2", "t1": "key 3", "t1ce": "key 1", "t2": "key 0"}
    assert result.reasons["t1ce"] == "Name says 'T1 post'."
    assert not result.questions
    assert not result.left_out


def test_two_volumes_that_look_like_flair_are_asked_about_not_guessed() -> None:
    result = assign(identified("FLAIR tra", "T2", "FLAIR cor"))
    assert result.chosen == {"t2": "key 1"}
    assert result.questions == {
        "flair": "2 volumes look like FLAIR, 'FLAIR cor' and 'FLAIR tra': choose one of them."
    }  # fmt: skip


def test_three_candidates_are_all_named_in_the_question() -> None:
    question = assign(identified("T1", "T1 tra", "T1 cor")).questions["t1"]
    assert question == "3 volumes look like T1, 'T1', 'T1 cor' and 'T1 tra': choose one of them."


def test_what_claims_nothing_is_left_out_for_a_reason() -> None:
    result = assign(identified("ADC", "T2"))
    assert result.left_out == {"key 0": "Name says 'ADC': diffusion, none of FLAIR, T1, T1ce and T2."}


def test_the_choice_of_the_user_stands() -> None:
    candidates = identified("FLAIR", "T2", "T1")
    result = assign(candidates, already={"flair": "key 1"})
    assert result.chosen == {"t1": "key 2"}
    assert result.left_out == {"key 0": "Name says 'FLAIR'. FLAIR has been chosen already."}


def test_a_volume_that_the_user_chose_is_proposed_for_nothing_else() -> None:
    result = assign(identified("FLAIR", "FLAIR 2"), already={"t2": "key 0"})
    assert result.chosen == {"flair": "key 1"}
    assert not result.questions


def test_the_choice_may_be_a_volume_that_is_no_candidate() -> None:
    result = assign(identified("T2"), already={"t1": "elsewhere"})
    assert result.chosen == {"t2": "key 0"}


def test_nothing_is_assigned_from_nothing() -> None:
    assert not assign({}).chosen


@pytest.mark.parametrize("seed", range(50))
def test_the_order_of_candidates_does_not_matter(seed: int) -> None:
    pool = ["FLAIR", "FLAIR 2", "T1", "T1 post", "T1+C", "T2", "t2_tse", "ADC", "x", "T1 map", "t1ce", "MPRAGE"]
    draw = random.Random(seed)  # noqa: S311 - a test
    items = list(identified(*draw.sample(pool, draw.randint(0, len(pool)))).items())
    already: dict[Modality, str] = {draw.choice(MODALITIES): "key 0"} if items and draw.random() < 0.5 else {}
    expected = assign(dict(items), already)
    draw.shuffle(items)
    result: Any = assign(dict(items), already)
    assert result == expected
    assert list(result.left_out) == list(expected.left_out)
    assert not set(result.chosen.values()) & set(already.values())
    assert not (result.chosen.keys() | result.questions.keys()) & already.keys()
