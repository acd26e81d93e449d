"""What went wrong with a patient becomes one sentence, and ends the batch only where it concerns all."""

from pathlib import Path

import pytest

from lckd.batch.failure import describe_failure
from lckd.errors import DeviceError, InputError, OutputError, WeightsError

ERRORS = [
    (InputError("The file is broken: copy it."), "The file is broken: copy it."),
    (DeviceError("Too little memory: close something."), "Too little memory: close something."),
    (MemoryError(), "There is too little memory for this patient"),
    (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "There is too little memory for this patient"),
    (FileNotFoundError(2, "No such file", "scan.nii"), "'scan.nii' cannot be used: No such file."),
    (ValueError("an\nodd one"), "This should not have happened (ValueError: an odd one)"),
]


@pytest.mark.parametrize(("error", "words"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
def test_a_failure_of_one_patient_is_a_sentence_and_does_not_end_the_batch(
    tmp_path: Path, error: Exception, words: str
) -> None:
    sentence, ends_all = describe_failure(error, tmp_path)
    assert sentence.startswith(words)
    assert not ends_all
    assert "\n" not in sentence


def test_weights_that_fail_one_patient_would_fail_all(tmp_path: Path) -> None:
    assert describe_failure(WeightsError("Damaged: copy them."), tmp_path) == ("Damaged: copy them.", True)


def test_a_file_that_cannot_be_written_ends_the_batch_only_where_none_can(tmp_path: Path) -> None:
    error = OutputError("Cannot write 'x': look.")
    assert describe_failure(error, tmp_path) == (str(error), False)
    assert describe_failure(error, tmp_path / "gone") == (str(error), True)
    assert list(tmp_path.iterdir()) == []
