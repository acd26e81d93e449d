"""What the name of an MR series says: its sequence, whether contrast agent was given, or that it is something else.

A name is brought into plain words, which the tables below then recognise. To teach it a new word, add that to a table
and an example to `Testing/lckd/test_series_name.py`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sequence: TypeAlias = Literal["flair", "t1", "t2"]


@dataclass(frozen=True)
class Reading:
    """What a text says.

    Attributes:
        sequence: The sequence that it names, or None.
        refusal: What it names instead, which is none of the four modalities; empty when there is nothing of the kind.
        has_contrast: Whether it says that contrast agent was given or was not, or None when it says neither.
        is_double_echo: Whether it names a series of two echoes, whose times alone tell which one an image is.
    """

    sequence: Sequence | None = None
    refusal: str = ""
    has_contrast: bool | None = None
    is_double_echo: bool = False


SIGNS = (
    (r"(?i)(?:\.(?:nii|gz|nrrd|nhdr|mha|mhd|mgz|dcm|hdr|img))+\s*$", ""),
    (r"_", " "),
    (r"(?<=[a-z])(?=[A-Z])", " "),  # AxT1Post
    (r"\b(?:sub|ses)-[a-zA-Z0-9]+", " "),  # the labels of BIDS, which are no subtraction
    (r"(?i)(?:\bw/\s*(?:(?:and|&)\s*)?|\bw\s*(?:and|&)\s*|(?<!t[12][ -])\bw\s+)w/?o\b", "wwo"),
    (r"(?i)\bw/?o\s*(?:and|&|/)\s*w\b|\+/-", " wwo "),
    (r"(?i)\bw[/ ]o\b", "without"),
    (r"(?i)\bt2w?\s*\*", "t2 star "),
    ("\u03c1", "rho"),  # T1 and the Greek letter
    (r"(?i)\b(?:c|gd|iv|km)-(?=[\s)]|$)|(?<=\s)-c\b|\bc?\s*\(-\)", " without c "),  # T1 C-, T1 -C, T1 (-)
    (r"\+", " + "),
    (r"[^a-zA-Z0-9+]", " "),
)
"""Signs and their words, in the order in which they are replaced."""

HEADS = (
    "t1weighted", "t1wi", "t1wt", "t1w", "t1", "t2weighted", "t2wi", "t2wt", "t2w", "t2", "flair", "mprage",
    "axial", "ax", "coronal", "cor", "sagittal", "sag", "transversal", "tra", "3d", "2d", "brain", "cube", "space",
    "uni", "pre", "post",
)  # fmt: skip
TAILS = (
    "contraste", "contrast", "kontrast", "gado", "gad", "gd", "km", "ce", "native", "nativ", "enhanced",
    "mapping", "map", "rho", "starw", "star", "subtraction", "sub", "mip", "segmentation", "seg", "mask",
    "tse", "fse", "se", "tfe", "ffe", "gre", "spgr", "vibe", "tirm", "fs", "trace",
)  # fmt: skip
"""Words that people write together, as in T1MPRAGEpost. Anything else stays whole: there is no T1 in set1."""

SEQUENCES: dict[Sequence, str] = {
    "flair": r"flair|t2f|tirm|tir2d\d*|spcir|spc ir|dark fluid|darkfluid|da fl|fluid attenuated",
    "t1": r"t1|s?t1w|t1wi|t1wt|t1weighted|t1c|t1n|m ?p ?rage|memprage|mp2rage|f?spgr|bravo|vibe|tfl|tfl3d\d*",
    "t2": r"t2|s?t2w|t2wi|t2wt|t2weighted",
}
"""How a sequence is called, in BraTS 2023 too (t1n, t1c, t2w, t2f); the numbers of nnU-Net have no fixed meaning."""

COMBINATIONS: dict[tuple[Sequence, ...], Sequence] = {
    ("flair",): "flair",
    ("t1",): "t1",
    ("t2",): "t2",
    ("t1", "flair"): "t1",  # T1 FLAIR: an inversion recovery weighted in T1, on all makes
    ("t2", "flair"): "flair",
    ("flair", "t2"): "flair",
}
"""What sequences mean that are named in this order; all others are contradictions."""

OTHERS = {
    "a segmentation or a map of probabilities": r"seg|segm\w*|(?:brain ?)?masks?|label\w*|prob\w*|uncertainty|entropy",
    "a subtraction": r"sub[st]?(?! \d)|subtr\w*|differen\w*|soustr\w*|sustrac\w*|sottraz\w*|minus|post pre",
    "a projection": r"m(?:in)? ?ip|projection",
    "a localizer or a calibration": (
        r"lo[ck]ali[sz]\w*|loc|scout|aahscout|survey|topogram\w*|(?:3|three) ?(?:plane|pl)|smart ?brain|calib\w*"
        r"|ref ?scan"
    ),
    "susceptibility or T2*": (
        r"t2w? star\w*|t2\w* (?:\w+ )*(?:ffe|fl2d|fl3d|gre|fgre|hemo|haemo|medic|merge|gradient)|hemo|swi\w*|swan|qsm"
        r"|gradient echo|mpgr|gre t2w?"
    ),
    "diffusion": (
        r"dwi?|dwibs|adc|eadc|dti|dki|diff|diffusi\w*|tensor|trace\w*|b(?:0|[1-9]\d?00)t?|col ?fa|resolve"
        r"|ivim|average dc|fa(?! ?\d)|fractional aniso\w*|mean diffusivity|isotropic image"
    ),
    "perfusion or a dynamic series": (
        r"perf\w*|pwi|dsc|dce|[cps]*asl|r?cb[vf]|mtt|ttp|tmax|dyn\w*|multi ?phase|k ?trans|twist|epfid\w*|pei"
    ),
    "functional MRI": r"bold|(?:rs ?)?f ?mri|resting ?state|mo ?co(?: ?series)?",
    "echo-planar": r"epi|ep2d\w*|epse\w*",
    "a quantitative map": r"\w*maps?|mapping|t[12] ?rho|[sh]*molli|relax\w*|quantitative|q ?t[12]",
    "a part of MP2RAGE": r"(?<!uni )mp2rage(?! (?:\w+ )*uni)",
    "spectroscopy": r"mrsi?|csi|svs|spectr\w*",
    "angiography": r"tof|mra|mrv|angio\w*|veno\w*|phase contrast|inhance",
    "a phase image": r"pha|phase (?:images?|map)|(?:in|out|out of|opposed|filtered) phase|opp",
    "an image of fat": r"dixon (?:\w+ )*(?:f|fat)",
    "proton density": r"pd|pdw|proton ?density|densite de proton\w*",
    "STIR": r"stir|short ti",
    "double inversion recovery": r"dir|double inversion",
    "phase-sensitive inversion recovery": r"psir",
    "several slices in one picture": r"mosaic",
    "a bright-fluid sequence": r"ciss|ci3d\w*|fiesta\w*",
    "chemical exchange": r"cest|aptw?",
    "the spine": r"[clt]? ?spine|cervical|thoracic|lumbar|rachis|[hbl]ws",
    "no MR image": r"ct|cta|cbct|pet|fdg|fet|spect",
    "a report or a screenshot": r"screen ?(?:save|shot)|report|presentation|key images?",
}
"""What is none of the four modalities, even where its name holds one of them."""

DOUBLE_ECHO = r"pdw? (?:(?:and|\+) )?t2w?|t2w? (?:(?:and|\+) )?pdw?"
"""Proton density and T2 in one series."""

_NEGATION = r"(?:without|wo|no|non|not|sans|ss|ohne|o|sin|sem|s|senza|zonder|vor|before|avant|antes|prima)"
_AFFIRMATION = r"(?:with|avec|mit|con|com|met)"
_AND = r"(?:and|et|und|y|e|en|or)"
_SHORT_AGENT = r"(?:c|k|cm|iv|gd|km|ce)"
_AGENT = (
    r"(?:ce|gd|gad|gad[ao]\w*|km|kontrast\w*|contrast\w*|enhance\w*|enh|inj|inject\w*|civ|md ?c|dtpa"
    r"|magnevist|dotarem|prohance|multihance|omniscan|clariscan|vueway|elucirem)"
)
_BEFORE_C = r"(?:t1|t1w|mprage|ax|axial|cor|coronal|sag|sagittal|tra|fs)"
_ANY_AGENT = rf"(?:{_SHORT_AGENT}|{_AGENT})"
_TREATMENT = r"(?! (?:op|oper\w*|surg\w*|resect\w*|biops\w*|rt|radi\w*|chemo\w*|treat\w*|therap\w*|proc\w*|scan))"

BOTH = (
    rf"(?:wwo|pre(?: {_AND})? post|{_AFFIRMATION} {_AND} {_NEGATION}|{_NEGATION} {_AND} {_AFFIRMATION})"
    rf"(?: {_ANY_AGENT})*"
)
"""With and without: it names the examination, not the series."""

NATIVE = (
    rf"pre{_TREATMENT}(?: {_ANY_AGENT})*|{_NEGATION} (?:(?:de|du|iv|i v|medio|injection) )*{_ANY_AGENT}(?: {_AGENT})*"
    r"|(?:without|wo|ohne|sans)(?! f)|nat|nativ\w*|natif|basal|t1n|non?contrast|unenhanced"
)
"""No contrast agent; `f` for fat saturation."""

CONTRAST = (
    rf"{_AGENT}|\+ {_ANY_AGENT}|{_SHORT_AGENT} \+|t1\w* \+(?= (?:ax|tra|cor|sag|3d))|\+$|t1c|{_BEFORE_C} c"
    rf"|post{_TREATMENT}"
)
"""Contrast agent was given."""


def read_series_name(text: str) -> Reading:
    """Read the name of a series, of a file or of a protocol.

    Args:
        text: The name, in any case of letters, with any separators; English, German, French, Spanish or Italian.

    Returns:
        What it says.
    """
    words = _words(text)
    other = next((what for what, pattern in OTHERS.items() if _find(pattern, words)), None)
    if other:
        is_double_echo = _find(DOUBLE_ECHO, words)
        return Reading(refusal=f"{other}, none of FLAIR, T1, T1ce and T2", is_double_echo=is_double_echo)
    named = _sequences(words)
    if named and named not in COMBINATIONS:
        return Reading(refusal="more than one of FLAIR, T1 and T2")
    return Reading(sequence=COMBINATIONS.get(named), has_contrast=_contrast(words))


def _words(text: str) -> str:
    """Bring a text into lower-case words without accents, one space between two."""
    text = _without_accents(text)
    for sign, word in SIGNS:
        text = re.sub(sign, word, text)
    words = [part for token in text.lower().split() for part in _split(token)]
    return re.sub(r"(?<=\w) (?:to|on|onto|in) (?:t1|t2|flair).*", "", " ".join(words))  # registered to another


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _split(token: str) -> list[str]:
    """Split what was written together, if it begins with one of `HEADS` and every part of it is known."""
    parts = re.findall(_PART, token)
    return parts if "".join(parts) == token and parts[0] in HEADS else [token]


_PART = "|".join([*sorted((*HEADS, *TAILS), key=len, reverse=True), r"(?<=[a-z])\d+$"])


def _find(pattern: str, words: str) -> bool:
    return re.search(_whole(pattern), words) is not None


def _whole(pattern: str) -> str:
    """Let a pattern match whole words only."""
    return rf"(?<!\S)(?:{pattern})(?!\S)"


def _sequences(words: str) -> tuple[Sequence, ...]:
    """List the sequences that are named, each once, in the order of the text."""
    places = {sequence: re.search(_whole(pattern), words) for sequence, pattern in SEQUENCES.items()}
    found = {sequence: place.start() for sequence, place in places.items() if place}
    return tuple(sorted(found, key=found.__getitem__))


def _contrast(words: str) -> bool | None:
    said = re.sub(_whole(BOTH), " ", words)
    rest = re.sub(_whole(NATIVE), " ", said)
    is_native, is_enhanced = rest != said, _find(CONTRAST, rest)
    return None if is_native == is_enhanced else is_enhanced
