import pytest

from lckd.errors import InputError, LckdError, brief, is_out_of_memory, naming, on_one_line
from lckd.modality import Modality


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("half \ud800", r"half \ud800"),
        ("two\u2028lines", r"two\u2028lines"),
        ("scan\u202eexe.nii", r"scan\u202eexe.nii"),
        ("Müller 脳 🧠 שלום 👩\u200d⚕", "Müller 脳 🧠 שלום 👩\u200d⚕"),
    ],
)
def test_what_somebody_named_neither_breaks_a_line_nor_steers_a_terminal(named: str, shown: str) -> None:
    assert on_one_line(named) == shown
    assert str(LckdError(f"The file '{named}' is bad.")) == f"The file '{shown}' is bad."


def test_several_sentences_stand_on_a_line_each() -> None:
    error = InputError("2 patients cannot be used:", lines=["a\nb is bad.", "c is bad."])
    assert str(error) == "2 patients cannot be used:\na\\nb is bad.\nc is bad."


def test_a_reason_that_quotes_a_whole_file_is_cut_short() -> None:
    assert brief("x" * 10_000) == "x" * 300 + "..."
    assert brief(ValueError("short")) == "short"


def test_files_at_fault_are_named_where_they_are_known() -> None:
    error = InputError("They differ.", ("t2", "t1"))
    names: dict[Modality, str] = {"t1": "a/t1.nii", "t2": "a/t2.nii"}
    with pytest.raises(InputError, match=r"^'a/t2.nii' and 'a/t1.nii': They differ\.$") as told, naming(names):
        raise error
    assert told.value.modalities == ("t2", "t1")


def test_an_error_about_no_image_in_particular_passes_as_it_is() -> None:
    error = InputError("Two things are wrong:", lines=["a", "b"])
    with pytest.raises(InputError, match="Two things") as told, naming({}):
        raise error
    assert told.value is error


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("Failed to allocate memory for image."), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("The size of tensor a must match"), False),
        (ValueError("cannot allocate a name"), False),
    ],
)
def test_want_of_memory_is_known_however_a_library_says_it(error: Exception, is_so: bool) -> None:  # noqa: FBT001 - a row
    assert is_out_of_memory(error) == is_so
