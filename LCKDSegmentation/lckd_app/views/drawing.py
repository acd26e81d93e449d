"""Whether this computer can draw at all: VTK would end the process without a word where it cannot."""

import ctypes
import sys

from lckd.errors import InputError

LIBRARY = "libEGL.so.1"
PACKAGES = "libegl1 libegl-mesa0 libgl1-mesa-dri libxcursor1"
"""The last is not needed: VTK complains without it."""

PLATFORM_DEVICE = 0x313F
MOST_DEVICES = 16


def require_drawing() -> None:
    """Refuse to go on where there is neither a graphics card nor a program that draws in its place.

    To be called before any view is made: it takes EGL down again, and with it whatever draws by it.

    Raises:
        InputError: It is so; the sentence names the packages.
    """
    if sys.platform == "linux" and not _has_device():
        message = f"The views need {LIBRARY} and a driver for it: on Debian and Ubuntu, apt-get install {PACKAGES}."
        raise InputError(message)


def _has_device() -> bool:
    """Tell whether EGL finds a device that it can use, as `vtkEGLRenderWindow` looks for one."""
    try:
        egl = ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    egl.eglGetProcAddress.restype = ctypes.c_void_p
    addresses = [egl.eglGetProcAddress(name) for name in (b"eglQueryDevicesEXT", b"eglGetPlatformDisplayEXT")]
    if not all(addresses):
        return False
    query = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(addresses[0])
    display_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p)(addresses[1])
    devices, count = (ctypes.c_void_p * MOST_DEVICES)(), ctypes.c_int(0)
    query(MOST_DEVICES, devices, ctypes.byref(count))
    return any(_is_usable(egl, display_of(PLATFORM_DEVICE, device, None)) for device in devices[: count.value])


def _is_usable(egl: ctypes.CDLL, display: int | None) -> bool:
    if not display:
        return False
    is_usable = bool(egl.eglInitialize(ctypes.c_void_p(display), None, None))
    egl.eglTerminate(ctypes.c_void_p(display))
    return is_usable
