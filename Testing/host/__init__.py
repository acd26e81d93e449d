"""The panel in a real window, on a real MRML scene, without the application: see README.md."""

from Testing.host.window import Host

__all__ = ["Host"]
