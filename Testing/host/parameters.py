"""`slicer.parameterNodeWrapper`: typed choices in a real parameter node, shown in widgets.

Of Slicer's types: bool, int, float, str, enumerations and nodes, kept as Slicer keeps them: texts and node references.
"""

import weakref
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Any, get_type_hints

import slicer
import slicer.util
import vtk

from Testing.host.pythonqt import qt

PROPERTY = "SlicerParameterName"

SHOWN: dict[tuple[Any, type], tuple[str, str]] = {
    (qt.QCheckBox, bool): ("stateChanged(int)", "checked"),
    (qt.QPushButton, bool): ("toggled(bool)", "checked"),
    (qt.QLineEdit, str): ("textChanged(QString)", "text"),
    (qt.QSpinBox, int): ("valueChanged(int)", "value"),
    (qt.QDoubleSpinBox, float): ("valueChanged(double)", "value"),
}
"""Signal and property by which a widget, of exactly this class, shows a value."""


class Field:
    """One value of a parameter node."""

    def __init__(self, name: str, kind: Any, default: Any) -> None:
        self.name, self.kind = name, kind
        self.is_node, self.is_enumeration = issubclass(kind, slicer.vtkMRMLNode), issubclass(kind, Enum)
        if not (self.is_node or self.is_enumeration or kind in {bool, int, float, str}):
            message = f"the test host keeps no {kind} in a parameter node: '{name}'"
            raise TypeError(message)
        unset = None if self.is_node else next(iter(kind)) if self.is_enumeration else kind()
        self.default = unset if default is None else default
        self.check(self.default)

    def check(self, value: Any) -> None:
        """Refuse a value of another type; no number is True.

        Raises:
            TypeError: It has another type.
        """
        kinds = (int, float) if self.kind is float else self.kind
        is_mistaken = isinstance(value, bool) and self.kind is not bool
        if not (self.is_node and value is None) and (is_mistaken or not isinstance(value, kinds)):
            message = f"'{self.name}' must be {self.kind.__name__}, not {value!r}"
            raise TypeError(message)

    def read(self, node: Any) -> Any:
        """Read the value; one that is missing is the default from now on."""
        if not node.HasParameter(self.name):
            self.write(node, self.default)
        text = node.GetParameter(self.name)
        if self.is_node:
            return node.GetNodeReference(self.name)
        if self.is_enumeration:
            return self.kind[text]
        return text == "True" if self.kind is bool else self.kind(text)

    def write(self, node: Any, value: Any) -> None:
        """Keep a value."""
        self.check(value)
        if self.is_node:
            node.SetParameter(self.name, "")
            node.SetNodeReferenceID(self.name, value.GetID() if value else None)
        else:
            node.SetParameter(self.name, value.name if self.is_enumeration else str(value))


class Connector:
    """How a widget shows a field: the signal that tells of changes, and the ways to read and write."""

    def __init__(self, widget: Any, field: Field) -> None:
        self.widget, cls = widget, type(widget)
        self.read: Callable[[], Any]
        self.write: Callable[[Any], Any]
        if field.is_node and cls is slicer.qMRMLNodeComboBox:
            widget.nodeTypes = [field.kind.__name__]
            self.signal = "currentNodeChanged(vtkMRMLNode*)"
            self.read, self.write = widget.currentNode, widget.setCurrentNode
        elif field.is_enumeration and cls is qt.QComboBox:
            members = list(field.kind)
            widget.clear()  # whatever the .ui file says
            widget.addItems([member.label() if hasattr(member, "label") else member.name for member in members])
            self.signal = "currentIndexChanged(int)"
            self.read = lambda: members[widget.currentIndex]
            self.write = lambda value: widget.setCurrentIndex(members.index(value))
        elif (cls, field.kind) in SHOWN:
            self.signal, name = SHOWN[cls, field.kind]
            self.read, self.write = partial(getattr, widget, name), partial(setattr, widget, name)
        else:
            message = f"the test host shows no {field.kind.__name__} in a {cls.__name__}: '{field.name}'"
            raise RuntimeError(message)


class Wrapper:
    """What the decorator adds to a class of fields."""

    allParameters: dict[str, Field]

    def __init__(self, parameterNode: Any) -> None:
        self.parameterNode = parameterNode
        self._ends: list[list[Callable[[], Any]]] = []  # by the tag of `connectGui`: what undoes it
        self._isShowing = False
        with slicer.util.NodeModify(parameterNode):
            self._values = {name: field.read(parameterNode) for name, field in self.allParameters.items()}
        ourselves = weakref.WeakMethod(self._reread)
        before_others = 1.0
        tag = self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_event: (ourselves() or list)(), before_others)
        weakref.finalize(self, parameterNode.RemoveObserver, tag)

    def _reread(self) -> None:
        for name, field in self.allParameters.items():
            self._values[name] = field.read(self.parameterNode)

    def getValue(self, name: str) -> Any:
        return self._values[name]

    def setValue(self, name: str, value: Any) -> None:
        with slicer.util.NodeModify(self.parameterNode):  # whoever hears of it finds it kept already
            self.allParameters[name].write(self.parameterNode, value)
            self._values[name] = self.allParameters[name].read(self.parameterNode)

    def connectGui(self, gui: Any) -> int:
        """Show fields in the widgets that name them in the property `SlicerParameterName`, and follow these.

        Raises:
            ValueError: There is no such field.
        """
        widgets = gui.findChildren(qt.QWidget) if hasattr(gui, "findChildren") else vars(gui).values()
        named = {widget.property(PROPERTY): widget for widget in widgets if widget.property(PROPERTY)}
        if named.keys() - self.allParameters.keys():
            message = f"Cannot find a param with the given name: {named.keys() - self.allParameters.keys()}"
            raise ValueError(message)
        connectors = {name: Connector(widget, self.allParameters[name]) for name, widget in named.items()}
        ends = []
        for name, connector in connectors.items():
            connector.write(self.getValue(name))
            follow = partial(self._follow, name, connector)
            connector.widget.connect(connector.signal, follow)
            ends.append(partial(connector.widget.disconnect, connector.signal, follow))
        tag = self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_event: self._show(connectors))
        self._ends.append([*ends, partial(self.RemoveObserver, tag)])
        return len(self._ends) - 1

    def disconnectGui(self, tag: int) -> None:
        while self._ends[tag]:
            self._ends[tag].pop()()

    def _follow(self, name: str, connector: Connector, *_news: Any) -> None:
        if not self._isShowing:
            self.setValue(name, connector.read())

    def _show(self, connectors: dict[str, Connector]) -> None:
        if self._isShowing:
            return
        self._isShowing = True
        try:
            with slicer.util.NodeModify(self):
                for name, connector in connectors.items():
                    connector.write(self.getValue(name))
        finally:
            self._isShowing = False

    def StartModify(self) -> Any:
        return self.parameterNode.StartModify()

    def EndModify(self, wasModifying: Any) -> Any:
        return self.parameterNode.EndModify(wasModifying)

    def AddObserver(self, event: Any, callback: Any, priority: float = 0.0) -> Any:
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag: int) -> None:
        self.parameterNode.RemoveObserver(tag)

    def Modified(self) -> None:
        self.parameterNode.Modified()


def parameterNodeWrapper(cls: type) -> type:
    """Turn a class of annotated fields into a wrapper of a parameter node.

    Raises:
        ValueError: A field has a name that the wrapper needs.
    """
    fields = {name: Field(name, kind, getattr(cls, name, None)) for name, kind in get_type_hints(cls).items()}
    reserved = fields.keys() & {*dir(Wrapper), "parameterNode", "default", "isCached", "dataType"}
    if reserved:
        message = f"Cannot use reserved name '{min(reserved)}' in a parameterNodeWrapper"
        raise ValueError(message)
    members = {"allParameters": fields, "__module__": cls.__module__, "__doc__": cls.__doc__}
    return type(cls.__name__, (Wrapper, cls), members | {name: _property(name) for name in fields})


def _property(name: str) -> property:
    return property(lambda self: self.getValue(name), lambda self, value: self.setValue(name, value))
