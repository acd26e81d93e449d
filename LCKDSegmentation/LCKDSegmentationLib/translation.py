"""The application's translation of texts, `tr`; where the library is used without it, texts stay as they are."""

from collections.abc import Callable


def __getattr__(name: str) -> Callable[[str], str]:
    """Give the application's own `tr`, which looks at who calls it: a function around it would be the caller.

    Raises:
        AttributeError: It is another name that is asked for.
    """
    if name != "tr":
        message = f"module '{__name__}' has no attribute '{name}'"
        raise AttributeError(message)
    try:
        from slicer.i18n import tr
    except ModuleNotFoundError:
        return _unchanged
    translate: Callable[[str], str] = tr
    return translate


def _unchanged(text: str) -> str:
    return text
