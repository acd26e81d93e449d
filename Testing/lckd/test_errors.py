import pytest

from lckd.errors import InputError, LckdError, brief, on_one_line


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("half \ud800", r"half \ud800"),
        ("two\u2028lines", r"two\u2028lines"),
        ("Müller 脳 🧠", "Müller 脳 🧠"),
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
