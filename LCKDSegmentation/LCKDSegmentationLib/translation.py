"""The application's translation of texts; where the library is used without it, texts stay as they are."""

try:
    from slicer.i18n import tr
except ModuleNotFoundError:

    def tr(text: str) -> str:
        """Give a text as it is."""
        return text


__all__ = ["tr"]
