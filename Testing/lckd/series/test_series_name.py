"""Names as scanners, archives and people write them, and what is read out of each."""

from typing import Any

import pytest

from lckd.series.series_name import Reading, Sequence, read_series_name

FLAIR = """
    FLAIR | flair | T2 FLAIR | t2_flair | T2FLAIR | T2-FLAIR | Ax T2 FLAIR | AX FLAIR FS | 4: T2 FLAIR tra | eFLAIR
    3D FLAIR | 3DFLAIR | Sag CUBE T2 FLAIR | SagT2FlairCube | FLAIR_longTR | FLAIR SENSE | T2W_FLAIR_tra | FlairAx
    BraTS20_Training_001_flair.nii.gz | BraTS-GLI-00000-000-t2f | sub-01_ses-1_FLAIR | TCGA-02-0006_2000.01.01_flair
    t2_tirm_tra_dark-fluid | tirm_tra_dark-fluid | tirm | TIRM cor | t2_spc_ir_sag_p2_iso | t2_spc_da-fl_sag_p2_iso
    t2_space_dark-fluid_sag_p2_iso | DarkFluid | T2 FLAIR post contrast | FLAIR +C | FLAIR post Gd | flair_reg_brain
    Fluid Attenuated Inversion Recovery | FLAIR_2 | FLAIR2 | FLAIR_to_T1ce | T2_FLAIR_in_T1_space | VISTA FLAIR KM
    FLAIR on T1 | T2W_FLAIR_SPIR | FLAIR inj | tir2d1_16 | *spcir_242ns | darkfluid tra
"""
T1 = """
    T1 | t1 | T1w | T1W | T1WI | T1-weighted | T1 weighted | T1-gewichtet | pondération T1 | AX T1 | AxT1 | SAG T1 SE
    t1_se_tra | t1_tse_cor | T1_3D_TFE | sT1W_3D_TFE | 3DT1 | t1_mprage_sag_p2_iso | MPRAGE | MP-RAGE | mPRAGE
    mp rage | AX 3D SPGR | FSPGR | IR-FSPGR | Sag BRAVO | t1_fl3d_tra | t1_vibe_tra | UNIT1 | mp2rage_UNI_Images
    t1_mpr_ns_sag | AX T1 FLAIR | T1W_FLAIR | t1_tirm_tra_dark-fluid | BraTS20_Training_001_t1.nii.gz | sub-01_T1w
    UPENN-GBM-00002_11_T1 | UCSF-PDGM-0004_T1_bias | T1 post op | T1 postop | T1 pre-op | T1 post radiation
    sub-01_ses-2_acq-mprage_T1w | tfl3d1_16ns | *tfl3d1_16ns | t1_to_t1ce | set1_T1 | patient12 T1 | T1 W/WO contrast
    T1 with and without contrast | T1+T1 | T1_r1 | T1 avec et sans gado | T1 mit und ohne KM | T1 pre/post Gd
    sub-01_inplaneT1 | 12: T1 tra_1 | T1 FS | ST1W_3D_TFE | T1 +/- KM | T1 w/ & w/o Gd | T1 WO/W | T1_ss | T1_DIXON_W
    T1 FA15 | FSPGR 3D | sub-patient12_T1w | T1WT | t1weighted tra | MEMPRAGE | VIBE tra | tfl sag
"""
T1_NATIVE = """
    T1 pre | T1_pre | T1pre | T1 PRE CONTRAST | T1 precontrast | AX T1 PRE-GD | T1 native | t1_nativ | T1 nativ tra
    t1_mprage_nativ | BraTS-GLI-00000-000-t1n | T1 w/o contrast | T1 W/O | T1 without contrast | T1_wo_contrast
    T1 w_o Gd | T1 non contrast | T1 noncontrast | T1 no contrast | T1 unenhanced | T1 ohne KM | T1 vor KM | T1 o. KM
    T1 sans gado | T1 sans injection | T1 avant gado | T1 avant injection de gadolinium | T1 sin contraste
    T1 SIN CIV | T1 s/contraste | T1 sem contraste | T1 senza mdc | T1 zonder contrast | T1 C- | T1 C- tra | T1 -C
    T1 (-) | T1 IV- | T1 W without contrast | T1 avant gadolinium | T1 basal | T1 nat | T1_nat_tra | T1 ohne
    T1 NON-GAD | T1 w.o. contrast | T1 natif | T1_C-_tra | T1 TRA_W/O
"""
T1CE = """
    t1ce | T1CE | t1c | T1C | T1c | t1gd | T1Gd | T1_Gd | T1 GD | T1-Gd | T1GAD | T1+C | T1 + C | T1 +C | T1_+C
    T1 C+ | T1+ | T1 + | T1+Gd | t1_se_tra_+KM | T1 (+C) | T1 C | t1w_ce | T1wCE | T1w CE | T1CE_2 | T1ce1 | CE-T1
    t1ce.nii.gz | T1 post | T1post | t1_post | AxT1Post | AXT1POST | T1 postcontrast | T1 post contrast
    T1-POST-CONTRAST | Post T1 | AX T1 POST GD | T1 post Gad FS | T1 MPRAGE +C | T1 MPRAGE post | MPRAGE_post
    T1MPRAGEpost | AX T1 FS +C | t1_mprage_km | T1 KM | T1KM | T1 post KM | T1 nach KM | t1_tse_tra_KM | T1 mit KM
    T1 Kontrastmittel | T1 avec gado | T1 GADO | T1 inj | T1 après injection | T1 apres gadolinium | T1 con contraste
    T1 con gadolinio | T1 CON CIV | T1 con mdc | T1 IV+ | T1WI+C | T1 dopo mdc | T1 pos contraste
    BraTS20_Training_001_t1ce | BraTS-GLI-00000-000-t1c | UPENN-GBM-00002_11_T1GD | UCSF-PDGM-0004_T1c_bias
    sub-01_ce-gadolinium_T1w | TCGA-02-0006_2000.01.01_t1Gd | T1 Gadovist | T1 DOTAREM | SPGR+C | T1 enhanced
    T1 contrast enhanced | T1 with contrast | T1 w/ contrast | AX T1 FLAIR +C | 3D_T1_TFE_GD | T1 C+ SAG | BRAVO +C
    Post-op T1 post contrast | T1ce_to_flair | t1_vibe_fs_tra_post | T1W_3D_TFE_KM | AX T1+ FS POST | T1_AXIAL_C
    MPRAGE_C | T1 Ax C | AX T1 MdC | Ax T1 Stealth +C | +C Ax T1 Fat Sat | C+ Ax 3D BRAVO | T1 tra + | T1+ tra
    T1+_ax
"""
T2 = """
    T2 | t2 | T2w | T2W | T2WI | T2-weighted | T2 TSE | t2_tse_tra | T2TSE | T2W_TSE | T2FSE | AX T2 FSE
    AX T2 PROPELLER | t2_blade_tra | t2_space_sag | Sag T2 CUBE | AxT2 | T2 FS | T2FS | BraTS20_Training_001_t2
    BraTS-GLI-00000-000-t2w | sub-01_T2w | T2 post contrast | T2 +C | T2W_DRIVE | T2 frFSE | 7: t2_tse_tra_512
    UCSF-PDGM-0004_T2_bias | T2 KM | ST2W_TSE | T2WT | t2weighted tra
"""
OTHER = """
    T1map | T1 map | t1_map_Images | T1 mapping | T1rho | T1\u03c1 | T2map | T2 MAP | MOLLI T1 | T2* | AX T2* GRE
    T2star | T2 star | sub-01_T2starw | t2_fl2d_tra_hemo | T2W_FFE | sT2W_FFE | AX T2 GRE | SWI | SWI_Images | SWAN
    mIP_Images(SW) | QSM | DWI | ep2d_diff_3scan_trace_p2 | ep2d_diff_3scan_trace_p2_ADC | ADC | eADC | dADC map | DTI
    AX DWI b1000 | DW b=1000 | T2 b0 | ColFA | t1 perfusion | ep2d_perf_p2 | DSC | DCE T1 | T1 dynamic | rCBV | pcASL
    TTP | bold_rest | fMRI | *ep_b1000t | localizer | Localiser | T2 localizer | 3-plane loc | 3-Plane T2 | AAHScout
    T1 scout | Survey | SmartBrain | Calibration | T1 MIP | T1 MinIP | TOF | 3D_TOF | MRA | phase contrast | MRV
    T1 subtraction | Subtraktion T1 | T1 SUB | T1 post - pre | T1 post minus pre | mp2rage_INV1 | mp2rage_INV2
    mp2rage_T1_Images | PD | PD T2 | pd+t2_tse | STIR | T2 STIR | t2_tirm_stir | DIR | T1_seg | t1ce_segmentation
    brain mask | T1_mask | label | tumour probability T1 | svs_se_30 | MRS | CSI | APTw | T2 sag C-spine
    t1_tse_sag LWS | CT | FET PET | T2 CISS | T2 FIESTA | T1 in-phase | T1 opp phase | MTT T1 | ASL T1 | Screen Save
    T1 and T2 | T1 T2 FLAIR | FLAIR T1 | t2 trace | Differenz T1 | T1 SUBS | Lokalizer T1 | T1 fieldmap
    t1_vibe_dixon_tra_opp | t1_vibe_dixon_tra_F | uncertainty T1 | T1 entropy | Soustraction T1 | T1 sustraccion
    T1 sottrazione | T1 PROJECTION IMAGE | 3 plane loc T1 | T1 loc | Topogramm | T2 ref scan | T2 hemo | hemo
    Ven_BOLD | gradient echo | DWIBS | EADC | DKI | T2 diff | Diffusion T2 | Tensor | RESOLVE T2 | IVIM | PWI
    T2 Tmax | T1 multiphase | T1 ktrans | TWIST T1 | *epfid2d1_64 | T2 resting state | T2 EPI | ep2d_T2 | *epse2d1_64
    T2 relaxometry | quantitative T1 | qT2 | Spectroscopy T2 | Angio T1 | T1 venography | T1 Inhance | SWI_Pha
    T2 pha | T1 phase images | T2 PDW | T2 proton density | densité de protons T2 | T2 short TI | double inversion T2
    t2_ci3d_tra | CEST T1 | T2 cervical | T1 thoracic | T2 lumbar | rachis T2 | CTA | CBCT | T1 PET | FDG | FET T1
    SPECT | T1 screenshot | T1 report | presentation T1 | T1 key images | Average DC | FA | T2 FA
    Fractional Aniso. (FA) | Isotropic Image T2 | mean diffusivity | PEI | MoCoSeries | T1 PSIR | SAG MPGR | AX GRE T2
    T2 MOSAIC | T2 and PDw
"""
NOTHING = """
    patient12 | set1 | set2 | visit1 | pat2 | Series 5 | 1: unnamed | case_0000 | case_0001.nii.gz | case_0002
    case_0003 | image | MR | AX | brain | Head_Axial | t12 | at1 | xt2x | post | GRE | VOLUME | BRAIN W WO CONTRAST
    t1xyz | MPR cor
"""


def names(table: str) -> list[str]:
    return [name.strip() for line in table.splitlines() for name in line.split("|") if name.strip()]


def cases(table: str, *expected: object) -> list[Any]:
    return [pytest.param(name, *expected, id=name) for name in names(table)]


@pytest.mark.parametrize(
    ("name", "sequence"), [*cases(FLAIR, "flair"), *cases(T2, "t2"), *cases(T1 + T1_NATIVE + T1CE, "t1")]
)
def test_a_name_says_the_sequence(name: str, sequence: Sequence) -> None:
    reading = read_series_name(name)
    assert (reading.sequence, reading.refusal) == (sequence, "")


@pytest.mark.parametrize(("name", "said"), [*cases(T1, None), *cases(T1_NATIVE, False), *cases(T1CE, True)])  # noqa: FBT003 - a table
def test_a_name_says_whether_contrast_agent_was_given(name: str, said: bool | None) -> None:  # noqa: FBT001 - a table
    assert read_series_name(name).has_contrast is said


@pytest.mark.parametrize("name", names(OTHER))
def test_a_name_of_something_else_is_refused_for_a_reason(name: str) -> None:
    reading = read_series_name(name)
    assert reading.sequence is None
    assert "FLAIR, T1" in reading.refusal


@pytest.mark.parametrize("name", ["PD T2", "pd+t2_tse", "T2 and PDw"])
def test_a_double_echo_is_named_as_such(name: str) -> None:
    assert read_series_name(name).is_double_echo
    assert not read_series_name("PD").is_double_echo


@pytest.mark.parametrize("name", names(NOTHING))
def test_a_name_that_names_no_sequence_is_not_guessed_from(name: str) -> None:
    reading = read_series_name(name)
    assert (reading.sequence, reading.refusal) == (None, "")


@pytest.mark.parametrize("name", names(FLAIR + T1 + T1_NATIVE + T1CE + T2 + OTHER))
def test_case_of_letters_and_separators_hardly_matter(name: str) -> None:
    assert read_series_name(f"  {name}  ") == read_series_name(name)
    assert read_series_name(f"{name}.nii.gz") == read_series_name(name)


@pytest.mark.parametrize(
    "name", ["", " ", "___", "+++", "💥", "增强", "\x00\n\t", "T" * 5000, "t1" * 2000, "no " * 2000]
)
def test_any_text_is_read(name: str) -> None:
    assert isinstance(read_series_name(name), Reading)
