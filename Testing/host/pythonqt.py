"""Qt as Slicer's Python sees it: PySide6, patched in place for the whole process when this file is imported.

PythonQt's rules: a property is an attribute and its getter is hidden; an object from C++ takes no new attributes;
`connect("signal(args)", f)` gives `f` as many arguments as it takes; enumerations are integers.
"""

import ctypes
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from types import MethodDescriptorType, ModuleType, TracebackType
from typing import Any

os.environ["PYSIDE6_OPTION_PYTHON_ENUM"] = "0x7"  # enumerations are integers
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from PySide6 import QtCore, QtGui, QtTest, QtUiTools, QtWidgets

if sys.version_info < (3, 12):  # PySide6 6.12 gives away a reference to None with each call that returns nothing
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40  # at none left, Python aborts

errors: list[str] = []
"""What the application prints and passes over: exceptions in slots and observers, missing signals, complaints of Qt."""

dialogs: list[str] = []
"""Texts of the dialogs that were shown, and addresses that were opened; none waits."""

answers: list[tuple[str, Any]] = []
"""Part of a dialog's text, and the reply; each is used once."""

HARMLESS = ("This plugin does not support", "Populating font family aliases")  # the platform without a screen says so
BLOCKING = ("QColorDialog", "QFontDialog", "QInputDialog")  # would wait for a person: not offered
STAND_INS = "Testing.host."

_property, _connect, _disconnect = QtCore.QObject.property, QtCore.QObject.connect, QtCore.QObject.disconnect
_connections: dict[int, list[tuple[str, Any, Any]]] = {}  # by the sender's address: signal, function, connection


class QtProperty:
    """A property of a class from C++, as an attribute."""

    def __init__(self, owner: type, meta: Any) -> None:
        self.name, self.type_name = meta.name(), meta.typeName()
        self.method: Any = vars(owner).get(self.name)
        self.setter = getattr(owner, f"set{self.name[0].upper()}{self.name[1:]}", None) or self._set
        self.is_writable = meta.isWritable()

    def _set(self, instance: Any, value: Any) -> None:
        instance.setProperty(self.name, value)

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self.method.__get__(None, owner) if hasattr(self.method, "__get__") else self.method
        if isinstance(self.method, MethodDescriptorType):  # Qt's own way would come back here from a virtual method
            value = self.method.__get__(instance, owner)()
        else:
            value = _property(instance, self.name)
        return tuple(value) if isinstance(value, list) else value

    def __set__(self, instance: Any, value: Any) -> None:
        converters: dict[str, Callable[[Any], Any]] = {"QString": str, "bool": bool}  # as lenient as PythonQt
        try:
            self.setter(instance, converters.get(self.type_name, lambda same: same)(value))
        except TypeError as error:
            message = f"Property '{self.name}' of type '{self.type_name}' does not accept {value!r}"
            raise AttributeError(message) from error


def class_name(instance: Any) -> str:
    """Name the class that the application would have: the nearest from C++."""
    return next(cls.__name__ for cls in type(instance).__mro__ if _is_from_cpp(cls))


def _is_from_cpp(cls: type) -> bool:
    return cls.__module__.startswith(("PySide6.", STAND_INS))


def _make_lookup(original: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """Make a class's lookup of attributes find what PythonQt finds: dynamic properties and children by name, too."""

    def look_up(self: Any, name: str) -> Any:
        if name in {"connect", "disconnect"}:
            return partial(connect if name == "connect" else disconnect, self)
        try:
            return original(self, name)
        except AttributeError:
            if name.startswith("_"):
                raise
        found = self.objectName if name == "name" else _property(self, name)
        if found is None:
            found = next((child for child in self.children() if child.objectName == name), None)
        if found is None:
            message = f"the test host has no {class_name(self)}.{name}"
            raise AttributeError(message)
        return found

    return look_up


def _set_attribute(self: Any, name: str, value: Any) -> None:
    member = inspect.getattr_static(type(self), name, None)
    is_declared = hasattr(type(self), name) and not callable(member) and type(self).__module__.startswith(STAND_INS)
    if isinstance(member, QtProperty | QtCore.Property) and not _is_writable(member):
        message = f"Property '{name}' of {class_name(self)} object is not writable"
        raise AttributeError(message)
    if isinstance(member, QtProperty):
        member.__set__(self, value)
    elif isinstance(member, QtCore.Property):
        member.fset(self, value)
    elif name == "name":
        self.setObjectName(str(value))
    elif name.encode() in self.dynamicPropertyNames():
        self.setProperty(name, value)
    elif is_declared or not _is_from_cpp(type(self)) or isinstance(value, QtCore.SignalInstance):  # PySide6 keeps it
        vars(self)[name] = value
    elif not (isinstance(value, QtCore.QObject) and value.objectName == name):  # Qt's loader sets each child
        message = f"'{name}' does not exist on {class_name(self)}, and objects from C++ take no new attributes"
        raise AttributeError(message)


def _is_writable(member: Any) -> bool:
    return bool(member.is_writable if isinstance(member, QtProperty) else member.fset)


def connect(sender: Any, signal: str, receiver: Any) -> bool:
    """Connect a signal to a function; put down one that does not exist.

    Nodes and scenes cross signals as Python objects, which is what the stand-ins declare.
    """
    signature = _signature(signal)
    if sender.metaObject().indexOfSignal(signature) < 0:
        errors.append(f"{class_name(sender)} has no signal '{signal}'")
        return False
    address = shiboken6.getCppPointer(sender)[0]
    if address not in _connections:
        _connect(sender, QtCore.SIGNAL("destroyed()"), partial(_connections.pop, address, None))
    taken = _taken_arguments(receiver)
    made = _connect(sender, QtCore.SIGNAL(signature), lambda *arguments: receiver(*arguments[:taken]))
    _connections.setdefault(address, []).append((signature, receiver, made))
    return True


def disconnect(sender: Any, signal: str, receiver: Any) -> bool:
    """Undo `connect`."""
    known = _connections.get(shiboken6.getCppPointer(sender)[0], [])
    ends = [entry for entry in known if entry[:2] == (_signature(signal), receiver)]
    for entry in ends:
        known.remove(entry)
        _disconnect(entry[2])
    return bool(ends)


def _signature(signal: str) -> str:
    plain = signal.replace("vtkMRMLNode*", "PyObject").replace("vtkMRMLScene*", "PyObject")
    return bytes(QtCore.QMetaObject.normalizedSignature(plain).data()).decode()


def _taken_arguments(function: Any) -> int | None:
    """Count the arguments that a slot gets: all that it declares, those with a default included."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & inspect.CO_VARARGS:
        return None
    return int(code.co_argcount) - int(inspect.ismethod(function))


def reply(text: str, unanswered: Any) -> Any:
    """Put a dialog down, and give the answer that waits for it."""
    dialogs.append(text)
    for answer in answers:
        if answer[0] in text:
            answers.remove(answer)
            return answer[1]
    return unanswered


def run_message_box(box: Any) -> int:
    """Press the button that was asked for, by its text or number; else the one that Escape would press.

    Raises:
        ValueError: The answer is no button of it.
    """
    if not box.buttons():
        box.setStandardButtons(box.StandardButton.Ok)
    buttons = {button.text.replace("&", ""): button for button in box.buttons()}
    ways_out = [text for text, button in buttons.items() if box.buttonRole(button) == box.ButtonRole.RejectRole]
    text = " | ".join([box.windowTitle.strip(), box.text, box.informativeText, box.detailedText])
    wanted = reply(text, (ways_out or [*buttons])[0])
    pressed = buttons.get(wanted) if isinstance(wanted, str) else box.button(wanted)
    if pressed is None:
        message = f"'{text}' has no button {wanted!r}, only {[*buttons]}"
        raise ValueError(message)
    pressed.click()
    return int(box.standardButton(pressed)) or [*buttons.values()].index(pressed)


def _static_box(icon: str, standard: Any) -> Any:
    def show(parent: Any, title: str, text: str, buttons: Any = standard, _default: Any = None) -> int:
        box = QtWidgets.QMessageBox
        return run_message_box(box(getattr(box.Icon, icon), title, text, buttons, parent))

    return staticmethod(show)


def _file_dialog(_parent: Any = None, caption: str = "", folder: str = "", _filter: str = "") -> Any:
    return reply(f"{caption} | {folder}", "")


def _replace_dialogs() -> None:
    box, files = QtWidgets.QMessageBox, QtWidgets.QFileDialog
    QtWidgets.QDialog.exec = QtWidgets.QDialog.exec_ = lambda self: reply(self.windowTitle, 0)
    QtWidgets.QMenu.exec = QtWidgets.QMenu.exec_ = lambda self, *_place: reply(self.title, None)
    box.exec = box.exec_ = run_message_box
    for icon in ("Information", "Warning", "Critical"):
        setattr(box, icon.lower(), _static_box(icon, box.StandardButton.Ok))
    box.question = _static_box("Question", box.StandardButton.Yes | box.StandardButton.No)
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        setattr(files, name, staticmethod(_file_dialog))
    QtGui.QDesktopServices.openUrl = staticmethod(lambda address: bool(reply(address.toString(), unanswered=True)))


def _patch(classes: set[Any]) -> None:
    found = []
    for cls in classes:
        meta = cls.staticMetaObject
        for index in range(meta.propertyCount()):
            attribute = QtProperty(cls, meta.property(index))
            if index >= meta.propertyOffset() or attribute.method is not None:  # its own, or its own getter of one
                found.append((cls, attribute))
    lookups = {cls: _make_lookup(cls.__getattribute__) for cls in classes}
    for cls, attribute in found:  # only now: all were made from the classes as Qt has them
        setattr(cls, attribute.name, attribute)
    for cls, lookup in lookups.items():  # each, since a class with several bases inherits neither
        cls.__getattribute__, cls.__setattr__ = lookup, _set_attribute
    QtCore.QObject.className = class_name
    QtCore.QObject.delete = _delete


def _delete(self: Any) -> None:
    shiboken6.delete(self)


def make_module(name: str, *members: Any) -> ModuleType:
    """Make a module of functions and classes, that says what it lacks."""
    module = ModuleType(name, "Stand-in of the test host.")

    def missing(attribute: str) -> Any:
        message = f"the test host has no {name}.{attribute}"
        raise AttributeError(message)

    vars(module).update({member.__name__: member for member in members}, __getattr__=missing)
    return module


def _note_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Put down what neither Qt nor VTK hands to a caller: both call this hook of Python."""
    errors.append("".join(traceback.format_exception(kind, error, trace)))
    sys.__excepthook__(kind, error, trace)


def _note_complaint(kind: Any, _context: Any, message: str) -> None:
    if kind != QtCore.QtMsgType.QtDebugMsg and not message.startswith(HARMLESS):
        errors.append(message)


def _install() -> Any:
    module = make_module("qt")
    for library in (QtCore, QtGui, QtWidgets, QtTest, QtUiTools):
        names = [name for name in dir(library) if not name.startswith("_") and name not in BLOCKING]
        vars(module).update({name: getattr(library, name) for name in names})
    _patch({value for value in vars(module).values() if isinstance(value, type) and issubclass(value, QtCore.QObject)})
    _replace_dialogs()
    sys.excepthook = _note_exception
    QtCore.qInstallMessageHandler(_note_complaint)
    sys.modules["qt"] = module
    return module


qt = _install()
