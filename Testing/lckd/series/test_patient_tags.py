"""Studies of evidently different people are told apart, and those that may be of one are not."""

import pytest

from lckd.series.patient_tags import PatientTags, count_patients

ADA = PatientTags("MRN1", "LONDON", "Lovelace^Ada", "18151210")


@pytest.mark.parametrize(
    "other",
    [
        PatientTags("mrn1", "", "LOVELACE^ADA^KING", "18151210"),
        PatientTags("MRN1", "", "Byron^Ada", "18151210"),  # before she married
        PatientTags("MRN1", "", "Lovelace^Ada", "18151012"),  # mistyped
        PatientTags("77", "", "Lovelace^Ada", "18151210"),  # another hospital
        PatientTags("77", "ELSEWHERE", "", "18151210"),
        PatientTags("", "", "", "18151210"),
        PatientTags("MRN1"),
        PatientTags(),
    ],
)
def test_what_may_be_one_patient_is_let_pass(other: PatientTags) -> None:
    assert ADA.may_be_that_of(other)
    assert other.may_be_that_of(ADA)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ADA, PatientTags("MRN2", "", "Hopper^Grace", "19061209")),
        (ADA, PatientTags("MRN1", "", "Hopper^Grace", "19061209")),  # two hospitals, one number
        (ADA, PatientTags("MRN2")),
        (ADA, PatientTags("", "", "Lovelace^Ada", "19000101")),
        (PatientTags("001", name="ANONYMOUS"), PatientTags("002", name="ANONYMOUS")),
        (PatientTags(name="Case 1"), PatientTags(name="Case 2")),
        (PatientTags("7", "A", "Lovelace^Ada"), PatientTags("7", "B", "Hopper^Grace")),
    ],
)
def test_who_is_evidently_somebody_else_is_told_apart(one: PatientTags, other: PatientTags) -> None:
    assert not one.may_be_that_of(other)
    assert not other.may_be_that_of(one)


def test_patients_are_counted_once() -> None:
    assert count_patients([ADA, ADA._replace(name="LOVELACE^ADA"), PatientTags("MRN2"), PatientTags()]) == 2
